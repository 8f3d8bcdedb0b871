"""What twelve further work trees of a repository cost: at the start, and for a tick in any of them.

A project of 22 open changes, 36 specs and 83 archived changes lies in a repository with thirteen
work trees, each on a branch of its own; in each of them somebody has ticked a task of another
change. *Start* is everything from the first look at the disk to 22 cards that are drawn, with real
files and a real git, in one process: for the tree alone, and for all. *Ticks* are calls of
`task.set` to the OpenSpec component behind a bare router, one after the other, each in another
tree. What git runs is counted. Compare ratios: other programs make all of it slower.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.loads import large_project
from benchmarks.systems.openspec_component import serving
from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import lay_out_board
from geometry_ws.client.follow import ProjectState
from geometry_ws.components.board.model import board_model
from geometry_ws.components.openspec.gc_tuning import without_collection
from geometry_ws.components.openspec.wire import change_detail
from geometry_ws.openspec.disk import git_moves, git_versions, git_worktrees
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.trees import Trees

TREES: Final = 12
CHANGES: Final = 22
ROUNDS: Final = 5
IDLE_LOOKS: Final = 20


def write_repository(folder: Path, trees: int = TREES) -> Path:
    """Write the repository with so many further trees; gives the one that is served."""
    home = folder / "home"
    large_project.write(home, specs=36, changes=CHANGES, archived=83)
    _git(home, "init", "-q", "-b", "main")
    _git(home, "add", "-A")
    _git(home, "commit", "-q", "-m", "begin")
    for number in range(trees):
        tree = folder / f"tree-{number}"
        _git(home, "worktree", "add", "-q", "-b", f"branch-{number}", str(tree))
        tasks = tree / f"openspec/changes/change-{number}/tasks.md"
        tasks.write_text(tasks.read_text().replace("- [ ]", "- [x]", 1))
    return home


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@contextmanager
def counted_git() -> Iterator[list[str]]:
    """The commands that git runs meanwhile, by the modules that ask it for something."""
    runs: list[str] = []
    modules = (git_moves, git_versions, git_worktrees)
    real = git_worktrees.run_git

    def counting(top: str, words: list[str], given: bytes = b"") -> bytes:
        runs.append(words[0])
        return real(top, words, given)

    for module in modules:
        module.run_git = counting  # type: ignore[attr-defined]
    try:
        yield runs
    finally:
        for module in modules:
            module.run_git = real  # type: ignore[attr-defined]


def open_trees(home: Path, *, all_trees: bool) -> Trees:
    """Read the project as the component does, in the served tree alone or in all."""
    shared = Shared()
    folder = home / "openspec"
    make = (lambda path, own: Store(path, shared=own)) if all_trees else None
    trees = Trees(Store(folder, shared=shared), make, shared)
    with without_collection():
        trees.load()
        trees.look_for_trees()
    return trees


def draw_board(trees: Trees) -> int:
    """Draw every card of the board; gives how many."""
    details = {name: change_detail(state) for name, state in trees.state.changes.items()}
    mirror = ProjectState()
    mirror.project = mirror.title = "home"
    mirror.changes = details
    layout = lay_out_board(board_model(mirror))
    for placed in layout.items.values():
        draw_face(placed.face)
    return len(details)


def start_seconds(home: Path, *, all_trees: bool) -> tuple[float, float]:
    """Seconds, and seconds of the processor, from the first look to the board."""
    begun, worked = time.perf_counter(), time.process_time()
    trees = open_trees(home, all_trees=all_trees)
    if draw_board(trees) != CHANGES:
        raise AssertionError("a change is missing on the board")
    return time.perf_counter() - begun, time.process_time() - worked


def tick_seconds(folder: Path, home: Path) -> dict[str, float]:
    """Seconds of a tick in each tree, by the tree's name."""
    taken: dict[str, float] = {}
    with serving(folder, home) as (_, component):
        (info,) = component.call("project.list")["projects"]
        for tree in [each["tree"] for each in info["trees"]] * 2:
            asked = {"change": "change-20", "tree": tree}
            task = component.call("task.list", **asked)["tasks"][0]
            tick = {"task": task["id"], "done": not task["done"], "expect": task["text"]}
            begun = time.monotonic()
            answer = component.call("task.set", **asked, **tick)
            # The first round makes what a tree needs once.
            taken[tree] = time.monotonic() - begun
            if answer["tree"] != tree:
                raise AssertionError(f"the tick went to {answer['tree']}, not to {tree}")
    return taken


def main() -> None:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        home = write_repository(folder)
        for all_trees in (False, True):
            runs = [start_seconds(home, all_trees=all_trees) for _ in range(ROUNDS)]
            seconds, worked = map(statistics.median, zip(*runs, strict=True))
            what = f"{TREES + 1} trees" if all_trees else "one tree"
            print(f"start, {what}: {seconds:.2f} s until drawn, {worked:.2f} s of the processor")
        with counted_git() as runs:
            trees = open_trees(home, all_trees=True)
            trees.read_bases()
            listed = runs.count("worktree")
            print(f"git at the start: {len(runs)} processes, {listed} for the list of trees")
            runs.clear()
            for _ in range(IDLE_LOOKS):
                trees.look_for_trees()
                if trees.wants_bases():
                    trees.read_bases()
            print(f"git in {IDLE_LOOKS} idle looks: {len(runs)} processes")
            _git(folder / "tree-3", "commit", "-q", "-a", "-m", "a tick")
            trees.look_for_trees()
            trees.read_bases()
            listed = runs.count("worktree")
            print(f"git after a commit in a tree: {len(runs)} processes, {listed} for the list")
        taken = sorted(tick_seconds(folder / "node", home).values())
        middle, last = 1000 * statistics.median(taken), 1000 * taken[-1]
        print(f"a tick in each of {len(taken)} trees: {middle:.0f} ms, at most {last:.0f} ms")


if __name__ == "__main__":
    main()
