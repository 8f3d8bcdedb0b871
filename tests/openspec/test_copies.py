"""Which copy of a change is shown, of those in several work trees: pure, for any mixture."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.format.model import ChangeState, Movement, Progress, ProjectState, Status
from geometry_ws.openspec.format.worktrees import Copy, Worktree, named_trees, read_worktrees
from geometry_ws.openspec.views.copies import Candidate, CopyChooser, TreeMoment, furthest

NAMES = ("a", "b")


def change(name, done, *, text="", moved=0):
    """A change with so many of five tasks done; `text` stands for what else is in it."""
    return ChangeState(
        name,
        name,
        Status.IN_PROGRESS,
        Progress(done, 5),
        "",
        documents=(("tasks.md", f"{done}{text}"),),
        movement=Movement(moved),
    )


@dataclass
class World:
    """Trees, and who chooses among them; the first one is served."""

    trees: list = field(default_factory=list)
    passed: set = field(default_factory=set)
    chooser: CopyChooser = field(default_factory=CopyChooser)
    known: int = 0

    def choose(self):
        moments = [
            TreeMoment(
                f"t{number}",
                f"branch{number}",
                ProjectState(changes=changes, archived=archived),
                lambda name, number=number: (number, name) in self.passed,
            )
            for number, (changes, archived) in enumerate(self.trees)
        ]
        return self.chooser.choose(moments, self.known)


def trees(*changes):
    """Trees of one change `a` each, where there is one."""
    return [({} if each is None else {"a": each}, ()) for each in changes]


copies = st.builds(
    Candidate,
    st.just(0),
    st.integers(0, 4),
    st.integers(0, 5),
    st.integers(0, 3),
    st.booleans(),
)


@given(st.lists(copies, min_size=1, max_size=12))
def test_the_furthest_copy_is_shown_whatever_the_mixture(values):
    candidates = [
        # The same content is as far everywhere.
        Candidate(number, (each.content, each.done), each.done, each.moved, each.left)
        for number, each in enumerate(values)
    ]
    shown = furthest(candidates)
    assert shown in candidates
    current = [each for each in candidates if not each.left] or candidates
    assert shown in current
    assert shown.done == max(each.done for each in current)
    # Of copies that are the same it is that of the first tree, so the one that is served is first.
    assert shown.tree == min(each.tree for each in current if each.content == shown.content)
    for each in current:
        first = min((o for o in current if o.content == each.content), key=lambda o: o.tree)
        if first.done == shown.done:
            assert first.moved <= shown.moved


@st.composite
def worlds(draw):
    world = World()
    for _ in range(draw(st.integers(1, 6))):
        changes, archived = {}, []
        for name in NAMES:
            if draw(st.booleans()):
                changes[name] = change(
                    name,
                    draw(st.integers(0, 5)),
                    text=draw(st.sampled_from("xy")),
                    moved=draw(st.integers(0, 2)),
                )
            if draw(st.booleans()):
                archived.append(f"2026-01-0{draw(st.integers(1, 2))}-{name}")
        world.trees.append((changes, tuple(archived)))
    return world


@given(worlds())
def test_a_change_appears_once_with_the_copy_that_is_furthest(world):
    choices = world.choose()
    names = {name for changes, _ in world.trees for name in changes}
    # No copy was left behind, as far as anybody knows: every name that is open is there, once.
    assert choices.keys() == names
    for name, choice in choices.items():
        own = {n: changes[name] for n, (changes, _) in enumerate(world.trees) if name in changes}
        shown = own[choice.tree]
        assert shown.progress.done == max(state.progress.done for state in own.values())
        assert all(
            n >= choice.tree for n, state in own.items() if state.documents == shown.documents
        )
        # What is elsewhere and different is listed, and so is what is archived there.
        different = {n for n, state in own.items() if state.documents != shown.documents}
        archived = {
            n
            for n, (_, entries) in enumerate(world.trees)
            if n not in own and any(entry.endswith(f"-{name}") for entry in entries)
        }
        assert {copy.tree for copy in choice.copies} == {f"t{n}" for n in different | archived}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=20))
def test_what_was_done_last_is_shown_while_all_others_stay_as_they_were(steps):
    """Ticks and unticks in one tree are never undone by trees that stayed behind."""
    worked = steps[0][0]
    world = World(trees=trees(*[change("a", 3)] * 4))
    assert world.choose()["a"].tree == 0
    for _, done in steps:
        world.trees[worked] = trees(change("a", done))[0]
        shown = world.choose()["a"].tree
        assert world.trees[shown][0]["a"].progress.done == done


def test_trees_that_take_turns_are_followed():
    world = World(trees=trees(change("a", 1), change("a", 1)))
    shown = [world.choose()["a"].tree]
    for tree, done in ((0, 0), (1, 2), (0, 3), (0, 2), (1, 0), (1, 1)):
        world.trees[tree] = trees(change("a", done))[0]
        shown.append(world.choose()["a"].tree)
    assert shown == [0, 0, 1, 0, 0, 1, 1]


def test_a_copy_that_the_served_tree_has_passed_is_not_further():
    world = World(trees=trees(change("a", 1), change("a", 4)), passed={(1, "a")})
    assert world.choose()["a"].tree == 0
    assert world.choose()["a"].copies == (Copy("t1", "branch1", 4, 5),)
    # Somebody who ticks there goes on, though.
    world.trees[1] = trees(change("a", 5))[0]
    assert world.choose()["a"].tree == 1


def test_what_is_archived_where_it_is_served_is_not_open_because_others_stayed_behind():
    world = World(trees=trees(None, change("a", 2)), passed={(1, "a")})
    world.trees[0] = ({}, ("2026-01-01-a",))
    assert world.choose() == {}


def test_archiving_takes_the_card_away_though_another_tree_has_the_same_copy():
    world = World(trees=trees(change("a", 5), change("a", 5)))
    world.choose()
    world.trees[0] = ({}, ("2026-01-01-a",))
    assert world.choose() == {}


def test_what_is_archived_here_and_gone_on_with_elsewhere_says_both():
    world = World(trees=trees(None, change("a", 2, text="new")))
    world.trees[0] = ({}, ("2026-01-01-a",))
    choice = world.choose()["a"]
    assert (choice.tree, choice.copies) == (
        1,
        (Copy("t0", "branch0", archived="2026-01-01-a"),),
    )


def test_what_is_open_here_and_archived_elsewhere_says_both():
    world = World(trees=trees(change("a", 2), None))
    world.trees[1] = ({}, ("2025-01-01-a", "2026-01-01-a"))
    choice = world.choose()["a"]
    assert (choice.tree, choice.copies) == (
        0,
        (Copy("t1", "branch1", archived="2026-01-01-a"),),
    )


def test_a_tree_that_is_gone_is_forgotten():
    world = World(trees=trees(change("a", 1), change("a", 3)))
    assert world.choose()["a"].tree == 1
    del world.trees[1]
    assert world.choose()["a"].tree == 0


LISTING = (
    b"worktree /r/main\0HEAD 1234567890\0branch refs/heads/main\0\0"
    b"worktree /r/f x\0HEAD abcdef0123456\0branch refs/heads/feature/x\0locked on a stick\0\0"
    b"worktree /r/d\0HEAD abcdef0123456\0detached\0locked\0\0"
    b"worktree /r/p\0HEAD abcdef0123456\0detached\0prunable gitdir file points nowhere\0\0"
)


def test_git_s_list_is_read():
    main, locked, detached, broken = read_worktrees(LISTING)
    assert main == Worktree("/r/main", "1234567890", "main")
    assert (locked.path, locked.label, locked.locked) == ("/r/f x", "feature/x", "on a stick")
    assert (detached.branch, detached.label, detached.locked) == ("", "abcdef01", "")
    assert broken.prunable == "gitdir file points nowhere"
    assert read_worktrees(LISTING.replace(b"\0", b"\n")) == (main, locked, detached, broken)
    bare, other = read_worktrees(b"worktree /r/b.git\0bare\0\0worktree /r/x\0HEAD 12\0detached\0\0")
    assert (bare.bare, other.bare) == (True, False)
    assert read_worktrees(b"") == read_worktrees(b"HEAD 1\0\0") == ()


@given(st.lists(st.sampled_from(["/a/x", "/b/x", "/c/x-2", "/d/y/", "/"]), max_size=6))
def test_every_tree_has_a_name_of_its_own(paths):
    names = named_trees([(path, "main") for path in paths])
    assert len(set(names)) == len(paths)
    assert all(names)
