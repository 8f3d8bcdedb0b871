"""The desk, served: strict claims, who ticked what, channels, and permissions asked for."""

import pytest
from twisted.internet.defer import Deferred

from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.team.channels import ServedChannels
from geometry_ws.protocol import agents, errors, presence, tasks
from geometry_ws.protocol import channels as wire
from geometry_ws.protocol.declare import Caller
from tests.components.served_project import answer
from tests.components.served_team import ANN, BOB, HTTP, PROVEN, serving

TESTER = Caller(session=20, authid="carol/tests", authrole="agent")
TEXTS = "Do", "Do more", "Rest"


@pytest.fixture
def served(tmp_path):
    yield from serving(tmp_path)


def tick(served, caller, number, done=True):
    request = tasks.SetTask(
        change="dim", task=number, done=done, expect=f"1.{number} {TEXTS[number - 1]}"
    )
    return answer(ServedTasks(served.registry).set_task(caller, request))


def test_what_several_tick_at_once_is_each_ones_own(served):
    waiting, recorded = [], []
    served.office.recorders.append(recorded.extend)

    def in_thread(work, *given):
        waiting.append((Deferred(), work(*given)))
        return waiting[-1][0]

    served.registry.in_thread = in_thread
    calls = [
        Deferred.fromCoroutine(served.agents.agent_done(HTTP, agents.AgentDone(task=task, me=me)))
        for task, me in (("1.1", "otter"), ("1.2", "heron"))
    ]
    served.path.write_text(served.path.read_text().replace("[ ] 1.3", "[x] 1.3"))
    served.project.store.reload({str(served.path)})
    for writing, result in waiting:
        writing.callback(result)
    assert [call.result.text[:10] for call in calls] == ["Ticked dim"] * 2
    assert [(e.who, e.task) for e in recorded if e.what == "ticked"] == [
        ("otter", "dim/1.1"), ("heron", "dim/1.2"), ("", "dim/1.3"),
    ]  # fmt: skip


def test_a_permission_is_answered_by_somebody_with_a_name_and_told_to_that_session(served):
    channels = ServedChannels(served.office)
    served.presence.join(TESTER, presence.Join(name="x", kind="agent", key="claude:5d0c"))
    served.office.desk.members.get("carol/tests").project = served.project.id
    own = Caller(session=21, authid="carol/tests", authrole="agent")
    assert channels.open_channel(own, wire.OpenChannel(key="claude:5d0c")).me == "carol/tests"
    ask = wire.AskPermission(request="abcde", tool="Bash", text="npm test")
    channels.ask_permission(own, ask)
    (item,) = served.needs()
    assert (item.kind, [action.label for action in item.actions]) == (
        "permission", ["Allow", "Deny"],
    )  # fmt: skip
    answered = wire.AnswerPermission(**item.actions[0].kwargs)
    with pytest.raises(errors.NotAuthorized):
        channels.answer_permission(ANN, answered)
    channels.answer_permission(PROVEN, answered)
    ((session, news),) = served.told.news
    assert (session, news.request, news.allow, news.who) == (21, "abcde", True, "carol")
    assert served.needs() == []
    with pytest.raises(errors.NoSuchPermission):
        channels.answer_permission(PROVEN, answered)


@pytest.mark.parametrize("caller", [ANN, PROVEN])
def test_nobody_asks_who_could_allow_it_as_well_or_has_no_name(served, caller):
    channels = ServedChannels(served.office)
    channels.open_channel(caller, wire.OpenChannel(key="claude:5d0c"))
    with pytest.raises(errors.NotAuthorized):
        channels.ask_permission(caller, wire.AskPermission(request="a", tool="Bash"))


def test_a_session_is_told_what_concerns_it_within_a_second(served):
    served.presence.join(ANN, presence.Join(name="otter", kind="agent", key="claude:5d0c"))
    ServedChannels(served.office).open_channel(BOB, wire.OpenChannel(key="claude:5d0c"))
    served.agents.agent_ask(ANN, agents.AgentAsk(question="Which door?"))
    served.agents.answer_question(HTTP, agents.AnswerQuestion(question="q1", answer="Front"))
    served.office.sweep()
    served.office.sweep()
    assert [(session, news.text) for session, news in served.told.news] == [
        (BOB.session, "Answer to q1 (somebody): Front")
    ]
