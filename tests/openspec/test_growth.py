"""A document twice as long takes twice the work: nobody's long one holds a node up."""

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.rebasing.touched import touched_by
from tests.support.steps import steps_of

FEW, MANY = 40, 160
COMMANDS = (["list"], ["validate", "--all", "--json"], ["overlap"], ["rebase", "add-x"])


def requirement(name):
    return (
        f"### Requirement: {name}\nIt SHALL do.\n\n#### Scenario: s\n- **WHEN** a\n- **THEN** b\n\n"
    )


def renames(count):
    pairs = (
        f"- FROM: `### Requirement: a{i}`\n- TO: `### Requirement: a{i + 1}`\n"
        for i in range(count)
    )
    return "## RENAMED Requirements\n\n" + "".join(pairs)


def modified(count):
    return "## MODIFIED Requirements\n\n" + "".join(requirement(f"a{i}") for i in range(count))


DELTAS = {
    "a chain of renames": renames,
    "a chain of renames, all modified": lambda count: renames(count) + modified(count),
    "many modified": modified,
    "many added": lambda count: modified(count).replace("MODIFIED", "ADDED"),
    "one added often": lambda count: "## ADDED Requirements\n\n" + requirement("a0") * count,
}


def ask(folder, command, state=None):
    asked = FolderProject(Folder(folder), {"path": folder, "source": "x"}, lambda: state)
    run(command, asked, today="2026-01-01")


def project(folder, delta, count):
    """Two changes, and the records of what two others were written against that are gone."""
    main = f"# auth\n\n## Purpose\nFor tests.\n\n## Requirements\n\n{requirement('a0')}"
    texts = {"specs/auth/spec.md": main}
    for change in ("old-x", "old-y"):
        texts[f"changes/{change}/specs/auth/spec.md"] = DELTAS[delta](count)
        texts[f"changes/{change}/tasks.md"] = "- [ ] 1.1 a\n"
        texts[f"changes/{change}/proposal.md"] = "## Why\nSo.\n\n## What Changes\n- a\n"
    for name, text in texts.items():
        file = folder / "openspec" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    ask(str(folder), ["list"], folder / "state")
    for last in "xy":
        (folder / f"openspec/changes/old-{last}").rename(folder / f"openspec/changes/add-{last}")
    return folder


def steps(folder, command):
    ask(str(folder), command)
    return steps_of(lambda: ask(str(folder), command, folder / "state"))


@pytest.mark.parametrize("delta", DELTAS)
def test_the_work_grows_with_the_document_and_no_faster(tmp_path, delta):
    few = project(tmp_path / "few", delta, FEW)
    many = project(tmp_path / "many", delta, MANY)
    for command in COMMANDS:
        assert steps(many, command) < 1.5 * MANY / FEW * steps(few, command), command


def test_so_many_renames_are_followed_and_no_more():
    touched = touched_by("auth", Source((renames(100) + modified(101)).encode()).delta)
    assert max(len(each.names) for each in touched) == 33
    (only,) = touched_by("auth", Source(renames(20).encode()).delta)
    assert (only.names[0], only.names[-1], only.operation) == ("a20", "a0", "renamed")
