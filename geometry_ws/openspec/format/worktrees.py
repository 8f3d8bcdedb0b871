"""Values on a project's work trees, and where the copies of a change lie in them. Pure."""

from dataclasses import dataclass

_SHORT = 8


@dataclass(frozen=True, slots=True)
class Worktree:
    """A work tree of a repository, as git lists it.

    `branch` is empty on a detached head; `locked` and `prunable` are git's reasons, None where it
    is not so.
    """

    path: str
    head: str = ""
    branch: str = ""
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None

    @property
    def label(self) -> str:
        """What people call it: its branch, or the commit that is checked out."""
        return self.branch or self.head[:_SHORT] or "no branch"


@dataclass(frozen=True, slots=True)
class Tree:
    """A work tree in which a project lies, by its name here; `home` is the one that is served."""

    name: str
    label: str
    path: str
    home: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a change in another tree than the one that is shown, and not the same there.

    ``archived`` is its name in that tree's archive, where it is archived there.
    """

    tree: str
    branch: str
    done: int = 0
    total: int = 0
    archived: str = ""


def read_worktrees(listing: bytes) -> tuple[Worktree, ...]:
    """What `git worktree list --porcelain -z` says; lines may end with line feeds as well."""
    end = "\0" if b"\0" in listing else "\n"
    trees: list[Worktree] = []
    facts: dict[str, str] = {}
    for line in [*listing.decode("utf-8", "surrogateescape").split(end), ""]:
        if line:
            key, _, value = line.partition(" ")
            facts[key] = value
        elif facts:
            if "worktree" in facts:
                trees.append(_worktree(facts))
            facts = {}
    return tuple(trees)


def _worktree(facts: dict[str, str]) -> Worktree:
    return Worktree(
        facts["worktree"],
        facts.get("HEAD", ""),
        facts.get("branch", "").removeprefix("refs/heads/"),
        "bare" in facts,
        facts.get("locked"),
        facts.get("prunable"),
    )


def named_trees(paths: list[tuple[str, str]]) -> list[str]:
    """A name for each tree, of its folder's name and its label; no two are the same."""
    taken: set[str] = set()
    names = []
    for path, label in paths:
        base = path.rstrip("/").rpartition("/")[2] or label
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        names.append(name)
    return names
