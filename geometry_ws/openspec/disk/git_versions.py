"""The versions that git has of a project's deltas, each with its main spec as of the same commit.

All of them are read by two runs of git, however many deltas there are.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geometry_ws.openspec.disk.git_process import GitFailed, find_work_tree, head_of, run_git
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.format.sources import SPEC_FILE, Source
from geometry_ws.openspec.rebasing.lineage import Version

MOST_COMMITS = 5000
MOST_VERSIONS = 40
"""Of one delta: the first, and the newest of the others."""


@dataclass(slots=True)
class GitVersions:
    """What git knows about the openspec/ folder at a real path; remembers documents by their id."""

    root: str
    _documents: dict[bytes, Source] = field(default_factory=dict)

    def head(self) -> tuple[str, ...] | None:
        """What changes with every commit and checkout; None where there is no git."""
        place = find_work_tree(self.root)
        return None if place is None else (place[0], *head_of(place[1]))

    def read(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Version]]:
        """The versions of deltas, oldest first, by change and spec; those that git knows.

        Raises GitFailed.
        """
        place = find_work_tree(self.root)
        if place is None:
            raise GitFailed("there is no git here")
        prefix = os.path.relpath(self.root, place[0])
        prefix = "" if prefix == "." else f"{prefix}/"
        log = run_git(
            place[0],
            [
                "log", "-z", "--topo-order", "-M", "--name-status", "--no-show-signature",
                f"--max-count={MOST_COMMITS}", "--format=tformat:%x01%H %ct", "--",
                f":(literal){prefix}changes", f":(exclude,literal){prefix}changes/archive",
            ],
        )  # fmt: skip
        histories = _histories(log, f"{prefix}changes/")
        chosen = {key: _chosen(histories.get(key, [])) for key in wanted}
        return self._versions(
            place[0], prefix, {key: those for key, those in chosen.items() if those}
        )

    def _versions(
        self, top: str, prefix: str, chosen: Mapping[tuple[str, str], list["_Step"]]
    ) -> dict[tuple[str, str], list[Version]]:
        names: dict[str, None] = {}
        for (_, spec), steps in chosen.items():
            for step in steps:
                for name in _names(step, prefix, spec):
                    names[name] = None
        plain = [name for name in names if "\n" not in name]
        given = "".join(f"{name}\n" for name in plain).encode("utf-8", "surrogateescape")
        output = run_git(top, ["cat-file", "--batch"], given) if plain else b""
        documents = dict(zip(plain, self._parsed(output), strict=False))
        return {
            (change, spec): [
                Version(
                    step.commit[:12], step.time,
                    *(documents.get(name) for name in _names(step, prefix, spec)),
                )
                for step in steps
            ]
            for (change, spec), steps in chosen.items()
        }  # fmt: skip

    def _parsed(self, output: bytes) -> Iterable[Source | None]:
        """The documents of a batch, in its order; None for one that isn't there."""
        known, self._documents = self._documents, {}
        at = 0
        while at < len(output):
            end = output.index(b"\n", at)
            words = output[at:end].split(b" ")
            at = end + 1
            if len(words) != 3 or not words[2].isdigit():
                yield None
                continue
            size = int(words[2])
            source: Source | None = None
            if words[1] == b"blob" and size <= MAX_DOCUMENT:
                source = known.get(words[0]) or self._documents.get(words[0])
                source = source or Source(output[at : at + size])
                self._documents[words[0]] = source
            at += size + 1
            yield source


@dataclass(frozen=True, slots=True)
class _Step:
    """A commit that touched a delta, and the delta's path then (empty: it removed it)."""

    commit: str
    time: int
    path: str


def _names(step: _Step, prefix: str, spec: str) -> tuple[str, str]:
    return (
        f"{step.commit}:{step.path or prefix + 'changes/-'}",
        f"{step.commit}:{prefix}specs/{spec}/{SPEC_FILE}",
    )


def _chosen(steps: list[_Step]) -> list[_Step]:
    return steps if len(steps) <= MOST_VERSIONS else [steps[0], *steps[1 - MOST_VERSIONS :]]


def _histories(log: bytes, folder: str) -> dict[tuple[str, str], list[_Step]]:
    """The steps of each delta, oldest first; a change that got another name keeps its own."""
    histories: dict[tuple[str, str], list[_Step]] = {}
    for commit, time, entries in reversed(list(_commits(log))):
        moved = {}
        for status, old, new in entries:
            before, after = _delta(old, folder), _delta(new, folder)
            if status == "R" and before and after and before[1] == after[1]:
                moved[after] = histories.get(before, [])
            if before and status in "RD":
                histories[before] = [*histories.get(before, []), _Step(commit, time, "")]
        for status, _, new in entries:
            after = _delta(new, folder)
            if after and status != "D":
                steps = moved.get(after, histories.get(after, []))
                histories[after] = [*steps, _Step(commit, time, new)]
    return histories


def _delta(path: str, folder: str) -> tuple[str, str] | None:
    """The change and the spec of a delta's path; None where it is no delta's."""
    parts = path.removeprefix(folder).split("/")
    if not path.startswith(folder) or len(parts) < 4 or parts[0] == "archive":
        return None
    if parts[1] != "specs" or parts[-1] != SPEC_FILE:
        return None
    return parts[0], "/".join(parts[2:-1])


_Entry = tuple[str, str, str]


def _commits(log: bytes) -> Iterable[tuple[str, int, list[_Entry]]]:
    """The commits of a log, each with what it did to which paths (old and new)."""
    commit, time = "", 0
    entries: list[_Entry] = []
    pending = iter(log.decode("utf-8", "surrogateescape").split("\0"))
    for token in pending:
        word = token.lstrip("\n")
        if word.startswith("\1"):
            if commit:
                yield commit, time, entries
            commit, _, seconds = word[1:].partition(" ")
            time, entries = int(seconds), []
        elif word and commit:
            old = next(pending, "")
            new = next(pending, "") if word[0] in "RC" else old
            entries.append((word[0], old, new))
    if commit:
        yield commit, time, entries
