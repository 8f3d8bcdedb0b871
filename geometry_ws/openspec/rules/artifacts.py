"""The artifacts of a change by its schema: which are done, ready or blocked, and by what."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from geometry_ws.openspec.format.schemas import Artifact, Schema

ArtifactState = Literal["done", "skipped", "ready", "blocked"]


@dataclass(frozen=True, slots=True)
class ArtifactStatus:
    """One artifact as it stands: the files it has, and what it waits for."""

    artifact: Artifact
    state: ArtifactState
    files: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtifactPlan:
    """All artifacts of a change, in the order in which they can be written."""

    statuses: tuple[ArtifactStatus, ...]
    needed: tuple[str, ...]
    """The ids of what must be done before the change is applied."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to write."""
        return all(status.state in ("done", "skipped") for status in self.statuses)

    @property
    def next(self) -> str | None:
        """The id of the artifact to write next; None where none is ready."""
        return next(
            (status.artifact.id for status in self.statuses if status.state == "ready"), None
        )


def plan_artifacts(
    schema: Schema, files_of: Callable[[str], Sequence[str]], *, skips_specs: bool = False
) -> ArtifactPlan:
    """Judge every artifact; `files_of` gives the files of a pattern in the change's folder.

    Where the change says that it has no specs, artifacts below specs/ count as complete.
    """
    files = {artifact.id: tuple(files_of(artifact.generates)) for artifact in schema.artifacts}
    skipped = {
        artifact.id
        for artifact in schema.artifacts
        if skips_specs and not files[artifact.id] and makes_specs(artifact)
    }
    complete = {id_ for id_, paths in files.items() if paths} | skipped
    declared = {artifact.id: at for at, artifact in enumerate(schema.artifacts)}
    statuses = []
    for artifact in build_order(schema.artifacts):
        missing = sorted(
            (id_ for id_ in artifact.requires if id_ not in complete), key=declared.__getitem__
        )
        state: ArtifactState = "blocked" if missing else "ready"
        if artifact.id in complete:
            state = "skipped" if artifact.id in skipped else "done"
        waits = tuple(missing) if state == "blocked" else ()
        statuses.append(ArtifactStatus(artifact, state, files[artifact.id], waits))
    return ArtifactPlan(tuple(statuses), schema.applies_after or tuple(declared))


def makes_specs(artifact: Artifact) -> bool:
    """Say whether an artifact's files lie below specs/."""
    parts: list[str] = []
    for part in artifact.generates.replace("\\", "/").split("/"):
        if part not in ("", "."):
            parts.append(part)
    return len(parts) > 1 and parts[0] == "specs"


def build_order(artifacts: Iterable[Artifact]) -> list[Artifact]:
    """Artifacts so that each comes after what it requires; otherwise as they were declared."""
    left = list(artifacts)
    placed: set[str] = set()
    order = []
    while left:
        ready = next(
            (artifact for artifact in left if placed.issuperset(artifact.requires)), left[0]
        )
        left.remove(ready)
        placed.add(ready.id)
        order.append(ready)
    return order
