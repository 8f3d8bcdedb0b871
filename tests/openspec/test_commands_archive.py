"""``archive`` as a command: the official tool's documents and files, and questions to people."""

import datetime
import json
import shutil

import pytest

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.store import Store
from tests.openspec import openspec_answers
from tests.openspec.archive_cases import ADDED, BASE, Case, block, write_case

OPEN_TASKS = {"changes/it/tasks.md": "- [ ] a\n- [x] b\n"}
GOOD = ADDED + block("C")
# None that asks: the official tool would read its answer from where the next line comes.
LINES = [
    "it --yes --json", "it --json", "it --yes", "--json", "nobody --json --yes", "../it --json",
    "it --json --yes --skip-specs", "it --json --skip-specs", "it --json --no-validate",
    "it --json --no-validate --yes", "it -y --json", "it more --json",
    "it --json --store x", "it --store-path x", ".hidden --json --yes", "link --json --yes",
    "it --unknown", "wrap --json --yes", "nobody",
]  # fmt: skip
CASES = [
    Case("good", GOOD, None),
    Case("open", GOOD, None, files=OPEN_TASKS),
    Case("refused", ADDED + block("B", text="It MUST not."), None),
    Case("invalid", ADDED + "### Requirement: C\n", None),
    Case("spoils", GOOD, None, base=BASE.replace("#### Scenario: two", "text")),
    Case("warned", ADDED + block("C") + "## Purpose\nAnother purpose than it has.\n", None),
    Case("bare", None, None),
    Case("taken", GOOD, None),
]  # fmt: skip


def today():
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def write(folder, case):
    write_case(folder, case)
    (folder / "changes/.hidden").mkdir()
    (folder / "changes/.hidden/tasks.md").write_text("- [x] a\n")
    (folder / "changes/link").symlink_to("it")
    (folder / "changes/wrap/one").mkdir(parents=True)
    (folder / "changes/wrap/one/proposal.md").write_text("# x\n")
    if case.name == "taken":
        (folder / f"changes/archive/{today()}-it").mkdir(parents=True)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def in_folder(folder):
    path = str(folder.parent.resolve())
    return FolderProject(Folder(path), {"path": path, "source": "nearest"})


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    tool = openspec_answers.Official(tmp_path_factory.mktemp("home"))
    yield tool
    tool.close()


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_command_lines_end_alike(official, tmp_path, case):
    for number, line in enumerate(LINES):
        here, there = (tmp_path / f"{number}{name}" / "openspec" for name in ("here", "there"))
        for folder in (here, there):
            write(folder, case)
        words = ["archive", *line.split()]
        status, out, _ = official.ask(there.parent, *words)
        output = run(words, in_folder(here), today=today())
        assert output.exit == status, (line, output, out)
        expected = openspec_answers.document(
            out.replace(str(there), str(here)).replace(str(there.parent), str(here.parent))
        )
        said = openspec_answers.document(output.stdout)
        if "--json" in words and expected is not None:
            plain = openspec_answers.without_wording
            assert json.dumps(plain(said)) == json.dumps(plain(expected)), line
        assert contents(here) == contents(there), line


def test_a_store_archives_as_the_folder_does(tmp_path):
    answers = []
    for number in range(2):
        folder = tmp_path / str(number) / "openspec"
        write(folder, CASES[0])
        project = in_folder(folder)
        if number:
            store = Store(folder)
            store.load()
            project = StoredProject(store, project.root)
        output = run(["archive", "it", "--yes", "--json"], project, today="2026-01-31")
        answers.append((output.stdout.replace(str(folder), ""), contents(folder)))
    assert answers[0][1] == answers[1][1]
    first, second = (json.loads(text)["archive"] for text, _ in answers)
    assert first == second
    assert first["path"] == "/changes/archive/2026-01-31-it"


USUAL = "an empty line"


@pytest.mark.parametrize(
    ("case", "line", "answers", "archived", "updated"),
    [
        ("good", "it", [True], True, True),
        ("good", "it", [False], True, False),
        ("good", "it", [USUAL], True, True),
        ("open", "it", [USUAL], False, False),
        ("open", "it", [False], False, False),
        ("open", "it", [True, True], True, True),
        ("open", "it --skip-specs", [True], True, False),
        ("good", "it --no-validate", [False], False, False),
        ("good", "it --no-validate", [True], True, True),
        ("good", "it --yes", [], True, True),
    ],
)
def test_people_are_asked_where_they_can_be(tmp_path, case, line, answers, archived, updated):
    folder = tmp_path / "openspec"
    write(folder, next(known for known in CASES if known.name == case))
    said = list(answers)

    def ask(_question, usual):
        answer = said.pop(0)
        return usual if answer is USUAL else answer

    words = ["archive", *line.split()]
    output = run(words, in_folder(folder), today="2026-01-31", ask=ask)
    assert output.exit == 0
    assert said == []
    assert (folder / "changes/archive/2026-01-31-it").is_dir() is archived
    assert ("### Requirement: C" in (folder / "specs/lamp/spec.md").read_text()) is updated


def test_documents_are_for_programs_who_are_not_asked(tmp_path):
    folder = tmp_path / "openspec"
    write(folder, CASES[0])
    output = run(["archive", "it", "--json"], in_folder(folder), ask=lambda _question, _usual: True)
    assert json.loads(output.stdout)["status"][0]["code"] == "archive_confirmation_required"
    assert (folder / "changes/it").is_dir()


def test_what_archiving_did_is_told_to_people(tmp_path):
    folder = tmp_path / "openspec"
    write(folder, next(known for known in CASES if known.name == "warned"))
    output = run(["archive", "it", "--yes"], in_folder(folder), today="2026-01-31")
    assert output.stdout == ("specs/lamp: updated (1 added)\nit is archived as 2026-01-31-it\n")
    assert output.stderr.startswith("Warning: ")
