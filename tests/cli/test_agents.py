"""`geometry-ws agents`: what it writes it shows first, and takes out to the byte."""

import json

import pytest

from geometry_ws.cli.find_node import http_address
from tests.cli.cli_support import run
from tests.support.nodes import write_project


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path / "shop")


@pytest.fixture
def agents(project, tmp_path):
    def call(*words, **more):
        environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "GEOMETRY_WS_URL": ""}
        return run("agents", *words, env=environment, cwd=project, **more)

    return call


def files(project):
    return {
        str(path.relative_to(project)): path.read_bytes()
        for path in sorted(project.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("harness", ["claude", "codex", "cursor", "gemini", "opencode", "copilot"])
@pytest.mark.parametrize("shared", [[], ["--shared"]])
def test_uninstalling_leaves_every_byte_as_it_was(agents, project, harness, shared):
    odd = '{\n   "mcpServers": {"other": {"command": "x"}},  "hooks": {}}'
    for name in (
        ".mcp.json", ".claude/settings.local.json", ".gemini/settings.json", ".cursor/mcp.json",
        ".cursor/hooks.json",
    ):  # fmt: skip
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(odd)
    before = files(project)
    refused = agents("install", harness, *shared)
    assert refused.returncode == 1
    assert b"add --yes" in refused.stderr
    assert b"+++" in refused.stdout
    assert files(project) == before
    installed = agents("install", harness, *shared, "--yes")
    assert installed.returncode == 0, installed.stderr
    assert files(project) != before
    assert agents("install", harness, *shared, "--yes").stdout == b"Nothing is to be done.\n"
    said = agents("status", harness).stdout.decode()
    assert f"{harness}: " in said
    assert "not installed" not in said
    assert agents("uninstall", harness, "--yes").returncode == 0
    assert files(project) == before
    assert "not installed" in agents("status", harness).stdout.decode()


def test_what_others_wrote_since_stays(agents, project):
    assert agents("install", "claude", "--yes").returncode == 0
    path = project / ".mcp.json"
    content = json.loads(path.read_text())
    content["mcpServers"]["mine"] = {"command": "mine"}
    path.write_text(json.dumps(content))
    assert agents("uninstall", "claude", "--yes").returncode == 0
    assert json.loads(path.read_text()) == {"mcpServers": {"mine": {"command": "mine"}}}
    assert not (project / ".claude").exists()


def test_what_two_programs_read_stays_until_the_last_is_taken_out(agents, project):
    before = files(project)
    for harness in ("claude", "copilot", "codex"):
        assert agents("install", harness, "--yes").returncode == 0
    assert agents("uninstall", "claude", "--yes").returncode == 0
    assert (project / ".mcp.json").exists()
    assert not (project / ".claude").exists()
    assert agents("uninstall", "copilot", "--yes").returncode == 0
    assert not (project / ".mcp.json").exists()
    assert (project / ".agents/skills/task-board/SKILL.md").exists()
    assert agents("uninstall", "codex", "--yes").returncode == 0
    assert files(project) == before


def test_a_file_that_cannot_be_edited_stops_it_before_anything_is_written(agents, project):
    (project / ".claude").mkdir()
    (project / ".claude/settings.local.json").write_text("{ // mine\n}")
    before = files(project)
    refused = agents("install", "claude", "--yes")
    assert refused.returncode == 1
    assert b"settings.local.json is no plain JSON" in refused.stderr
    assert files(project) == before
    assert agents("install", "nix").returncode == 2


def test_no_link_of_the_project_leads_a_write_elsewhere(agents, project, tmp_path):
    (tmp_path / "out").mkdir()
    (project / ".claude").symlink_to(tmp_path / "out")
    done = agents("install", "claude", "--yes")
    assert (done.returncode, b"is a link out of the project" in done.stderr) == (1, True)
    assert list((tmp_path / "out").iterdir()) == []
    assert not (project / ".mcp.json").exists()
    (project / ".claude").unlink()
    (project / "ours").mkdir()
    (project / ".claude").symlink_to("ours")
    assert agents("install", "claude", "--yes").returncode == 0
    assert (project / "ours/settings.local.json").exists()


def test_the_difference_shows_escapes_of_a_file_and_obeys_none(agents, project):
    (project / ".mcp.json").write_text('{"mcpServers": {"\x7f[8m": {}}}\n')
    shown = agents("install", "claude").stdout
    assert b"\x7f" not in shown
    assert b"\\x7f[8m" in shown


@pytest.mark.router
def test_a_hook_is_passed_on_and_a_missing_node_is_no_trouble(start_node):
    node = start_node()
    hook = {"session_id": "5d0c", "hook_event_name": "SessionStart", "cwd": str(node.project)}
    body = json.dumps(hook).encode()
    passed = run("agents", "hook", "codex", "--url", node.url, stdin=body)
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, b"", b"")
    while not (members := node.call("presence.list").json["args"][0]["members"]):
        pass
    assert members[0]["client"] == "codex"
    silent = run("agents", "hook", "codex", "--url", "http://localhost:9", stdin=body)
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("localhost:8081", "http://localhost:8081"), ("ws://a:1/ws", "http://a:1"),
        ("https://a.example/x/", "https://a.example/x"), ("wss://a", "https://a"),
        ("https://a.example/x/ws", "https://a.example/x"), ("http://a/", "http://a"),
    ],
)  # fmt: skip
def test_addresses_become_those_of_the_web_server(typed, address):
    assert http_address(typed) == address
