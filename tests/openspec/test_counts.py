"""A project's numbers add up to what its parts say."""

from geometry_ws.openspec.format.model import Progress, ProjectState, Status, Verdict
from geometry_ws.openspec.views.counts import OperationCounts, VerdictCounts, count_project


def _count(project):
    store = project.store()
    return count_project(store.state, store.files.changes, store.files.specs)


def test_an_empty_project_counts_nothing():
    counts = count_project(ProjectState(), {}, {})
    assert (counts.specs, counts.changes, counts.archived) == (0, 0, 0)
    assert counts.findings == Verdict()
    assert counts.deltas.total == 0
    assert set(counts.by_status.values()) == {0}


def test_everything_is_counted_once(project):
    project.change("dimmer")
    project.change("done", tasks="- [x] a\n")
    project.change("broken", tasks="", delta="nothing\n")
    project.change(
        "busy",
        tasks="- [x] a\n- [ ] b\n",
        delta="## REMOVED Requirements\n### Requirement: Switching\n"
        "## RENAMED Requirements\n- FROM: ### Requirement: X\n- TO: ### Requirement: Y\n",
    )
    project.write("specs/shade/spec.md", "nothing\n")
    project.write("changes/archive/2026-01-01-old/tasks.md", "- [x] a\n")
    counts = _count(project)
    assert (counts.specs, counts.requirements, counts.scenarios) == (2, 1, 1)
    assert (counts.changes, counts.archived) == (4, 1)
    assert counts.by_status == {
        Status.NOT_STARTED: 0,
        Status.IN_PROGRESS: 2,
        Status.COMPLETE: 1,
        Status.INVALID: 1,
        Status.UNREADABLE: 0,
    }
    assert counts.deltas == OperationCounts(added=2, removed=1, renamed=1)
    assert counts.deltas.total == 4
    assert counts.progress == Progress(3, 6)
    assert counts.spec_verdicts == VerdictCounts(2, 1, 1)
    assert counts.change_verdicts == VerdictCounts(4, 3, 3)
    states = project.store().state
    levels = [
        finding.level
        for state in (*states.changes.values(), *states.specs.values())
        for finding in state.findings
    ]
    assert counts.findings == Verdict(
        levels.count("ERROR"), levels.count("WARNING"), levels.count("INFO")
    )


def test_what_cannot_be_read_is_counted_but_has_no_contents(project):
    project.change("dimmer", delta=b"\0" * (1024 * 1024 + 1))
    project.write("specs/huge/spec.md", b"\0" * (1024 * 1024 + 1))
    counts = _count(project)
    assert (counts.specs, counts.requirements) == (2, 1)
    assert counts.by_status[Status.UNREADABLE] == 1
    assert counts.deltas.total == 0
