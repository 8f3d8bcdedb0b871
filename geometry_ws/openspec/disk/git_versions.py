"""The versions that git has of a project's deltas, each with its main spec as of the same commit.

All of them are read by two runs of git, however many deltas there are.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geometry_ws.openspec.disk.git_log import FORMAT, Step, steps_of
from geometry_ws.openspec.disk.git_process import (
    GitFailed,
    batch_objects,
    find_work_tree,
    head_of,
    run_git,
)
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.format.sources import SPEC_FILE, Source
from geometry_ws.openspec.rebasing.lineage import Version

MOST_COMMITS = 5000
MOST_VERSIONS = 40
"""Of one delta: the first, and the newest of the others."""
MOST_MOMENTS = 200
"""Each is two runs of git, for a delta that neither git nor anybody else has seen."""


@dataclass(slots=True)
class GitVersions:
    """What git knows about the openspec/ folder at a real path; remembers documents by their id."""

    root: str
    _documents: dict[bytes, Source] = field(default_factory=dict)
    _moments: dict[tuple[str, int], Source | None] = field(default_factory=dict)

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
                f"--max-count={MOST_COMMITS}", f"--format={FORMAT}", "--",
                f":(literal){prefix}specs", f":(literal){prefix}changes",
                f":(exclude,literal){prefix}changes/archive",
            ],
        )  # fmt: skip
        histories = steps_of(log, prefix)
        chosen = {key: _chosen(histories.get(key, [])) for key in wanted}
        return self._versions(
            place[0], prefix, {key: those for key, those in chosen.items() if those}
        )

    def spec_at(self, spec: str, moment: int) -> Source | None:
        """A main spec of the commit that was checked out at a moment, in seconds since 1970.

        None where git doesn't know.
        """
        key = spec, moment
        if key not in self._moments:
            if len(self._moments) == MOST_MOMENTS:
                return None
            self._moments[key] = self._spec_at(spec, moment)
        return self._moments[key]

    def _spec_at(self, spec: str, moment: int) -> Source | None:
        place = find_work_tree(self.root)
        if place is None:
            return None
        prefix = os.path.relpath(self.root, place[0])
        path = os.path.normpath(f"{prefix}/specs/{spec}/{SPEC_FILE}")
        if "\n" in path:
            return None
        try:
            words = ["rev-parse", "--verify", "--quiet", f"HEAD@{{{moment}}}"]
            commit = run_git(place[0], words).decode("ascii", "replace").strip()
            given = f"{commit}:{path}\n".encode("utf-8", "surrogateescape")
            output = run_git(place[0], ["cat-file", "--batch"], given)
        except GitFailed:
            return None
        known = self._documents
        source = next(iter(self._parsed(output)), None)
        self._documents = known
        return source

    def _versions(
        self, top: str, prefix: str, chosen: Mapping[tuple[str, str], list[Step]]
    ) -> dict[tuple[str, str], list[Version]]:
        names: dict[str, None] = {}
        for steps in chosen.values():
            for step in steps:
                names.update(dict.fromkeys(_names(step, prefix)))
        plain = [name for name in names if "\n" not in name]
        given = "".join(f"{name}\n" for name in plain).encode("utf-8", "surrogateescape")
        output = run_git(top, ["cat-file", "--batch", "--buffer"], given) if plain else b""
        documents = dict(zip(plain, self._parsed(output), strict=False))
        return {
            key: [
                Version(
                    step.commit[:12], step.time,
                    *(documents.get(name) for name in _names(step, prefix)),
                )
                for step in steps
            ]
            for key, steps in chosen.items()
        }  # fmt: skip

    def _parsed(self, output: bytes) -> Iterable[Source | None]:
        """The documents of a batch, in its order; None for one that isn't there."""
        known, self._documents = self._documents, {}
        for each in batch_objects(output):
            source: Source | None = None
            if each is not None and each.kind == b"blob" and len(each.content) <= MAX_DOCUMENT:
                source = known.get(each.name) or self._documents.get(each.name)
                source = source or Source(each.content)
                self._documents[each.name] = source
            yield source


def _names(step: Step, prefix: str) -> tuple[str, str]:
    """What git calls a step's delta and its spec."""
    nothing = f"{step.commit}:{prefix}changes/-"
    return (
        f"{step.commit}:{step.path}" if step.path else nothing,
        f"{step.spec_commit}:{prefix}specs/{step.spec}/{SPEC_FILE}"
        if step.spec_commit
        else nothing,
    )


def _chosen(steps: list[Step]) -> list[Step]:
    return steps if len(steps) <= MOST_VERSIONS else [steps[0], *steps[1 - MOST_VERSIONS :]]
