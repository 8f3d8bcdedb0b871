"""The official tool and we archive the same changes: the same answers, and the same bytes."""

import datetime
import json
import random
import shutil

import pytest

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.changes import OPERATIONS
from geometry_ws.openspec.format.errors import ArchiveRefused, StoreError
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions
from tests.openspec.archive_cases import CASES, write_case
from tests.openspec.openspec_answers import Official
from tests.openspec.test_archive_plan import options_of

pytestmark = [
    pytest.mark.nodejs,
    pytest.mark.skipif(
        shutil.which("openspec") is None, reason="the official tool is not installed"
    ),
]


@pytest.fixture(scope="module")
def tool(tmp_path_factory):
    started = Official(tmp_path_factory.mktemp("home"))
    yield started
    started.close()


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def theirs(tool, folder, change, arguments):
    """What the official tool answers, without its wording."""
    code, out, _ = tool.ask(folder.parent, "archive", "--json", *arguments, "--", change)
    document = json.loads(out)
    answer = document["archive"]
    if answer is None:
        assert code == 1
        status = document["status"][0]
        return {"code": status["code"], "fix": "fix" in status}
    assert code == 0
    answer["path"] = answer["path"].removeprefix(str(folder))
    return {**answer, "warnings": len(answer.get("warnings", []))}


def ours(folder, change, options):
    store = Store(folder)
    store.load()
    try:
        done = store.archive(change, datetime.datetime.now(datetime.UTC).date(), options)
    except ArchiveRefused as problem:
        return {"code": problem.code, "fix": bool(problem.fix)}
    except StoreError:
        return {"code": "archive_error", "fix": False}
    plan = done.plan
    answer = {
        "change": plan.change,
        "archivedAs": plan.archived_as,
        "path": done.path.removeprefix(str(folder)),
        "specsUpdated": plan.specs_updated,
        "warnings": len(plan.warnings),
    }
    if plan.totals is not None:
        names = ("added", "modified", "removed", "renamed")
        answer["totals"] = {name: getattr(plan.totals, name) for name in names}
    return answer


def compare(tool, project, tmp_path, change, arguments, options):
    here, there = tmp_path / "here" / "openspec", tmp_path / "there" / "openspec"
    for copy in (here, there):
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(project, copy)
    assert ours(here, change, options) == theirs(tool, there, change, arguments)
    written, official = contents(here), contents(there)
    assert written.keys() == official.keys()
    for path, data in official.items():
        # What is no text stays as it is here; there it is replaced for good.
        if written[path] != data:
            assert written[path].decode("utf-8", "replace").encode() == data, path
            assert b"\xef\xbf\xbd" not in written[path]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_branch_ends_alike(tool, tmp_path, case):
    write_case(tmp_path / "openspec", case)
    compare(tool, tmp_path / "openspec", tmp_path, "it", case.options, options_of(case))


# --- random projects ----------------------------------------------------------------------

_NAMES = ["A", "B", "a", "A  b", "A b", "C ##", "D", "", "須MUST"]
_LINES = [
    "It SHALL do.", "It MUST do.", "", "", "```", "~~~", "- a step", "  wraps", "* b", "1. c",
    "#### Scenario: s", "#### Scenario: t ##", "#### Edge", "## Notes", "# Top", "### Other",
    "| t |", "<h2>x</h2>", "> q", "---", "\u2028", "x\u00a0", "<!--", "-->", "##### deep", "\ttab",
]  # fmt: skip


def _block(chance, name):
    lines = [f"###{chance.choice([' ', ' ', ' ', ''])}Requirement: {name}", "It SHALL do.", ""]
    lines += ["#### Scenario: s", "- **WHEN** x"]
    for _ in range(chance.choice([0, 0, 1, 3])):
        lines.insert(chance.randint(3, len(lines)), chance.choice(_LINES))
    return lines


def _spec(chance, names):
    lines = ["# t", "", "## Purpose", "p" * 60, "", "## Requirements", ""]
    for name in names:
        lines += [*_block(chance, name), *[""] * chance.randint(0, 3)]
    if chance.random() < 0.1:
        lines += ["## Rest", "r"]
    if chance.random() < 0.1:
        lines.insert(chance.randint(0, len(lines)), chance.choice(_LINES))
    return lines


def _delta(chance, names):
    """Mostly one that fits a spec with requirements of these names."""
    lines = []
    if chance.random() < 0.2:
        lines += ["## Purpose", "q" * chance.choice([10, 60]), chance.choice(_LINES)]
    known = [*names]
    new = [name for name in _NAMES if name not in names]
    for operation in chance.sample(OPERATIONS, chance.randint(1, 3)):
        lines.append(f"## {operation} Requirements")
        for _ in range(chance.choice([1, 1, 2, 4])):
            fits = new if operation == "ADDED" else known
            name = chance.choice(fits if fits and chance.random() < 0.9 else _NAMES)
            if name in fits:
                fits.remove(name)
            if operation == "REMOVED":
                lines.append(f"### Requirement: {name}")
            elif operation == "RENAMED":
                other = chance.choice(new if new else _NAMES)
                lines += [f"- FROM: `### Requirement: {name}`", f"TO: ### Requirement: {other}"]
            else:
                lines += _block(chance, name)
    return lines


def _text(chance, lines):
    end = chance.choice(["\n"] * 6 + ["\r\n", "\r"])
    return (chance.choice([""] * 9 + ["\ufeff"]) + end.join(lines)).encode()


_OPTIONS = [
    (("--yes",), ArchiveOptions(allow_incomplete=True)),
    (("--yes", "--no-validate"), ArchiveOptions(validate=False, allow_incomplete=True)),
]


@pytest.mark.parametrize("seed", range(120))
def test_random_changes_end_alike(tool, tmp_path, seed):
    chance = random.Random(seed)
    files = {"changes/c/proposal.md": b"# c\n"}
    for name in ("s1", "s2", "deep/s3"):
        names = chance.sample(_NAMES, chance.randint(1, 4))
        if chance.random() < 0.8:
            files[f"specs/{name}/spec.md"] = _text(chance, _spec(chance, names))
        if name == "s1" or chance.random() < 0.2:
            files[f"changes/c/specs/{name}/spec.md"] = _text(chance, _delta(chance, names))
    if chance.random() < 0.4:
        files["changes/c/.openspec.yaml"] = b"schema: spec-driven\nretire_capabilities: true\n"
    for path, data in files.items():
        file = tmp_path / "openspec" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    arguments, options = _OPTIONS[seed % 3 // 2]
    compare(tool, tmp_path / "openspec", tmp_path, "c", arguments, options)
