"""Archiving decided without the disk's help: every branch, with its code or its counts."""

import datetime

import pytest

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import ArchiveRefused
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from tests.openspec.archive_cases import CASES, write_case

TODAY = datetime.date(2026, 11, 24)


def options_of(case):
    return ArchiveOptions(
        skip_specs="--skip-specs" in case.options,
        validate="--no-validate" not in case.options,
        allow_incomplete="--yes" in case.options,
        confirmed="--yes" in case.options,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_branch_comes_to_what_the_official_tool_makes_of_it(tmp_path, case):
    write_case(tmp_path / "openspec", case)
    store = Store(tmp_path / "openspec")
    store.load()
    try:
        plan = store.archive("it", TODAY, options_of(case), dry=True).plan
    except ArchiveRefused as problem:
        outcome = problem.code
    else:
        counts = plan.totals
        outcome = counts and (
            counts.added, counts.modified, counts.removed, counts.renamed, len(plan.warnings)
        )  # fmt: skip
    assert outcome == case.outcome
