"""Channels: what a session is told unasked, each once, and permissions that it asks for."""

import pytest

from geometry_ws.openspec.format.model import Conflict
from geometry_ws.team import mcp
from geometry_ws.team.channel_mcp import Asked, ChannelServer
from geometry_ws.team.channels import ASKED_MS, MOST_ASKED, Channels
from geometry_ws.team.hooks import Hook
from geometry_ws.team.refusal import Refusal
from tests.team.team_states import NOW, Table, change

LOGIN = change("add-login", "1.1 Find the place", "1.2 Add the form")


class Hall:
    """A table with an agent whose session a channel leads into."""

    def __init__(self, owner=""):
        self.table = Table(LOGIN)
        self.desk = self.table.desk
        self.otter = self.desk.members.come("", "agent", NOW, owner)
        self.otter.project = "shop"
        self.desk.members.call(self.otter, "claude:5d0c")
        self.channels = Channels()

    def open(self, session=7, key="claude:5d0c", name="", person=""):
        return self.channels.open(session, key, name, person)

    def news(self):
        told_now = self.channels.news(self.desk, {"shop": self.table.state})
        return [(session, news.kind, news.text) for session, news in told_now]

    def ask(self, request="abcde", tool="Bash", text="npm test"):
        return self.channels.ask(self.desk, 7, request, tool, text, NOW)

    def needs(self):
        return [(item.who, item.why) for item in self.channels.items("shop")]


def test_an_answer_is_told_once_and_stays_to_be_had_by_next():
    hall = Hall()
    hall.open()
    hall.desk.ask("shop", hall.otter, "Which door?", None, (), NOW)
    assert hall.news() == []
    hall.desk.answer("q1", "Front", "alex", NOW)
    assert hall.news() == [(7, "answer", "Answer to q1 (alex): Front")]
    assert hall.news() == []
    assert "Answer to q1 (alex): Front" in hall.table.next(hall.otter)


def test_whoever_wants_what_it_holds_is_named_once():
    hall = Hall()
    hall.open()
    heron = hall.table.member()
    hall.table.claim(hall.otter, "1.1")
    for _ in range(2):
        with pytest.raises(Refusal):
            hall.table.claim(heron, "1.1")
    ((_, kind, text),) = hall.news()
    assert kind == "wanted"
    assert text.startswith("heron-1 wants add-login/1.1, which you hold")


def test_a_conflict_in_a_change_of_which_it_holds_something_is_told():
    hall = Hall()
    hall.open()
    conflict = Conflict("auth", "Session", ("add-sso",), "They change the same.")
    hall.table.show(change("add-login", "1.1 Find the place", conflicts=(conflict,)))
    assert hall.news() == []
    hall.desk.claim("shop", hall.otter, "1.1", NOW)
    ((_, kind, text),) = hall.news()
    assert kind == "conflict"
    assert text.startswith('add-login contradicts add-sso in "Session"')
    assert hall.news() == []


def test_a_channel_leads_to_nobody_elses_session_and_waits_for_one_that_is_not_there_yet():
    hall = Hall(owner="ann")
    hall.desk.ask("shop", hall.otter, "Which door?", None, (), NOW)
    hall.desk.answer("q1", "Front", "alex", NOW)
    hall.open(person="bob")
    hall.open(8, key="claude:later", person="ann")
    assert hall.news() == []
    hall.desk.members.call(hall.otter, "claude:later")
    assert [session for session, _, _ in hall.news()] == [8]


def test_a_permission_is_asked_for_and_the_first_answer_counts():
    hall = Hall()
    hall.open()
    asked = hall.ask()
    ((who, why),) = hall.needs()
    assert (who, why) == ("otter-1", "otter-1 asks for permission to use Bash: npm test")
    session, news = hall.channels.answer(hall.desk, asked.id, False, "alex", NOW)
    assert (session, news.request, news.allow) == (7, "abcde", False)
    assert hall.needs() == []
    with pytest.raises(Refusal) as caught:
        hall.channels.answer(hall.desk, asked.id, True, "bob", NOW)
    assert caught.value.code == "no_such_permission"
    assert hall.desk.events[-1].text == "denied Bash for otter-1"


@pytest.mark.parametrize(
    ("event", "tool", "left"),
    [
        ("PostToolUse", "Bash", 0), ("PostToolUse", "Read", 1), ("Stop", "", 0),
        ("UserPromptSubmit", "", 0), ("PermissionRequest", "Bash", 1), ("Notification", "", 1),
    ],
)  # fmt: skip
def test_what_was_answered_at_the_terminal_goes(event, tool, left):
    hall = Hall()
    hall.open()
    hall.ask()
    hall.channels.hear(hall.otter, Hook(event=event, session="5d0c", tool=tool))
    assert len(hall.needs()) == left


def test_permissions_end_with_their_channel_and_in_time_and_are_bounded():
    hall = Hall()
    hall.open()
    for number in range(MOST_ASKED):
        hall.ask(f"r{number}")
    with pytest.raises(Refusal):
        hall.ask("one-more")
    assert hall.channels.sweep(NOW + ASKED_MS - 1) is False
    assert hall.channels.sweep(NOW + ASKED_MS) is True
    hall.ask()
    assert hall.channels.close(7) is True
    assert hall.needs() == []
    with pytest.raises(Refusal):
        hall.ask()


# --- as the protocol has it -------------------------------------------------------------------


def test_the_newer_era_is_unknown_and_the_older_one_declares_a_channel():
    server = ChannelServer("1", "shop", with_permissions=False)
    assert server.take({"jsonrpc": "2.0", "id": "p", "method": "server/discover"}).code == (
        mcp.NO_SUCH_METHOD
    )
    begin = {"jsonrpc": "2.0", "id": 0, "method": "initialize"}
    params = {"protocolVersion": "2025-11-25", "clientInfo": {"name": "claude-code"}}
    said = server.take({**begin, "params": params}).message["result"]
    assert said["capabilities"] == {"experimental": {"claude/channel": {}}}
    assert said["protocolVersion"] == "2025-11-25"
    assert len(said["instructions"].encode()) <= 600
    trusted = ChannelServer("1", with_permissions=True)
    declared = trusted.take(begin).message["result"]["capabilities"]["experimental"]
    assert declared == {"claude/channel": {}, "claude/channel/permission": {}}


def test_only_permissions_that_were_asked_for_are_answered_and_once():
    server = ChannelServer("1", with_permissions=True)
    allowed = {"kind": "permission", "request": "abcde", "allow": True}
    assert server.say(allowed) is None
    params = {
        "request_id": "abcde", "tool_name": "Bash", "description": "Run tests",
        "input_preview": "npm test",
    }  # fmt: skip
    method = "notifications/claude/channel/permission_request"
    asked = server.take({"jsonrpc": "2.0", "method": method, "params": params})
    assert asked == Asked("abcde", "Bash", "Run tests — npm test")
    said = server.say(allowed)
    assert said["method"] == "notifications/claude/channel/permission"
    assert said["params"] == {"request_id": "abcde", "behavior": "allow"}
    assert server.say(allowed) is None
    for params in ({}, [], {"request_id": 3}, None):
        assert server.take({"jsonrpc": "2.0", "method": method, "params": params}) is None


def test_news_has_texts_and_keys_that_are_kept():
    server = ChannelServer("1", with_permissions=False)
    news = {"kind": "answer", "text": "Answer to q1", "question": "q1", "who": "", "allow": False}
    params = server.say(news)["params"]
    assert params == {"content": "Answer to q1", "meta": {"kind": "answer", "question": "q1"}}
    assert server.say(None) is None
