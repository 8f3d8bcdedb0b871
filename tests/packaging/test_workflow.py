"""What runs elsewhere is right as far as that can be seen here: workflow, hooks, settings."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def read_metadata():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def find_steps():
    return [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_the_workflow_runs_on_exactly_the_versions_that_the_metadata_claims():
    metadata = read_metadata()
    classifiers = metadata["metadata"]["classifiers"]
    claimed = re.findall(r"^Programming Language :: Python :: (3\.\d+)$", classifiers, re.M)
    assert WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["python-version"] == claimed
    assert metadata["options"]["python_requires"] == f">={claimed[0]}"
    minors = [int(version.split(".")[1]) for version in claimed]
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_the_workflow_runs_the_same_as_a_contributor():
    [step] = [s for s in WORKFLOW["jobs"]["test"]["steps"] if s.get("run") == ".ci/run"]
    assert step["env"]["PYTHON"] == "python${{ matrix.python-version }}"
    assert "${PYTHON:-python3}" in (ROOT / ".ci/run").read_text("utf-8")


def test_the_workflow_may_only_read_and_its_actions_are_pinned():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in WORKFLOW["jobs"].values())
    assert WORKFLOW["concurrency"]["cancel-in-progress"] is True
    # YAML 1.1 reads the key `on` as a truth.
    assert set(WORKFLOW[True]) == {"push", "pull_request", "workflow_dispatch"}
    for step in find_steps():
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"])
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
    assert all(job["timeout-minutes"] for job in WORKFLOW["jobs"].values())


def test_the_workflow_keeps_wheel_and_sdist():
    steps = WORKFLOW["jobs"]["package"]["steps"]
    assert ".ci/release.py --dry-run --keep dist" in " ".join(s.get("run", "") for s in steps)
    assert steps[-1]["with"]["path"] == "dist/"
    assert steps[-1]["with"]["if-no-files-found"] == "error"


def test_hooks_need_no_network_and_check_what_make_lint_checks():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    [local] = settings["repos"]
    assert local["repo"] == "local"
    assert all(hook["language"] == "system" for hook in local["hooks"])
    entries = {hook["entry"] for hook in local["hooks"]}
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, re.M)[1]
    commands = [
        line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin").removesuffix(" .")
        for line in recipe.splitlines()
    ]
    assert len(commands) >= 4
    assert set(commands) <= entries


def test_the_quick_tests_are_those_that_need_nothing_and_are_fast():
    recipe = re.search(r"^test-quick:.*\n((?:\t.*\n)+)", MAKEFILE, re.M)[1]
    chosen = re.search(r"^QUICK := (.+)$", MAKEFILE, re.M)[1]
    markers = ("router", "browser", "nodejs", "slow")
    assert "--hypothesis-profile=quick" in recipe
    assert '-m "$(QUICK)"' in recipe
    assert chosen.split(" and ") == [f"not {marker}" for marker in markers]


def test_a_test_that_takes_a_node_or_a_browser_is_marked(request):
    """`make test-quick` leaves them out by their marks, which conftest.py sets by fixtures."""
    for item in request.session.items:
        names = set(item.fixturenames) - set(vars(item.module))
        if names & {"node", "start_node", "start_shared_node"}:
            assert item.get_closest_marker("router"), item.nodeid
        if "chromium_program" in names:
            assert item.get_closest_marker("browser"), item.nodeid


def test_editors_leave_data_with_other_line_ends_alone():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--eol"], capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    strange = [
        line.split("\t")[1]
        for line in listed.stdout.splitlines()
        if line.startswith(("i/crlf", "i/mixed"))
    ]
    left_alone = ("tests/golden/", "geometry_ws/testing/vectors/", "openspec/")
    assert all(name.startswith(left_alone) for name in strange)
    settings = (ROOT / ".editorconfig").read_text("utf-8")
    for section in (
        "[{tests/golden,tests/vectors,geometry_ws/testing/vectors}/**]",
        "[openspec/**]",
    ):
        rules = settings.partition(section)[2].partition("\n[")[0]
        assert "end_of_line = unset" in rules
    assert "[*.py]\nindent_size = 4\nmax_line_length = 100\n" in settings
