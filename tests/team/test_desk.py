"""The six things that agents do: what they answer, and whom a task belongs to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geometry_ws.openspec.format.model import Conflict, Planning
from geometry_ws.openspec.format.worktrees import Copy
from geometry_ws.team.events import Event
from geometry_ws.team.members import GRACE_MS, LEASE_MS
from geometry_ws.team.recall import recall
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.talk import MOST_OF_ONE
from geometry_ws.team.troubles import items_of_desk
from tests.team.team_states import NOW, Table, change

LOGIN = change("add-login", "x 1.1 Find the place", "1.2 Add the form", "1.3 Check the password")
SEARCH = change("add-search", "1.1 Index the specs", "1.2 Add the form to search")


def refused(code, call, *given):
    with pytest.raises(Refusal) as caught:
        call(*given)
    assert caught.value.code == code
    sentence = caught.value.sentence
    assert len(sentence) <= 300
    assert sentence.endswith((".", "?"))
    return sentence


def test_next_shows_begun_changes_first_and_how_many_more_there_are():
    said = Table(LOGIN, SEARCH).next(None)
    assert said.splitlines() == [
        "add-login/1.2  Add the form  [add-login 1/3]",
        "add-login/1.3  Check the password",
        "add-search/1.1  Index the specs",
        "1 more.",
    ]


def test_what_others_need_and_what_is_urgent_comes_first_and_what_waits_comes_last():
    needs = change("a-form", "1.1 Draw", planning=Planning(depends_on=("login",)))
    ring = [change(f"ring-{x}", "1.1 Go", planning=Planning(depends_on=(f"ring-{y}",)))
            for x, y in ("ab", "ba")]  # fmt: skip
    gone = change("b-old", "1.1 Draw", copies=(Copy("old", "shelf", archived="2026-01-02-b-old"),))
    urgent = change("x-quick", "1.1 Run", planning=Planning(rank=0))
    table = Table(needs, gone, *ring, change("login", "1.1 Do", "1.2 Test"), urgent)
    assert table.next(None, limit=20).splitlines() == [
        "x-quick/1.1  Run  [x-quick 0/1]",
        "login/1.1  Do", "login/1.2  Test", "ring-a/1.1  Go", "ring-b/1.1  Go",
        "a-form/1.1  Draw",
    ]  # fmt: skip
    assert "[a-form 0/1, waits for login]" in table.next(None, "a-form")
    assert "[b-old 0/1, archived in shelf]" in table.next(None, "b-old")
    assert "archived in shelf, and open here" in table.desk.show("shop", None, "b-old").text
    table.show(gone)
    assert "1 change is archived in another work tree" in table.next(None)
    assert "b-old/1.1" in table.claim(table.member(), "b-old/1.1"), "named it is given"
    assert "b-old/1.1" in table.next(table.desk.members.get("otter-1"))
    table.show(needs, change("login", "x 1.1 Do", "x 1.2 Test"), change("z", "1.1 Last"))
    assert table.next(None).startswith("a-form/1.1  Draw  [a-form 0/1]"), "what it needs is done"


def test_a_claimed_task_is_shown_first_to_its_holder_and_to_nobody_else():
    table = Table(LOGIN, SEARCH)
    otter, heron = table.member(), table.member()
    assert (otter.name, heron.name) == ("otter-1", "heron-1")
    said = table.claim(otter, "add-search/1.1")
    assert said.startswith("Yours until ")
    assert said.endswith("(you are otter-1)")
    assert table.next(otter).splitlines()[0].startswith("add-search/1.1  Index the specs  [yours")
    assert "add-search/1.1" not in table.next(heron, limit=20)


def test_claim_without_a_task_takes_what_next_would_show():
    table = Table(LOGIN, SEARCH)
    otter, heron = table.member(), table.member()
    assert "add-login/1.2" in table.claim(otter)
    assert "add-login/1.2" in table.claim(otter), "again is renewed"
    assert "add-login/1.3" not in table.claim(heron), "where nobody is comes first"
    assert [claim.name for claim in table.desk.claims] == ["add-login/1.2", "add-search/1.1"]


def test_what_is_held_says_by_whom_and_what_is_free_instead():
    table = Table(LOGIN)
    otter, heron = table.member(), table.member()
    table.claim(otter, "add-login/1.2")
    said = refused("held", table.claim, heron, "add-login/1.2")
    assert said.startswith("add-login/1.2 is otter-1's until ")
    assert "last sign just now" in said
    assert said.endswith("Free: add-login/1.3.")
    refused("held", table.done, heron, "add-login/1.2")


def test_a_whole_change_is_claimed_with_its_tasks():
    table = Table(LOGIN, SEARCH)
    otter, heron = table.member(), table.member()
    table.claim(heron, "add-search/1.1")
    refused("held", table.claim, otter, "add-search")
    table.claim(otter, "add-login")
    refused("held", table.claim, heron, "add-login/1.3")
    assert "Ticked add-login/1.2 (2/3)" in table.done(otter, "add-login/1.2")


def test_done_ticks_names_what_is_next_and_frees_the_task():
    table = Table(LOGIN)
    otter = table.member()
    table.claim(otter)
    said = table.done(otter, "add-login/1.2", note="Tested in Firefox.")
    assert said == (
        "Ticked add-login/1.2 (2/3). "
        'Next: add-login/1.3 "Check the password" — claim it, or stop here.'
    )
    assert list(table.desk.claims) == []
    assert "note otter-1" in table.desk.show("shop", otter, "add-login/1.2").text
    again = table.done(table.member("ann", "person"), "add-login/1.2")
    assert again.startswith("Already done: add-login/1.2 (2/3, by otter-1 ")


def test_done_without_a_claim_is_fine_and_a_failed_tick_leaves_nothing():
    table = Table(LOGIN)
    otter = table.member()
    ticking = table.desk.begin_done("shop", otter, "1.2", NOW)
    assert [claim.who for claim in table.desk.claims] == ["otter-1"]
    table.desk.fail_done(ticking)
    assert list(table.desk.claims) == []
    assert "Ticked" in table.done(otter, "1.2")


def test_a_task_that_reads_otherwise_by_now_is_not_ticked():
    table = Table(LOGIN)
    otter = table.member()
    table.next(otter)
    table.show(change("add-login", "x 1.1 Find", "1.2 Add the form and its test", "1.3 Check"))
    said = refused("stale_revision", table.done, otter, "add-login/1.2")
    assert 'now reads "Add the form and its test"' in said
    assert "Ticked" in table.done(otter, "add-login/1.2"), "it knows the new text now"


@pytest.mark.parametrize(
    "written",
    [
        "add-login/1.2", "add-login 1.2", "add-login#2", "1.3 Check the password", "add-login/1.2.",
        "- [ ] 1.2 Add the form", "add-login/1.2 Add the form", "1.3", "  add-login/1.2 ",
    ],
)  # fmt: skip
def test_what_can_only_mean_one_task_is_understood(written):
    table = Table(LOGIN, SEARCH)
    otter = table.member()
    assert "add-login/1." in table.claim(otter, written)


def test_what_may_mean_several_tasks_is_asked_back_unless_one_change_is_at_hand():
    table = Table(LOGIN, SEARCH)
    otter = table.member()
    said = refused("no_such_task", table.claim, otter, "1.2")
    assert said == '"1.2" is in add-login, add-search; name it add-login/1.2.'
    table.claim(otter, "add-search/1.1")
    assert "add-search/1.2" in table.claim(otter, "1.2")


def test_mistakes_say_what_to_do_next():
    table = Table(LOGIN, SEARCH, archived=("2026-01-02-add-cart",))
    otter = table.member()
    said = refused("no_such_task", table.claim, otter, "add-login/1.9")
    assert said == "add-login has no 1.9; it has 1.1–1.3. Call show add-login."
    assert "add-login" in refused("no_such_task", table.claim, otter, "ad-login/1.2")
    assert "archived" in refused("not_open", table.claim, otter, "add-cart/1.2")
    assert "Already done" in refused("not_open", table.claim, otter, "add-login/1.1")
    assert "add-search" in refused("no_such_change", table.next, otter, "add-serch")
    empty = Table(change("new-idea"))
    said = refused("nothing_free", empty.claim, empty.member())
    assert said == "Nothing is free: 1 change waits for its tasks.md. Ask with ask, or stop here."


def test_tasks_without_numbers_are_called_by_their_place():
    table = Table(change("plain", "Do", "Do it well", "Do"))
    otter = table.member()
    assert "plain#2" in table.claim(otter, "plain#2")
    table.show(change("plain", "First", "Do", "Do it well", "Do"))
    assert [claim.name for claim in table.desk.claims] == ["plain#3"], "it goes with its task"


def test_a_claim_ends_with_its_task_however_that_was_ticked():
    table = Table(LOGIN)
    otter = table.member()
    table.claim(otter, "add-login/1.2")
    table.desk.events.clear()
    table.tick(table.desk._tasks["shop"].find("add-login/1.2"))
    assert list(table.desk.claims) == []
    (event,) = table.desk.events
    assert (event.what, event.who, event.maybe) == ("ticked", "", "otter-1")


def test_a_collision_is_told_once_to_each():
    conflict = Conflict("auth", "Session", ("add-sso",), "Archive add-sso first.")
    clash = change("add-login", "1.1 a", "1.2 b", "1.3 c", conflicts=(conflict,))
    table = Table(clash)
    otter, heron = table.member(), table.member()
    sentence = 'add-login contradicts add-sso in "Session".'
    assert sentence in table.claim(otter, "1.1")
    assert sentence not in table.claim(otter, "1.2")
    assert sentence in table.claim(heron, "1.3")


def test_a_question_is_answered_once_and_the_answer_comes_with_next():
    table = Table(LOGIN)
    otter = table.member()
    said = table.desk.ask("shop", otter, "Which database?", "1.2", ["SQLite"], NOW).text
    assert said.startswith("q1 asked.")
    assert table.desk.ask("shop", otter, "Which database?", None, [], NOW).text.startswith("q1 ")
    table.desk.answer("q1", "SQLite\x1b[31m", "alex", NOW)
    late = refused("no_such_question", table.desk.answer, "q1", "Postgres", "eve", NOW)
    assert late == 'q1 has been answered by alex: "SQLite [31m".'
    assert "Answer to q1 (alex): SQLite [31m" in table.next(otter)
    assert "Answer" not in table.next(otter)


def test_nobody_asks_so_much_that_others_can_not_ask():
    table = Table(LOGIN)
    members = table.desk.members
    eve, her_agent = members.come("eve", "person", NOW), members.come("eve/one", "agent", NOW)
    for number in range(MOST_OF_ONE):
        table.desk.ask("shop", (eve, her_agent)[number % 2], f"Why {number}?", None, [], NOW)
    assert "20 answers" in refused("busy", table.desk.ask, "shop", her_agent, "And?", None, [], NOW)
    assert table.desk.ask("shop", table.member(), "And?", None, [], NOW).text.startswith("q21 ")


@pytest.mark.parametrize("how", ["its asker ticks it", "somebody does", "its change is archived"])
def test_a_question_goes_with_its_task(how):
    table = Table(LOGIN, SEARCH)
    otter, heron = table.member(), table.member()
    for asked, task in (
        ("Which form?", "add-login/1.2"),
        ("And then?", "add-search"),
        ("May I stop?", None),
    ):
        table.desk.ask("shop", otter, asked, task, [], NOW)
    if how == "its change is archived":
        table.show(SEARCH, archived=("2026-11-30-add-login",))
    else:
        by = otter if "asker" in how else heron
        said = table.done(by, "add-login/1.2")
        assert ("Nobody has answered q1" in said) is (by is otter)
    assert [question.text for question in table.desk.talk.open()] == ["And then?", "May I stop?"]


def test_a_question_about_a_place_in_the_file_goes_with_its_words_only():
    table = Table(change("add-login", "Find the place", "Add the form"))
    table.desk.ask("shop", table.member(), "Which form?", "add-login#2", [], NOW)
    table.show(change("add-login", "Read first", "x Find the place", "Add the form"))
    assert table.desk.talk.open(), "another task is at its place now"
    table.show(change("add-login", "Read first", "x Find the place", "x Add the form"))
    assert not table.desk.talk.open()


def test_what_was_asked_before_the_node_started_goes_where_its_change_is_archived():
    table = Table(archived=())
    asked = Event("asked", NOW, "otter-1", "shop", "add-login/1.2", "q7: Which form?")
    recall(table.desk, [asked])
    table.show()
    assert table.desk.talk.open(), "what isn't read yet says nothing"
    table.show(archived=("2026-11-30-add-login",))
    assert not table.desk.talk.open()


def test_a_question_whose_asker_is_gone_says_so_and_its_answer_stays_with_the_task():
    table = Table(LOGIN)
    otter = table.member()
    table.desk.ask("shop", otter, "Which form?", "add-login/1.2", ["the old"], NOW)
    table.desk.ask("shop", otter, "May I stop?", None, [], NOW)
    whys = [item.why for item in items_of_desk(table.desk, "shop", NOW)]
    assert whys == ["q1: Which form?", "q2: May I stop?"]
    table.desk.leave(otter, NOW)
    first, second = items_of_desk(table.desk, "shop", NOW)
    assert first.why == "q1: Which form? (otter-1 isn't here now.)"
    assert [action.label for action in first.actions] == ["the old", "Put away"]
    table.desk.answer("q1", "the old", "ann", NOW)
    heron = table.member()
    shown = table.desk.show("shop", heron, "add-login/1.2").text
    assert "the old (answer to: Which form?)" in shown
    table.desk.answer("q2", second.actions[0].kwargs["answer"], "ann", NOW)
    assert items_of_desk(table.desk, "shop", NOW) == []
    assert len(table.desk.talk.notes) == 1


def test_answers_stay_short():
    long = "y" * 3000
    tasks = [f"1.{number} {long}" for number in range(1, 40)]
    table = Table(change("big", *tasks))
    otter = table.member()
    assert len(table.next(otter, limit=20)) <= 1000
    assert len(table.desk.show("shop", otter, "big").text) <= 2000
    assert "read: plans/changes/big/: " in table.desk.show("shop", otter, "big", "plans").text
    assert "read: plans/changes/big/: " in table.desk.show("shop", otter, "big/1.2", "plans").text
    assert len(table.desk.show("shop", otter, "big/1.2").text) <= 2000
    for said in (table.claim(otter, "big/1.1"), table.done(otter, "big/1.1")):
        assert len(said) <= 300
    assert len(table.desk.note("shop", otter, "big/1.2", long, NOW).text) <= 300
    assert len(table.desk.ask("shop", otter, long, None, [], NOW).text) <= 300


def test_a_lost_session_keeps_what_it_holds_for_a_moment():
    table = Table(LOGIN)
    otter = table.member()
    table.desk.members.bind(otter, 7)
    table.claim(otter, "1.2")
    table.desk.lose(7, NOW)
    heron = table.member()
    assert "lost just now" in refused("held", table.claim, heron, "1.2")
    assert not table.desk.sweep(NOW + GRACE_MS - 1)
    assert table.desk.sweep(NOW + GRACE_MS)
    assert "Yours" in table.claim(heron, "1.2")


def test_a_session_that_comes_back_in_time_holds_on():
    table = Table(LOGIN)
    otter = table.member()
    table.desk.members.bind(otter, 7)
    table.claim(otter, "1.2")
    table.desk.lose(7, NOW)
    table.desk.members.bind(otter, 8)
    assert not table.desk.sweep(NOW + 10 * LEASE_MS)
    assert [claim.who for claim in table.desk.claims] == ["otter-1"]


def test_without_a_session_every_sign_of_life_renews_and_silence_ends_it():
    table = Table(LOGIN)
    otter = table.member()
    table.claim(otter, "1.2")
    table.now += LEASE_MS - 1
    table.member("otter-1")
    assert not table.desk.sweep(NOW + LEASE_MS)
    assert table.desk.sweep(table.now + LEASE_MS)
    assert "Ticked" in table.done(table.member("otter-1"), "1.2"), "who comes back may finish"


class Claiming(RuleBasedStateMachine):
    """Whatever agents do: each task is held by one, and ticked by its holder alone."""

    def __init__(self):
        super().__init__()
        names = [f"{section}.{number} Task" for section in (1, 2) for number in range(1, 5)]
        self.table = Table(change("alpha", *names), change("beta", *names))
        self.ticked = []

    def member(self, number):
        return self.table.member(f"agent-{number}")

    @rule(who=st.integers(1, 3), change=st.sampled_from(["alpha", "beta"]), task=st.integers(1, 8))
    def claim(self, who, change, task):
        try:
            self.table.claim(self.member(who), f"{change}#{task}")
        except Refusal as problem:
            assert problem.code in ("held", "not_open")

    @rule(who=st.integers(1, 3))
    def claim_any(self, who):
        try:
            self.table.claim(self.member(who))
        except Refusal as problem:
            assert problem.code == "nothing_free"

    @rule(who=st.integers(1, 3), change=st.sampled_from(["alpha", "beta"]), task=st.integers(1, 8))
    def done(self, who, change, task):
        member = self.member(who)
        ref = self.table.desk._tasks["shop"].find(f"{change}#{task}")
        holder = self.table.desk.claims.holder("shop", ref.change, ref.label)
        try:
            said = self.table.done(member, f"{change}#{task}")
        except Refusal as problem:
            assert problem.code == "held"
            assert holder.who != member.name
            return
        if said.startswith("Ticked"):
            assert holder is None or holder.who == member.name
            assert ref.name not in self.ticked
            self.ticked.append(ref.name)

    @rule(who=st.integers(1, 3), change=st.sampled_from(["alpha", "beta", None]))
    def release(self, who, change):
        member = self.member(who)
        self.table.desk.release("shop", member, change, self.table.now)

    @rule(who=st.integers(1, 3), change=st.sampled_from(["alpha", "beta"]))
    def claim_change(self, who, change):
        try:
            self.table.claim(self.member(who), change)
        except Refusal as problem:
            assert problem.code == "held"

    @rule()
    def time_passes(self):
        self.table.now += LEASE_MS
        self.table.desk.sweep(self.table.now)

    @invariant()
    def each_task_has_one_holder(self):
        claims = list(self.table.desk.claims)
        covered = {}
        for claim in claims:
            index = self.table.desk._tasks["shop"].indexes[claim.change]
            for label in [claim.label] if claim.label else index.refs:
                assert covered.setdefault((claim.change, label), claim.who) == claim.who
            if claim.label:
                assert not index.refs[claim.label].task.done


TestClaiming = Claiming.TestCase
TestClaiming.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.text(max_size=80))
def test_whatever_is_written_is_answered_by_a_task_or_a_sentence(written):
    table = Table(LOGIN, SEARCH)
    try:
        table.claim(table.member(), written)
    except Refusal as problem:
        assert len(problem.sentence) <= 300
