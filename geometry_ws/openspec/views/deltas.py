"""The deltas of a change: each requirement as it is now and as it becomes.

Pure: documents are handed in. A delta that could not be merged is shown all the same, with the
reason. Comparing texts word by word is left to the viewer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.origins import Origins
from geometry_ws.openspec.format.sections import requirement_name
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.rules.merge import Refused, compare_scenarios, merge

Operation = Literal["added", "modified", "removed", "renamed"]


@dataclass(frozen=True, slots=True)
class RequirementDelta:
    """One operation on a requirement; ``name`` is the one that it has afterwards.

    ``before`` is the requirement in the main spec now, as written (None: it isn't there),
    ``after`` as it becomes (None: it goes); ``source`` is its former name where it is renamed,
    ``line`` where its text stands in the delta (0: unknown). ``unchanged``, ``added`` and
    ``missing`` are scenarios' names: in both texts, in the new one only, in the present one only.
    """

    operation: Operation
    name: str
    before: str | None
    after: str | None
    source: str = ""
    line: int = 0
    unchanged: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpecDelta:
    """The operations of one file of a change on one spec; ``path`` is below the change's folder.

    ``is_new`` says that there is no such spec yet; ``refused`` is a sentence where the delta
    could not be merged as things are now, else empty. ``revision`` and ``base_revision`` are those
    of the delta and of the main spec (empty where it is not there or can't be read).
    """

    spec: str
    path: str
    is_new: bool
    refused: str
    requirements: tuple[RequirementDelta, ...]
    revision: str = ""
    base_revision: str = ""


def deltas_of(change: ChangeFiles, specs: Mapping[str, Source]) -> tuple[SpecDelta, ...]:
    """The deltas of a change to the main specs (by id), spec by spec in order of ids."""
    return tuple(_spec_delta(id_, delta, specs.get(id_)) for id_, delta in change.deltas.items())


def _spec_delta(id_: str, source: Source, main: Source | None) -> SpecDelta:
    current = _current(main)
    return SpecDelta(
        spec=id_,
        path=f"specs/{id_}/{SPEC_FILE}",
        is_new=main is None,
        refused=refusal(source, main),
        requirements=tuple(_operations(source.delta, current)) if source.readable else (),
        revision=source.revision if source.readable else "",
        base_revision=main.revision if main is not None and main.readable else "",
    )


def _current(main: Source | None) -> dict[str, Block]:
    if main is None or not main.readable:
        return {}
    return {requirement_name(block.name): block for block in main.spec.blocks}


def refusal(source: Source, main: Source | None) -> str:
    """Why a delta could not be merged into a main spec (None: there is none yet); empty: it can."""
    if not source.readable:
        return f"The delta {source.problem}."
    if main is not None and not main.readable:
        return f"The main spec {main.problem}."
    try:
        merge(source.delta, main)
    except Refused as problem:
        sentence = str(problem).rstrip(".")
        return f"{sentence[:1].upper()}{sentence[1:]}."
    return ""


def _operations(delta: Delta, current: Mapping[str, Block]) -> Iterator[RequirementDelta]:
    origins = Origins(delta.renamed, current)
    for block in delta.added:
        yield _replaced("added", block, current.get(requirement_name(block.name)))
    for block in delta.modified:
        base = origins.find(requirement_name(block.name))
        source = base.name if base is not None and base.name != block.name else ""
        yield _replaced("modified", block, base, source)
    for name in delta.removed:
        gone = current.get(requirement_name(name))
        yield RequirementDelta(
            "removed",
            name,
            before=None if gone is None else gone.raw,
            after=None,
            missing=() if gone is None else gone.scenario_names,
        )
    for rename in delta.renamed:
        base = origins.find(requirement_name(rename.source))
        yield RequirementDelta(
            "renamed",
            rename.target,
            before=None if base is None else base.raw,
            after=None if base is None else _with_name(base, rename.target),
            source=rename.source,
            unchanged=() if base is None else base.scenario_names,
        )


def _replaced(
    operation: Operation, block: Block, current: Block | None, source: str = ""
) -> RequirementDelta:
    if current is None:
        return RequirementDelta(
            operation, block.name, None, block.raw, line=block.line, added=block.scenario_names
        )
    balance = compare_scenarios(current, block)
    left = list(balance.missing)
    unchanged = []
    for name in current.scenario_names:
        if name in left:
            left.remove(name)
        else:
            unchanged.append(name)
    return RequirementDelta(
        operation,
        block.name,
        before=current.raw,
        after=block.raw,
        source=source,
        line=block.line,
        unchanged=tuple(unchanged),
        added=balance.added,
        missing=balance.missing,
    )


def _with_name(block: Block, name: str) -> str:
    return "\n".join([f"### Requirement: {name}", *block.raw.split("\n")[1:]])
