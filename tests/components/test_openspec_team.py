"""The desk, served: callers' names, ticks on disk, topics, and what is told to whom."""

from dataclasses import replace

import pytest

from geometry_ws.access.names import BadName, read_name
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.team.activity import AT_ONCE
from geometry_ws.protocol import activity, agents, errors, presence, tasks
from geometry_ws.protocol.declare import Caller, Origin
from geometry_ws.team.events import Event
from geometry_ws.team.journal import MOST_ENTRIES
from geometry_ws.team.members import GRACE_MS, LEASE_MS, MOST_NAMELESS, MOST_OF_ONE
from geometry_ws.team.troubles import QUIET_MS
from tests.components.served_project import answer
from tests.components.served_team import ANN, BOB, HTTP, PROVEN, TASKS, Served, recorded, serving


@pytest.fixture
def served(tmp_path):
    yield from serving(tmp_path)


def test_a_caller_by_http_gets_a_name_and_goes_on_by_it(served):
    first, second = served.claim(), served.claim()
    assert (first.me, second.me) == ("otter-1", "heron-1")
    assert served.held() == {"dim/1.1": "otter-1", "dim/1.2": "heron-1"}
    said = served.done(me="otter-1")
    assert said.text.startswith("Ticked dim/1.1 (1/3).")
    assert served.path.read_text() == TASKS.replace("[ ] 1.1", "[x] 1.1")
    with pytest.raises(errors.Held) as caught:
        served.done(task="1.2", me="otter-1")
    assert caught.value.values == {"holder": "heron-1"}


def test_a_session_needs_no_name_and_a_proven_name_wins(served):
    assert served.claim(ANN).me == "otter-1"
    assert served.claim(ANN, me="otter-1").me == "otter-1"
    assert served.claim(PROVEN, me="otter-1", task="1.2").me == "carol"
    assert served.held() == {"dim/1.1": "otter-1", "dim/1.2": "carol"}
    served.office.session_left(PROVEN.session)
    assert [member.name for member in served.office.present() if member.lost] == ["carol"]


def test_several_agents_of_one_person_go_by_names_of_their_own(served):
    second = Caller(session=11, authid="carol", authrole="agent")
    joined = [served.presence.join(caller, presence.Join()).name for caller in (PROVEN, second)]
    assert joined == ["carol", "carol/2"]
    assert served.claim(second).me == "carol/2"
    assert served.claim(PROVEN).me == "carol"
    shared = Caller(session=12, authid="carol", authrole="agent")
    assert served.claim(shared, me="carol/3", task="1.3").me == "carol/3"
    assert served.agents.agent_next(shared, agents.AgentNext(me="dave")).me == "carol"


def test_a_page_that_is_loaded_again_goes_on_by_the_name_that_it_had(served):
    def come(session, token=""):
        caller = Caller(session=session, authid="carol", authrole="maintainer")
        return served.presence.join(caller, presence.Join(kind="person", token=token))

    laptop, phone = come(21), come(22)
    assert [laptop.name, phone.name] == ["carol", "carol/2"]
    again = come(23, phone.token)
    assert (again.name, again.resumed, again.token) == ("carol/2", True, phone.token)
    served.agents.agent_claim(HTTP, agents.AgentClaim(me="otter"))
    asked = served.agents.agent_ask(HTTP, agents.AgentAsk(question="Which?", me="otter"))
    assert "1 person is at the board" in asked.text, "two browsers are one person"
    stranger = Caller(session=24, authid="dave", authrole="maintainer")
    joined = served.presence.join(stranger, presence.Join(kind="person", token=phone.token))
    assert (joined.name, joined.resumed) == ("dave", False)


def test_claims_are_told_as_a_whole_and_only_when_they_are_others(served):
    served.told.claims.clear()
    served.claim(ANN, task="1.1")
    served.claim(ANN, task="1.1")
    (event,) = served.told.claims
    assert [(claim.task, claim.who) for claim in event.claims] == [("dim/1.1", "otter-1")]
    assert event.claims[0].text == "1.1 Do"
    served.done(ANN, "1.1")
    assert served.told.claims[-1].claims == []
    assert [event.seq for event in served.told.claims] == [event.seq, event.seq + 1]


def test_a_tick_of_somebody_else_and_one_on_disk_end_a_claim(served):
    served.claim(ANN, task="1.1")
    request = tasks.SetTask(change="dim", task=1, done=True, expect="1.1 Do")
    answer(ServedTasks(served.registry).set_task(BOB, request))
    assert served.held() == {}
    served.claim(ANN, task="1.2")
    served.path.write_text(TASKS.replace("[ ]", "[x]"))
    served.project.store.reload()
    served.project.advance()
    assert served.held() == {}


def test_lines_that_came_above_move_the_tick_not_the_task(served):
    served.claim(ANN, task="1.2")
    served.path.write_text("- [ ] 0.9 First\n" + TASKS)
    assert served.done(ANN, "dim/1.2").text.startswith("Ticked dim/1.2 (1/4).")
    assert "- [x] 1.2 Do more" in served.path.read_text()


def test_a_task_that_was_rewritten_is_not_ticked(served):
    served.claim(ANN, task="1.2")
    served.path.write_text(TASKS.replace("Do more", "Do something else"))
    with pytest.raises(errors.StaleRevision):
        served.done(ANN, "dim/1.2")
    assert "[x]" not in served.path.read_text()


def test_what_cannot_be_written_leaves_the_task_free(served):
    served.path.write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises((errors.Unreadable, errors.NoSuchTask, errors.StaleRevision)):
        served.done(ANN, "dim/1.1")
    served.office.sweep()
    assert served.held() == {}


def test_a_lost_session_is_told_and_its_claims_are_free_after_a_moment(served):
    served.claim(ANN, task="1.1")
    served.office.session_left(ANN.session)
    (claim,) = served.claims.list_claims(BOB, presence.ListClaims()).claims
    assert claim.lost
    assert claim.until == served.clock + GRACE_MS
    assert [item.kind for item in served.needs()] == ["claim"]
    served.clock += GRACE_MS
    served.office.sweep()
    assert served.held() == {}
    (item,) = served.needs()
    assert (item.kind, item.who, item.task) == ("claim", "otter-1", "dim/1.1")
    assert "lost dim/1.1" in item.why
    (put_away,) = item.actions
    served.claims.release_claim(BOB, presence.ReleaseClaim(**put_away.kwargs))
    assert served.needs() == []
    assert served.told.attention[-1].items == []


def test_a_token_brings_name_and_claims_back(served):
    joined = served.presence.join(ANN, presence.Join(name="ann", kind="agent"))
    assert (joined.name, joined.resumed) == ("ann", False)
    served.claim(ANN, task="1.1")
    stranger = served.presence.join(BOB, presence.Join(name="ann"))
    assert stranger.name == "ann-2"
    served.office.session_left(ANN.session)
    again = Caller(session=10, authrole="guest")
    back = served.presence.join(again, presence.Join(name="ann", kind="agent", token=joined.token))
    assert (back.name, back.resumed, back.token) == ("ann", True, joined.token)
    served.clock += 10 * LEASE_MS
    served.office.sweep()
    assert served.held() == {"dim/1.1": "ann"}


def test_presence_has_two_clocks_and_is_told_when_something_moved(served):
    served.presence.join(ANN, presence.Join(name="ann", kind="person", machine="desk"))
    served.run_later()
    (event,) = served.told.presence
    assert [(m.name, m.kind, m.machine) for m in event.members] == [("ann", "person", "desk")]
    served.clock += 60_000
    served.presence.look_at(ANN, presence.LookAt(page="/changes/dim", change="dim"))
    served.run_later()
    (member,) = served.told.presence[-1].members
    assert (member.page, member.seen - member.moved) == ("/changes/dim", 60_000)
    served.clock += 1_000
    served.presence.look_at(ANN, presence.LookAt(page="/changes/dim", change="dim"))
    served.run_later()
    assert len(served.told.presence) == 2, "a sign of life alone is nothing to tell"
    served.claim(ANN, task="1.1")
    served.run_later()
    assert served.told.presence[-1].members[0].holds == ["dim/1.1"]
    served.presence.leave(ANN, presence.Leave())
    assert served.held() == {}
    assert served.presence.list_presence(BOB, presence.ListPresence()).members == []


def test_a_quiet_claim_needs_a_person_who_frees_it_by_one_press(served):
    served.claim(ANN, task="1.1")
    served.clock += QUIET_MS
    served.office.sweep()
    (item,) = served.needs()
    assert (item.kind, item.who, item.task, item.change) == ("claim", "otter-1", "dim/1.1", "dim")
    assert served.told.attention[-1].items == [item]
    request = presence.ReleaseClaim(**item.actions[0].kwargs)
    served.claims.release_claim(BOB, request)
    assert served.held() == {}
    assert served.needs() == []


def test_a_question_needs_a_person_first_and_is_answered_by_one_press(served):
    ask = agents.AgentAsk(question="Which lamp?", task="1.1", options=["Desk", "Floor"])
    said = served.agents.agent_ask(ANN, ask)
    assert said.text.startswith("q1 asked.")
    (item,) = served.needs()
    assert (item.kind, item.why, item.task) == ("question", "q1: Which lamp?", "dim/1.1")
    assert [action.label for action in item.actions] == ["Desk", "Floor"]
    request = agents.AnswerQuestion(**item.actions[1].kwargs, who="bob")
    served.agents.answer_question(BOB, request)
    assert served.needs() == []
    assert "Answer to q1 (bob): Floor" in served.agents.agent_next(ANN, agents.AgentNext()).text
    with pytest.raises(errors.NoSuchQuestion):
        served.agents.answer_question(BOB, request)


def test_who_only_asks_what_is_next_makes_no_name(served):
    assert served.agents.agent_next(HTTP, agents.AgentNext()).me == ""
    assert served.presence.list_presence(ANN, presence.ListPresence()).members == []
    served.claim(HTTP, me="otter")
    served.clock += LEASE_MS - 1
    assert "yours" in served.agents.agent_next(HTTP, agents.AgentNext(me="otter")).text
    served.clock += LEASE_MS - 1
    served.office.sweep()
    assert served.held() == {"dim/1.1": "otter"}


def test_a_project_that_goes_takes_its_claims_along(served):
    served.claim(ANN, task="1.1")
    served.registry.close("house")
    served.office.sweep()
    assert served.held() == {}
    assert list(served.office.desk.claims) == []


def test_what_happens_is_told_listed_and_outlives_the_node(served, tmp_path, request):
    state = tmp_path / "state"
    state.mkdir()
    journal, happened = recorded(served, state)
    served.claim(ANN, task="1.1")
    served.done(ANN, "1.1")
    ask = agents.AgentAsk(question="Which lamp?", options=["Desk"])
    served.agents.agent_ask(ANN, ask)
    served.agents.agent_note(ANN, agents.AgentNote(task="1.2", text="It hums."))
    served.path.write_text(TASKS.replace("[ ]", "[x]"))
    served.project.store.reload()
    served.project.advance()
    runs = journal.list_activity(BOB, activity.ListActivity()).runs
    assert {(run.what, run.who, run.count) for run in runs} >= {
        ("claimed", "otter-1", 1), ("ticked", "otter-1", 1), ("ticked", "", 2),
        ("asked", "otter-1", 1), ("noted", "otter-1", 1),
    }  # fmt: skip
    assert sum(len(event.events) for event in happened) == sum(run.count for run in runs)
    again = Served(tmp_path)
    request.addfinalizer(again.registry.close_all)
    later, _ = recorded(again, state)
    assert later.list_activity(BOB, activity.ListActivity()).runs == runs
    question = next(item for item in again.needs() if item.kind == "question")
    assert [action.label for action in question.actions] == ["Desk", "Put away"]
    assert "note otter-1" in again.agents.agent_show(ANN, agents.AgentShow(what="1.2")).text
    assert again.agents.agent_ask(BOB, agents.AgentAsk(question="And?")).me == "heron-1"


def test_a_question_that_went_with_its_task_does_not_come_back_with_the_node(
    served, tmp_path, request
):
    state = tmp_path / "state"
    state.mkdir()
    recorded(served, state)
    for task in ("1.1", "1.2"):
        served.agents.agent_ask(ANN, agents.AgentAsk(question=f"Which for {task}?", task=task))
    served.done(ANN, "1.1")
    again = Served(tmp_path)
    request.addfinalizer(again.registry.close_all)
    recorded(again, state)
    questions = [item.why for item in again.needs() if item.kind == "question"]
    assert len(questions) == 1
    assert "Which for 1.2?" in questions[0]


def test_from_which_machine_it_was_done_stands_in_the_journal(served, tmp_path, request):
    state = tmp_path / "state"
    state.mkdir()
    journal, _ = recorded(served, state)
    laptop = replace(PROVEN, origin=Origin("192.168.1.7"))
    phone = replace(PROVEN, session=12, origin=Origin("localhost", "10.0.0.9"))
    guest = replace(BOB, origin=Origin("localhost"))
    served.presence.join(laptop, presence.Join(kind="person"))
    served.claim(laptop, task="1.1")
    ask = agents.AgentAsk(question="Which lamp?")
    served.agents.agent_ask(guest, ask)
    served.agents.answer_question(phone, agents.AnswerQuestion(question="q1", answer="Desk"))
    for caller, task, text in ((phone, 2, "1.2 Do more"), (laptop, 3, "1.3 Rest")):
        tick = tasks.SetTask(change="dim", task=task, done=True, expect=text)
        answer(ServedTasks(served.registry).set_task(caller, tick))
    served.office.session_left(laptop.session)
    served.clock += GRACE_MS
    served.office.sweep()
    runs = journal.list_activity(BOB, activity.ListActivity()).runs
    assert {(run.what, run.who, run.machine, run.forwarded) for run in runs} >= {
        ("claimed", "carol", "192.168.1.7", ""), ("asked", "otter-1", "localhost", ""),
        ("ticked", "carol", "localhost", "10.0.0.9"), ("ticked", "carol", "192.168.1.7", ""),
        ("left", "carol", "192.168.1.7", ""),
    }  # fmt: skip
    assert {run.kind for run in runs if run.who == "carol"} == {"person"}
    assert {run.kind for run in runs if run.who == "otter-1"} == {"agent"}
    again = Served(tmp_path)
    request.addfinalizer(again.registry.close_all)
    later, _ = recorded(again, state)
    assert later.list_activity(BOB, activity.ListActivity()).runs == runs


def test_a_change_that_comes_out_of_the_archive_is_opened_again_not_begun(served, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    journal, _ = recorded(served, state)
    place = served.path.parent
    archived = place.parent / "archive/2026-01-02-dim"
    archived.parent.mkdir(exist_ok=True)
    for source, target in ((place, archived), (archived, place)):
        source.rename(target)
        served.project.store.reload()
        served.project.advance()
    runs = journal.list_activity(BOB, activity.ListActivity(change="dim")).runs
    assert [run.what for run in runs if run.what in ("created", "archived", "reopened")] == [
        "reopened", "archived",
    ]  # fmt: skip


def test_a_disk_that_takes_nothing_stops_nobody(served, tmp_path):
    journal, _ = recorded(served, tmp_path / "missing")
    served.claim(ANN, task="1.1")
    assert served.done(ANN, "1.1").text.startswith("Ticked")
    (tmp_path / "missing").mkdir()
    served.claim(ANN, task="1.2")
    written = (tmp_path / "missing/activity.jsonl").read_text()
    assert written.count("claimed") == 2, "what could not be written then is written now"
    assert journal.list_activity(BOB, activity.ListActivity(change="dim")).runs


def test_nobody_pushes_what_others_did_out_of_the_journal(served):
    journal, happened = recorded(served, None)

    def say(who, count):
        for _ in range(int(count)):
            journal.record([Event("ticked", served.clock, who, "house", "dim/1.1", "Do")])

    say("ann", 1)
    # All members of one person have one bound.
    say("eve/one", AT_ONCE)
    say("eve/two", MOST_ENTRIES)
    say("eve", MOST_ENTRIES)
    runs = journal.list_activity(BOB, activity.ListActivity(limit=1000, who="ann")).runs
    assert [run.who for run in runs] == ["ann"]
    assert len(happened) == 1 + AT_ONCE
    served.clock += 60_000
    say("eve", 100)
    assert len(happened) == 1 + AT_ONCE + 60


VIEWER = Caller(session=20, authid="wall", authrole="viewer")
AGENT = Caller(session=21, authid="bob", authrole="agent")


def test_who_may_only_look_becomes_no_member_by_asking(served):
    for number in range(MOST_OF_ONE + 1):
        request = agents.AgentNext(me=f"wall-{number}")
        assert served.agents.agent_next(VIEWER, request).me == ""
    assert served.office.present() == []


def test_nobody_takes_the_places_of_others(served):
    for number in range(MOST_NAMELESS):
        served.office.member_of(HTTP, f"g{number}", "agent")
    for caller in (HTTP, ANN):
        with pytest.raises(errors.Busy, match="let one leave first"):
            served.claim(caller, me="one-more")
    people = [Caller(session=100 + n, authid=f"p{n}", authrole="agent") for n in range(3)]
    for person in people:
        for number in range(MOST_OF_ONE):
            hook = agents.AgentHook(client="x", event="Stop", session=f"{person.authid}{number}")
            served.agents.agent_hook(person, hook)
        with pytest.raises(errors.Busy, match=f"of {person.authid} are here already"):
            served.claim(person)
    assert served.claim(AGENT).me == "bob"


def test_with_the_session_of_somebodys_calls_go_members_and_claims(served):
    served.claim(AGENT, task="1.1")
    hook = agents.AgentHook(client="x", event="Stop", session="5d0c")
    served.agents.agent_hook(AGENT, hook)
    served.claim(HTTP, me="otter", task="1.2")
    served.office.session_left(AGENT.session)
    served.clock += GRACE_MS
    served.office.sweep()
    assert served.held() == {"dim/1.2": "otter"}
    assert [member.name for member in served.office.present()] == ["otter"]


def test_who_calls_again_by_another_session_is_not_lost(served):
    served.claim(AGENT, task="1.1")
    served.office.session_left(AGENT.session)
    again = Caller(session=22, authid="bob", authrole="agent")
    served.agents.agent_next(again, agents.AgentNext())
    served.clock += GRACE_MS
    served.office.sweep()
    assert served.held() == {"dim/1.1": "bob"}


@pytest.mark.parametrize("other", ["bob-ci", "bob.ci", "bob_ci", "bobby", "ann"])
def test_nobody_acts_as_another_whose_name_begins_the_same(served, other):
    theirs = Caller(session=30, authid=other, authrole="agent")
    assert read_name(other) == other
    served.claim(theirs, task="1.1")
    assert served.claim(AGENT, me=other, task="1.2").me == "bob"
    taken = served.claims.take_claim(AGENT, presence.TakeClaim(task="dim/1.3", who=other))
    assert taken.who == "bob"
    assert served.held()["dim/1.1"] == other
    with pytest.raises(BadName):
        read_name("bob/ci")


def test_a_key_of_somebody_elses_session_gives_no_name(served):
    theirs = Caller(session=31, authid="ann", authrole="agent")
    served.presence.join(theirs, presence.Join(key="x:5d0c"))
    served.office.session_left(theirs.session)
    assert served.presence.join(AGENT, presence.Join(key="x:5d0c")).name == "bob"
