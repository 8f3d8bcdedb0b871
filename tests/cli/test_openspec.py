"""`geometry-ws openspec` as people type it: in a folder, and to a node."""

import json
import os
import subprocess
import sys

import pytest

from tests.cli import cli_support

SPEC = (
    "## Purpose\nSays how a desk lamp behaves, so that its owner knows what to expect.\n"
    "## Requirements\n### Requirement: On\nIt SHALL light.\n#### Scenario: s\n- a\n"
)
HEAVY = (
    "twisted", "autobahn", "txaio", "crossbar", "skia", "numpy", "msgspec", "watchdog", "PIL",
    "argparse",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    """A small project of its own."""
    folder = tmp_path / "desk"
    for path, text in {
        "specs/lamp/spec.md": SPEC,
        "changes/dim/proposal.md": "# Dim\n## Why\na\n## What Changes\n- **lamp:** adds\n",
        "changes/dim/tasks.md": "- [x] 1.1 a\n- [ ] 1.2 b\n",
        "changes/archive/2026-01-02-old/tasks.md": "- [x] a\n",
        "config.yaml": "schema: spec-driven\ncontext: |\n  Lamps.\n",
    }.items():
        (folder / "openspec" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "openspec" / path).write_text(text)
    return folder


def test_a_folder_answers_from_below_too(desk):
    (desk / "src").mkdir()
    done = cli_support.run("openspec", "list", "--json", cwd=desk / "src")
    assert done.returncode == 0
    answered = json.loads(done.stdout)
    assert answered["root"] == {"path": str(desk.resolve()), "source": "nearest"}
    assert answered["changes"][0]["completedTasks"] == 1


def test_another_folder_can_be_named(desk, tmp_path):
    done = cli_support.run("openspec", "--project", desk, "show", "lamp", cwd=tmp_path)
    assert done.stdout.decode() == SPEC + "\n"


def in_terminal(folder, *words):
    """What a terminal gets of a command's answer."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "geometry_ws", "openspec", *words]
    subprocess.run(command, cwd=folder, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        return terminal.read(65536)


def test_a_terminal_obeys_nothing_that_stands_in_a_document(desk):
    evil = "a\x1b]52;c;cm0=\x07b \u202edc\r\n\te \u200d\n"
    (desk / "openspec/changes/dim/proposal.md").write_text(evil)
    shown = in_terminal(desk, "show", "dim")
    assert shown.decode().replace("\r", "") == "a\\x1b]52;c;cm0=\\x07b \\u202edc\n\te \u200d\n\n"
    # For programs it is as it is.
    assert cli_support.run("openspec", "show", "dim", cwd=desk).stdout.decode() == evil + "\n"


def test_a_place_without_a_project_is_an_error(tmp_path):
    done = cli_support.run("openspec", "list", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"no OpenSpec project" in done.stderr


def test_texts_are_utf_8_whatever_the_system_is_set_to(desk):
    (desk / "openspec/specs/lamp/spec.md").write_bytes(SPEC.encode() + "é 灯\n".encode())
    command = [sys.executable, "-m", "geometry_ws", "openspec", "show", "lamp"]
    done = subprocess.run(
        command, cwd=desk, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, capture_output=True
    )
    assert "é 灯\n" in done.stdout.decode()


def shell(line, cwd):
    """Run a line of a shell's in which `ask` is the command."""
    program = f'ask() {{ "{sys.executable}" -m geometry_ws openspec "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", program], cwd=cwd, capture_output=True)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("line", "status"), [("list", 0), ("show nothing", 1), ("list -h", 0)])
def test_a_closed_stream_changes_no_status_and_says_nothing(desk, line, status, closed):
    done = shell(f"ask {line} {closed}", desk)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    if ">&- " in f"{closed} " and not closed.startswith("2"):
        assert done.stdout == b""


def test_a_reader_who_leaves_does_not_change_the_status(desk):
    done = shell("ask validate nothing --json | true; exit ${PIPESTATUS[0]}", desk)
    assert (done.returncode, done.stderr) == (1, b"")


def test_an_answer_that_cannot_be_written_is_told_and_no_success(desk):
    done = shell("ask list > /dev/full", desk)
    assert done.returncode == 1
    assert done.stderr == b"Error: the answer can't be written: No space left on device.\n"
    assert shell("ask list 2> /dev/full", desk).returncode == 0


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        ("list", 1, ""),
        ("list --json", 1, "list_error"),
        ("validate --all --json", 1, "validate_error"),
        ("show x --json", 1, "show_error"),
        ("status --json", 1, "change_error"),
        ("schemas --json", 1, "schemas_error"),
        ("spec show x", 1, ""),
        ("task list x", 1, ""),
        ("list --help", 0, ""),
        ("--version", 0, ""),
    ],
)
def test_in_a_folder_that_was_deleted_the_answer_says_so(tmp_path, line, status, code):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"cd {gone}; rmdir {gone}; ask {line}", tmp_path)
    assert done.returncode == status
    if code:
        (problem,) = json.loads(done.stdout)["status"]
        assert problem["code"] == code
        assert "deleted" in problem["message"]
    elif status:
        assert (done.stdout, b"was deleted" in done.stderr) == (b"", True)


def test_another_folder_can_be_named_from_one_that_was_deleted(desk, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(f"cd {gone}; rmdir {gone}; ask list --project {desk}", tmp_path)
    assert (done.returncode, b"dim" in done.stdout) == (0, True)


def test_help_lists_the_command_and_its_commands(desk):
    assert b"openspec" in cli_support.run("--help").stdout
    done = cli_support.run("openspec", "--help", cwd=desk)
    assert done.returncode == 0
    for name in (b"list", b"validate", b"overlap", b"archive"):
        assert name in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        "list", "list --specs --json", "show lamp --json", "show dim --json --diff",
        "validate --all --json", "validate --archived", "status --all", "schemas", "spec list",
        "change list --long", "overlap", "search lamp --archived", "history", "counts",
        "task list dim", "task set dim 2", "archive nothing --yes", "nothing", "--help",
    ],
)  # fmt: skip
def test_in_a_folder_nothing_heavy_is_imported(desk, line):
    # What `validate --all` kept is read by msgspec, which takes less time than it saves.
    heavy = [name for name in HEAVY if name != "msgspec" or "--all --json" not in line]
    program = (
        "import sys; from geometry_ws.cli import main\n"
        f"try: main({['openspec', *line.split()]!r})\n"
        f"finally: print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=desk, capture_output=True)
    assert done.stderr.decode().strip().split("\n")[-1] == "[]"


@pytest.mark.slow
def test_an_unreachable_node_is_said_so(free_port):
    done = cli_support.run("openspec", "list", "--url", f"http://127.0.0.1:{free_port()}")
    assert done.returncode == 4
    assert done.stdout == b""


@pytest.mark.router
def test_a_node_answers_as_its_folder_does(node):
    done = cli_support.run("openspec", "--url", node.url, "validate", "--all", "--json")
    here = cli_support.run("openspec", "validate", "--all", "--json", cwd=node.project)
    assert done.returncode == here.returncode

    def findings(run):
        return [(item["id"], item["issues"]) for item in json.loads(run.stdout)["items"]]

    assert findings(done) == findings(here)
    wrong = cli_support.run("openspec", "--url", node.url, "show", "nowhere")
    assert (wrong.returncode, wrong.stdout) == (1, b"")
    assert b"nowhere" in wrong.stderr


@pytest.mark.router
def test_what_writes_is_asked_of_a_node_as_such(start_node):
    node = start_node()
    tasks = node.project / "openspec/changes/add-farewell/tasks.md"
    open_before = tasks.read_text().count("- [ ]")
    ask = ("openspec", "--url", node.url)
    listed = json.loads(cli_support.run(*ask, "task", "list", "add-farewell", "--json").stdout)
    first = next(task["id"] for task in listed["tasks"] if not task["done"])
    done = cli_support.run(*ask, "task", "set", "add-farewell", first, "--json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["written"], result["task"]["done"]) == (0, True, True)
    assert tasks.read_text().count("- [ ]") == open_before - 1
    words = ("archive", "add-farewell", "--json", "--yes", "--skip-specs")
    archived = cli_support.run(*ask, *words)
    assert archived.returncode == 0
    assert json.loads(archived.stdout)["archive"]["change"] == "add-farewell"
    assert not tasks.exists()
