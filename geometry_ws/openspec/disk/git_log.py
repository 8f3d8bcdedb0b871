"""A log of git, read: the commits that touched each delta, with the spec that it was written for.

A commit that was rebased or picked is newer than what it says. Its author wrote the delta earlier,
perhaps against an older spec: the log then has a step for that spec as well.
"""

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field

from geometry_ws.openspec.format.sources import SPEC_FILE

FORMAT = "tformat:%x01%H %ct %at"
"""What `steps_of` reads, with -z and --name-status."""


@dataclass(frozen=True, slots=True)
class Step:
    """A version of a delta: the commit and path of it (an empty path: it was removed).

    `spec_commit` and `spec` say where the main spec of that version is; `time` is in seconds
    since 1970.
    """

    commit: str
    time: int
    path: str
    spec_commit: str
    spec: str


@dataclass(frozen=True, slots=True)
class _Commit:
    name: str
    committed: int
    authored: int
    entries: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _SpecLog:
    """The commits that touched each spec, in order of time."""

    times: dict[str, list[int]] = field(default_factory=dict)
    commits: dict[str, list[str]] = field(default_factory=dict)

    def add(self, spec: str, commit: _Commit) -> None:
        times = self.times.setdefault(spec, [])
        at = bisect.bisect_right(times, commit.committed)
        times.insert(at, commit.committed)
        self.commits.setdefault(spec, []).insert(at, commit.name)

    def changed_between(self, spec: str, first: int, last: int) -> str | None:
        """The commit that had touched a spec at a moment, where others touched it until another.

        None: nothing touched it in between; empty: it wasn't there yet.
        """
        if first >= last:
            return None
        times = self.times.get(spec, [])
        at = bisect.bisect_right(times, first)
        if at == bisect.bisect_right(times, last):
            return None
        return self.commits[spec][at - 1] if at else ""


def steps_of(log: bytes, prefix: str) -> dict[tuple[str, str], list[Step]]:
    """The steps of each delta by change and spec, oldest first; renames are followed.

    `prefix` is the path of the openspec/ folder in the work tree, with a slash, or empty.
    """
    commits = list(_commits(log))[::-1]
    specs = _SpecLog()
    for commit in commits:
        for _, old, new in commit.entries:
            for path in {old, new}:
                spec = _spec(path, prefix)
                if spec:
                    specs.add(spec, commit)
    histories: dict[tuple[str, str], list[Step]] = {}
    for commit in commits:
        _take(commit, prefix, specs, histories)
    return histories


def _take(
    commit: _Commit, prefix: str, specs: _SpecLog, histories: dict[tuple[str, str], list[Step]]
) -> None:
    moved = {}
    for status, old, new in commit.entries:
        before, after = _delta(old, prefix), _delta(new, prefix)
        if status == "R" and before and after:
            moved[after] = histories.get(before, [])
        if before and status in "RD":
            gone = Step(commit.name, commit.committed, "", commit.name, before[1])
            histories[before] = [*histories.get(before, []), gone]
    for status, _, new in commit.entries:
        after = _delta(new, prefix)
        if not after or status == "D":
            continue
        steps = [*moved.get(after, histories.get(after, []))]
        older = specs.changed_between(after[1], commit.authored, commit.committed - 1)
        if older is not None:
            steps.append(Step(commit.name, commit.authored, new, older, after[1]))
        steps.append(Step(commit.name, commit.committed, new, commit.name, after[1]))
        histories[after] = steps


def _spec(path: str, prefix: str) -> str:
    """The id of a main spec by its path; empty where it is none's."""
    start = f"{prefix}specs/"
    if not path.startswith(start) or not path.endswith(f"/{SPEC_FILE}"):
        return ""
    return path[len(start) : -len(SPEC_FILE) - 1]


def _delta(path: str, prefix: str) -> tuple[str, str] | None:
    """The change and the spec of a delta's path; None where it is no delta's."""
    start = f"{prefix}changes/"
    parts = path.removeprefix(start).split("/")
    if not path.startswith(start) or len(parts) < 4 or parts[0] == "archive":
        return None
    if parts[1] != "specs" or parts[-1] != SPEC_FILE:
        return None
    return parts[0], "/".join(parts[2:-1])


def _commits(log: bytes) -> Iterable[_Commit]:
    """The commits of a log, newest first, each with what it did to which paths (old and new)."""
    commit: _Commit | None = None
    pending = iter(log.decode("utf-8", "surrogateescape").split("\0"))
    for token in pending:
        word = token.lstrip("\n")
        if word.startswith("\1"):
            if commit is not None:
                yield commit
            name, committed, authored = word[1:].split(" ")
            commit = _Commit(name, int(committed), int(authored))
        elif word and commit is not None:
            old = next(pending, "")
            new = next(pending, "") if word[0] in "RC" else old
            commit.entries.append((word[0], old, new))
    if commit is not None:
        yield commit
