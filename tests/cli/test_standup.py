"""`geometry-ws standup`: times as people type them, and what happened at a real node."""

import datetime
import json

import pytest

from geometry_ws.cli.standup import read_since, told_by_member, told_of_claims
from tests.cli.cli_support import run

ZONE = datetime.timezone(datetime.timedelta(hours=2))
NOW = datetime.datetime(2026, 11, 30, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("today", (2026, 11, 30, 0, 0)), ("yesterday", (2026, 11, 29, 0, 0)),
        ("90m", (2026, 11, 30, 10, 30)), ("3d", (2026, 11, 27, 12, 0)),
        ("2026-11-01", (2026, 11, 1, 0, 0)), ("2026-11-30T08:15", (2026, 11, 30, 8, 15)),
    ],
)  # fmt: skip
def test_times_are_read_as_people_type_them(text, moment):
    assert read_since(text, NOW) == datetime.datetime(*moment, tzinfo=ZONE)


def test_what_is_no_time_is_none():
    assert read_since("lately", NOW) is None
    assert run("standup", "--since", "lately").returncode == 2


def test_lines_stand_by_member_and_disk_is_a_guess():
    at = int(NOW.timestamp() * 1000)
    runs = [
        {"what": "noted", "first": at, "last": at, "who": "ann", "change": "a", "text": "x\x1b[1m"},
        {
            "what": "ticked", "first": at - 17 * 60_000, "last": at, "count": 3, "who": "otter-1",
            "change": "a", "tasks": ["a/1.1", "a#2", "a/1.3"],
        },
        {"what": "ticked", "first": at, "last": at, "maybe": "ann", "change": "a", "tasks": []},
        {"what": "created", "first": at, "last": at, "who": "ann", "change": "b"}
        | {"machine": "localhost", "forwarded": "10.0.0.9"},
        {"what": "archived", "first": at, "last": at, "who": "ann", "change": "c"}
        | {"machine": "192.168.1.7"},
        {"what": "removed", "first": at, "last": at, "who": "ann", "change": "d"}
        | {"machine": "localhost"},
    ]  # fmt: skip
    assert list(told_by_member(runs, NOW)) == [
        "otter-1",
        "  11:43–12:00        ticked 1.1, #2, 1.3 in a",
        "ann",
        "  12:00              noted on a: x�[1m",
        "  12:00              made the change b (from 10.0.0.9, as a proxy says)",
        "  12:00              archived c (from 192.168.1.7)",
        "  12:00              removed the change d",
        "on disk, perhaps ann",
        "  12:00              ticked 1 in a",
    ]


def test_what_is_in_hand_stands_at_the_end():
    at = int(NOW.timestamp() * 1000)
    claim = {"project": "shop", "change": "a", "task": "a/1.2", "who": "otter-1", "since": at}
    assert list(told_of_claims([claim, {**claim, "who": "ann", "lost": True}], NOW)) == [
        "in hand now",
        "  since 12:00        otter-1: a/1.2",
        "  since 12:00        ann: a/1.2, lost",
    ]
    assert list(told_of_claims([], NOW)) == []


@pytest.mark.router
def test_what_happened_outlives_the_node(start_node, tmp_path):
    node = start_node()
    assert node.call("agent.claim", me="otter", task="1.2").status == 200
    assert node.call("agent.done", me="otter", task="1.2", note="It works.").status == 200
    assert node.call("agent.ask", me="otter", question="Which door?").status == 200
    node.tasks.write_text(node.tasks.read_text().replace("[ ]", "[x]"))
    while not any(run["what"] == "ticked" and not run.get("who") for run in runs_of(node)):
        pass
    said = run("standup", "--since", "1h", "--url", node.url).stdout.decode()
    assert "otter\n" in said
    assert "ticked 1.2 in add-farewell" in said
    assert "noted on add-farewell/1.2: It works." in said
    assert "on disk\n" in said
    listed = json.loads(run("standup", "--json", "--who", "otter", "--url", node.url).stdout)
    assert {each["who"] for each in listed["runs"]} == {"otter"}
    written = node.folders.state / "activity.jsonl"
    while b"Which door?" not in written.read_bytes():
        pass


def runs_of(node):
    return node.fetch("GET", "/activity?limit=500").json["runs"]
