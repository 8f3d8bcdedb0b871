"""Whether a change can be archived: the one decision, which archiving goes by and a state shows.

`decide` gives the plan or raises; `archiving_of` says the same of a change as it is, for people to
see before they try.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from geometry_ws.openspec.format.errors import ArchiveRefused, StoreError, Unreadable
from geometry_ws.openspec.format.model import Archiving, MovedBase
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.merging.archive_plan import (
    ArchiveOptions,
    ArchivePlan,
    check_name,
    plan_archive,
)
from geometry_ws.openspec.rules.validate_markers import validate_markers

_AS_IT_IS = ArchiveOptions()
"""Nothing left out and nothing agreed to but that specs are written, which archiving is for."""

_OF_DOCUMENTS = ("archive_validation_failed", "archive_spec_update_failed")
"""The refusals that say what is wrong in documents."""


def decide(
    change: ChangeFiles,
    schemas: Schemas,
    main: Mapping[str, Source],
    today: datetime.date,
    options: ArchiveOptions,
    *,
    taken: Collection[str] = (),
    moved: Sequence[MovedBase] = (),
) -> ArchivePlan:
    """Decide on archiving a change that `check_whole` lets through.

    `main` has the specs that it changes, as far as they exist, `taken` the names in the archive,
    `moved` what has changed under its deltas. Raises ArchiveRefused.
    """
    markers = _markers(change, main)
    try:
        plan = plan_archive(change, schemas, main, today, options, taken=taken)
    except ArchiveRefused as problem:
        if not markers or problem.code not in _OF_DOCUMENTS:
            raise
        # What is wrong in the documents mostly comes of them.
        raise ArchiveRefused(problem.code, f"{markers[0]} {problem}", problem.fix) from None
    plan = replace(plan, markers=markers)
    if options.skip_specs or not moved:
        return plan
    messages = tuple(each.message for each in moved)
    if options.accept_base:
        return replace(plan, warnings=(*plan.warnings, *messages))
    raise ArchiveRefused(
        "base_moved",
        " ".join(messages),
        f"Merge both: geometry-ws openspec rebase {change.name}. Or agree to the loss:"
        " accept_base, --accept-base.",
    )


def _markers(change: ChangeFiles, main: Mapping[str, Source]) -> tuple[str, ...]:
    own = {f"changes/{change.name}/{path}": source for path, source in change.sources.items()}
    specs = {f"specs/{id_}/{SPEC_FILE}": main[id_] for id_ in change.deltas if id_ in main}
    return tuple(finding.message for finding in validate_markers({**own, **specs}))


def check_whole(change: ChangeFiles) -> None:
    """Raise Unreadable where not all of a change was looked at: a delta might be missing."""
    if change.problem:
        raise Unreadable(change.problem)
    if not change.is_whole:
        raise Unreadable("The change has more files or folders than can be looked through.")


def archiving_of(
    change: ChangeFiles,
    schemas: Schemas,
    main: Mapping[str, Source],
    today: datetime.date,
    *,
    taken: Collection[str] = (),
    moved: Sequence[MovedBase] = (),
) -> Archiving:
    """Say whether a change can be archived as it is; the arguments are those of `decide`."""
    try:
        check_name(change.name)
        check_whole(change)
        decide(change, schemas, main, today, _AS_IT_IS, taken=taken, moved=moved)
    except StoreError as problem:
        return refused(problem)
    return Archiving(can=True)


def refused(problem: StoreError) -> Archiving:
    """What a refusal says of a change."""
    if isinstance(problem, ArchiveRefused):
        return Archiving(code=problem.code, why=str(problem), fix=problem.fix)
    return Archiving(why=str(problem))
