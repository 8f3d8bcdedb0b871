"""Machines that join, on a real router: projects appear, are written to where they lie, go and come
back; and a hostile one harms nobody else."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from geometry_ws.protocol.joining import calls_of, events_of
from geometry_ws.protocol.registry import PROCEDURES
from tests.support.gate import bearer, give, take_back
from tests.support.joining import (
    Desk,
    Stranger,
    call_as,
    info_of,
    joining,
    small_project,
    until,
    until_joined,
)
from tests.support.raw_guest import RawGuest

NOT_AUTHORIZED = "wamp.error.not_authorized"
GOLDEN = Path(__file__).parents[1] / "golden"
NEXT = {"change": "add-farewell", "task": 2, "expect": "1.2 Say them"}
CHANGED = "io.geometry_ws.v1.project.on_changed.desk_shop"


@pytest.fixture(scope="module")
def node(start_shared_node):
    def hurry(settings):
        (openspec,) = (each for each in settings["workers"] if each["id"] == "openspec")
        openspec["components"][0]["extra"]["machine_seconds"] = 4

    return start_shared_node(change=hurry)


@pytest.fixture(scope="module")
def desk(node, tmp_path_factory):
    """A machine that has joined, whose process a test may kill; it is started again by `again`."""
    folder = small_project(tmp_path_factory.mktemp("desk") / "shop")
    desk = Desk(node, folder, give(node, "desk", "machine"))
    said = desk.again()
    assert said == f"Joined http://localhost:{node.port} as desk; Ctrl-C ends it.\n"
    yield desk
    desk.end()


@pytest.fixture
def evil(node):
    """A machine that says whatever it likes."""
    stranger = Stranger(node, "evil")
    yield stranger
    stranger.end()


def followed(node, topic=CHANGED):
    """A session that hears what happens."""
    follower = RawGuest(node)
    assert follower.subscribe(topic)[0] == 33
    return follower


# --- a machine as it should be -------------------------------------------------------------------


def test_its_projects_are_listed_beside_the_own_ones(node, desk):
    info = info_of(node, "desk_shop")
    assert (info["machine"], info["title"], info["away"]) == ("desk", "shop · desk", 0)
    assert info_of(node, "shop")["machine"] == ""
    hello = node.call("io.geometry_ws.v1.openspec.hello").json["args"][0]
    assert hello["projects"] == ["shop", "desk_shop"]


def test_a_tick_goes_to_the_file_where_it_lies_and_its_event_names_who_did_it(node, desk):
    ann = give(node, "ann", "maintainer")
    follower = followed(node)
    ticked = call_as(node, ann, "task.set", project="desk_shop", done=True, **NEXT)
    assert ticked.status == 200, ticked.json
    assert "[x] 1.2 Say them" in desk.tasks.read_text()
    event = follower.read()[5]
    assert (event["by"]["person"], event["by"]["role"]) == ("ann", "maintainer")
    assert event["by"]["machine"] == "localhost"
    assert event["events"][0]["ticked"] == [{"task": 2, "text": "1.2 Say them", "done": True}]
    follower.end()
    read = call_as(node, "", "task.list", project="desk_shop", change="add-farewell").json
    assert [each["done"] for each in read["args"][0]["tasks"]] == [True, True, False]


def test_an_editor_on_that_machine_is_heard_here(node, desk):
    follower = followed(node)
    desk.tasks.write_text(desk.tasks.read_text().replace("[x] 1.2", "[ ] 1.2"))
    event = follower.read()[5]
    assert "by" not in event
    assert event["events"][0]["ticked"][0]["done"] is False
    follower.end()


ASKED = {
    "change": "add-farewell",
    "text": "farewell",
    "arguments": ["show", "add-farewell"],
    "what": "add-farewell",
    "path": "openspec/changes/add-farewell/way.png",
}
VOLATILE = {"epoch", "seq", "modified", "moved", "at", "took_ms", "last"}


def comparable(value):
    """An answer without what differs between two copies of a project."""
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items() if name not in VOLATILE}
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if isinstance(value, str):
        return value.replace("shop · desk", "shop").replace("desk_shop", "shop")
    return value


def test_every_read_answers_there_as_it_does_here(node, desk):
    """Two copies of a project, that of the node and that of the machine."""
    desk.tasks.write_bytes(node.tasks.read_bytes())
    picture = (GOLDEN / "sign_lane.png").read_bytes()
    for tasks in (desk.tasks, node.tasks):
        tasks.with_name("way.png").write_bytes(picture)
    until(lambda: call_as(node, "", "task.list", project="desk_shop", change="add-farewell").json[
        "args"][0]["done"] == 1)  # fmt: skip
    compared = []
    for procedure in PROCEDURES.values():
        fields = procedure.request.__struct_fields__
        if "project" not in fields or not procedure.reads or procedure.name == "activity.list":
            # What has happened is another story in each.
            continue
        given = {name: each for name, each in ASKED.items() if name in fields}
        if procedure.name.startswith("spec.") or "document" in fields:
            given = {"spec": "greeting"} if "spec" in fields else {}
        here, there = (
            call_as(node, "", procedure.name, project=project, **given).json
            for project in ("shop", "desk_shop")
        )
        assert comparable(here) == comparable(there), procedure.name
        assert "error" not in here, (procedure.name, here)
        compared.append(procedure.name)
    assert len(compared) > 20


def test_what_a_role_may_not_is_refused_here(node, desk):
    before = desk.tasks.read_bytes()
    eve = give(node, "eve", "viewer")
    refused = call_as(node, eve, "task.set", project="desk_shop", done=True, **NEXT)
    assert (refused.status, refused.json["error"]) == (403, NOT_AUTHORIZED)
    assert desk.tasks.read_bytes() == before


def test_a_refusal_of_that_machine_is_that_of_a_project_here(node, desk):
    stale = {**NEXT, "expect": "1.2 Whisper them"}
    there = call_as(node, "", "task.set", project="desk_shop", done=True, **stale).json
    here = call_as(node, "", "task.set", project="shop", done=True, **stale).json
    assert there == here
    assert there["error"].endswith("stale_revision")


def test_people_and_agents_work_there_under_their_names_here(node, desk):
    about = {"project": "desk_shop"}
    claimed = call_as(node, "", "agent.claim", task="add-farewell/1.2", me="otter", **about)
    assert claimed.json["args"][0]["me"] == "otter", claimed.json
    until(lambda: call_as(node, "", "claim.list").json["args"][0]["claims"])
    members = call_as(node, "", "presence.list").json["args"][0]["members"]
    otter = next(each for each in members if each["name"] == "otter")
    assert (otter["project"], otter["holds"]) == ("desk_shop", ["add-farewell/1.2"])
    call_as(node, "", "agent.ask", question="Which?", options=["a", "b"], me="otter", **about)

    def questions():
        items = call_as(node, "", "attention.list").json["args"][0]["items"]
        return [each for each in items if each["kind"] == "question"]

    (question,) = until(questions)
    action = question["actions"][1]
    assert action["kwargs"]["project"] == "desk_shop"
    assert call_as(node, "", action["call"], **action["kwargs"]).status == 200
    answer = call_as(node, "", "agent.next", me="otter", **about).json["args"][0]["text"]
    assert "(somebody): b" in answer
    call_as(node, "", "agent.claim", release=True, me="otter", **about)
    done = call_as(node, "", "activity.list", project="desk_shop").json["args"][0]["runs"]
    assert {"claimed", "asked", "answered", "released"} <= {each["what"] for each in done}


def test_a_session_that_ends_holds_nothing_there(node, desk):
    guest = RawGuest(node)
    guest.call("io.geometry_ws.v1.claim.take", project="desk_shop", task="add-farewell/1.2",
               who="fox")  # fmt: skip
    assert guest.read()[0] == 50

    def claims(lost):
        listed = call_as(node, "", "claim.list", project="desk_shop").json["args"][0]["claims"]
        return [each for each in listed if each.get("lost", False) is lost]

    until(lambda: claims(lost=False))
    guest.end()
    # Free when its grace is over; that it has ended is known there at once.
    items = until(
        lambda: [
            each
            for each in call_as(node, "", "attention.list").json["args"][0]["items"]
            if each["kind"] == "claim"
        ]
    )
    assert items[0]["who"] == "fox"


def test_killed_it_is_away_at_once_and_comes_back_by_itself(node, desk):
    desk.process.send_signal(signal.SIGKILL)
    since = until(lambda: info_of(node, "desk_shop")["away"], seconds=5)
    assert abs(since / 1000 - time.time()) < 60
    known = call_as(node, "", "project.get", project="desk_shop")
    assert [each["change"] for each in known.json["args"][0]["changes"]] == ["add-farewell"]
    refused = call_as(node, "", "task.set", project="desk_shop", done=True, **NEXT)
    assert (refused.status, refused.json["error"][-5:]) == (503, ".away")
    assert refused.json["kwargs"] == {"project": "desk_shop", "since": since}
    board = call_as(node, "", "surface.list").json["args"][0]["surfaces"]
    (header,) = (each for each in board if each["title"] == "shop · desk")
    until(
        lambda: any(
            "away since" in each["text"]
            for each in call_as(node, "", "surface.list").json["args"][0]["surfaces"]
            if each["surface"] == header["surface"]
        )
    )
    follower = followed(node)
    desk.again()
    assert follower.read()[5]["project"] == "desk_shop"
    follower.end()
    assert info_of(node, "desk_shop")["away"] == 0
    assert call_as(node, "", "project.get", project="desk_shop").status == 200


# --- how it ends ---------------------------------------------------------------------------------


def test_another_role_does_not_join(node, tmp_path):
    token = give(node, "bob", "maintainer")
    with joining(node, small_project(tmp_path / "shop"), token) as process:
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert said.startswith("geometry-ws: To join needs a token with the role machine, not main")
    assert said.count("\n") == 1


def test_a_second_machine_with_the_same_token_takes_over_and_the_first_says_so(node, tmp_path):
    token = give(node, "twin", "machine")
    with joining(node, small_project(tmp_path / "one/shop"), token) as first:
        until_joined(first)
        with joining(node, small_project(tmp_path / "two/shop"), token) as second:
            until_joined(second)
            said, _ = first.communicate(timeout=20)
            assert said.splitlines()[-1] == (
                "geometry-ws: Another machine has joined as twin: each needs access of its own."
            )
            assert info_of(node, "twin_shop")["away"] == 0
            take_back(node, "twin")
            said, _ = second.communicate(timeout=20)
            until(lambda: info_of(node, "twin_shop") is None)
    assert second.returncode == 1
    assert said.splitlines()[-1].endswith("this access was taken back, or its time is over.")


def test_ended_in_order_its_projects_are_gone(node, tmp_path):
    token = give(node, "lamp", "machine")
    with joining(node, small_project(tmp_path / "shop"), token) as process:
        until_joined(process)
        until(lambda: info_of(node, "lamp_shop"))
        process.terminate()
        said, _ = process.communicate(timeout=20)
        until(lambda: info_of(node, "lamp_shop") is None)
    assert process.returncode == 0
    assert "Away" not in said


# --- a hostile one -------------------------------------------------------------------------------

OTHERS = [
    "io.geometry_ws.v1.project.get",
    "io.geometry_ws.v1.gate.loopback.ticket",
    "joined.desk.call",
    "joined.evil",
    "joined.evil.other",
    "joined.evilx.call",
    "app.message",
]


def test_it_registers_and_publishes_nothing_but_its_own_names(node, desk, evil):
    for name in [*OTHERS, calls_of("evil")]:
        for options in ({}, {"force_reregister": True}, {"match": "prefix"}, {"match": "wildcard"}):
            if name == calls_of("evil") and "match" not in options:
                continue
            answer = evil.register(name, **options)
            assert answer[0] == 8, (name, options, answer)
    for name in ["project.", "joined.", "joined.evil."]:
        assert evil.register(name, match="prefix", force_reregister=True)[0] == 8
    for topic in [*OTHERS, CHANGED, events_of("desk"), "io.geometry_ws.v1.gate.revoke"]:
        assert evil.publish_and_hear(topic)[0] == 8, topic
    assert evil.register(calls_of("evil"), force_reregister=True)[0] == 65
    assert evil.publish_and_hear(events_of("evil"))[0] == 17
    # the machine that was there is there still
    assert call_as(node, "", "project.get", project="desk_shop").status == 200


def test_it_calls_and_hears_nothing(evil):
    refused = {
        "io.geometry_ws.v1.project.list": NOT_AUTHORIZED,
        "wamp.session.list": NOT_AUTHORIZED,
        "joined.desk.call": "wamp.error.no_such_procedure",
    }
    for procedure, error in refused.items():
        number = evil.call(procedure)
        assert evil.answer_to(number)[4] == error
    for topic in (CHANGED, "app.message", "wamp.session.on_join", events_of("desk")):
        assert evil.subscribe(topic)[0] == 8


def test_nobody_but_the_node_calls_a_machine(node, desk):
    guest = RawGuest(node)
    said = {"procedure": "task.set", "kwargs": {}, "caller": {"session": 1}}
    guest.send([48, 1, {}, calls_of("desk"), [], said])
    assert guest.read()[0] == 8
    guest.send([16, 2, {}, events_of("desk"), [], {"topic": "join.here", "packed": ""}])
    guest.end()
    assert info_of(node, "desk_shop")["away"] == 0


@contextmanager
def asking(node, procedure, **keywords):
    """A call about the project of the hostile one, on its way."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(call_as, node, "", procedure, **keywords)


ANSWERS = {
    "nothing": lambda evil, number: evil.answer_plainly(number),
    "a number": lambda evil, number: evil.answer_plainly(number, 7),
    "no bytes": lambda evil, number: evil.answer_plainly(number, {"packed": "text"}),
    "other bytes": lambda evil, number: evil.answer_plainly(number, {"packed": b"\xc1" * 50}),
    "a bomb": lambda evil, number: evil.answer_plainly(number, {"packed": b"\x91" * 100_000}),
    "wrong types": lambda evil, number: evil.answer(number, {"project": "shop", "tasks": 7}),
    "another's project": lambda evil, number: evil.answer(number, answer("desk_shop")),
    "a project of this node": lambda evil, number: evil.answer(number, answer("board")),
    "too large": lambda evil, number: evil.answer_plainly(number, {"packed": bytes(13 * 2**20)}),
    "an unknown error": lambda evil, number: evil.refuse(number, "evil.error", "x" * 9000),
    "an error of the gate": lambda evil, number: evil.refuse(
        number, "io.geometry_ws.v1.error.revoked", "You are out."
    ),
    "an error without fields": lambda evil, number: evil.refuse(
        number, "io.geometry_ws.v1.error.stale_revision", "No."
    ),
}


def answer(project):
    return {"project": project, "change": "c", "revision": "", "tasks": [], "done": 0, "total": 0}


def test_its_answers_are_what_was_declared_or_none(node, desk, evil):
    evil.join("shop")
    until(lambda: info_of(node, "evil_shop"))
    for kind, reply in ANSWERS.items():
        with asking(node, "task.list", project="evil_shop", change="c") as asked:
            number, said = evil.asked("task.list")
            assert said["kwargs"] == {"change": "c", "project": "shop"}
            reply(evil, number)
            got = asked.result()
        assert (got.status, got.json["error"][-11:]) == (502, ".bad_answer"), (kind, got)
        assert got.json["kwargs"] == {"project": "evil_shop"}
        assert len(got.body) < 3000
    with asking(node, "task.list", project="evil_shop", change="c") as asked:
        number, _ = evil.asked("task.list")
        evil.answer(number, answer("shop"))
        assert asked.result().json["args"][0]["project"] == "evil_shop"


def test_one_that_never_answers_keeps_only_its_own_callers_waiting(node, desk, evil):
    evil.join("shop")
    until(lambda: info_of(node, "evil_shop"))
    with asking(node, "task.list", project="evil_shop", change="c") as asked:
        number, _ = evil.asked("task.list")
        assert call_as(node, "", "project.get", project="desk_shop").status == 200
        assert call_as(node, "", "attention.list").status == 200
        got = asked.result()
    assert (got.status, got.json["error"][-5:]) == (503, ".busy")
    # What comes too late reaches nobody, and ends no session but at most its own.
    evil.answer(number, answer("shop"))
    assert call_as(node, "", "project.get", project="desk_shop").status == 200


def test_its_events_are_about_its_own_projects_and_name_no_author_who_did_not_call(node, evil):
    evil.join("shop")
    until(lambda: info_of(node, "evil_shop"))
    follower = followed(node, "io.geometry_ws.v1.project.on_changed.evil_shop")
    forged = {"session": 1, "authid": "ann", "person": "ann", "role": "maintainer"}
    removed = {"kind": "change_removed", "name": "c"}
    for project in ("board", "desk_shop", "evil_shop", "", "x"):
        event = {"project": project, "epoch": "e1", "seq": 1, "events": [removed]}
        evil.tell("project.on_changed", event)
    evil.tell("project.on_changed", {"project": "shop", "epoch": "e1", "seq": 1, "events": 7})
    evil.tell("attention.on_changed", {"project": "desk_shop", "epoch": "", "seq": 1, "items": []})
    evil.tell("surface.on_changed", {"epoch": ""})
    evil.say({"topic": 7, "packed": "text"})
    evil.say({})
    event = {"project": "shop", "epoch": "e1", "seq": 9, "events": [removed], "by": forged}
    evil.tell("project.on_changed", event)
    heard = follower.read()[5]
    while not heard["events"]:
        heard = follower.read()[5]
    assert heard["project"] == "evil_shop"
    assert "by" not in heard
    follower.end()


def test_one_that_floods_is_sent_away_and_nobody_else_waits(node, desk, evil):
    evil.join("shop")
    until(lambda: info_of(node, "evil_shop"))
    event = {"project": "shop", "epoch": "e1", "seq": 1, "events": []}
    for seq in range(4000):
        evil.tell("project.on_changed", {**event, "seq": seq})
    assert evil.is_ended()
    assert until(lambda: info_of(node, "evil_shop")["away"])
    assert call_as(node, "", "project.get", project="desk_shop").status == 200


def test_over_http_it_is_nobody(node):
    token = give(node, "evil", "machine")
    for procedure in ("project.list", "openspec.hello", "surface.list", "app.message"):
        assert call_as(node, token, procedure).status in (403, 404)
    for path in ("/attention", "/hello", "/events", "/api/changes", "/screenshot/wall.png"):
        # Events would go on for ever: the status says enough.
        request = Request(f"http://localhost:{node.port}{path}", headers=bearer(token))
        with pytest.raises(HTTPError, match=r"40[34]"):
            urlopen(request, timeout=20)
    assert node.fetch("PUT", "/surfaces/x", body=b"", headers=bearer(token)).status == 403
    said = node.fetch("GET", "/session", headers=bearer(token)).json
    assert (said["role"], said["rights"]) == ("machine", ["join"])
