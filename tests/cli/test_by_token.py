"""Every command at a node that lets nobody in without a token."""

import json
import signal
import subprocess
import sys

import pytest

from geometry_ws.http.doors import NOT_ADMITTED, REVOKED
from tests.cli.cli_support import QUIET, run
from tests.support.gate import give, take_back

pytestmark = pytest.mark.router

HOOK = json.dumps({"session_id": "s1", "hook_event_name": "SessionStart"}).encode()
ALONE = {"GEOMETRY_WS_URL": "", "GEOMETRY_WS_TOKEN": ""}
READERS = (
    ("agent", "next"),
    ("attention",),
    ("standup",),
    ("agents", "status"),
)


@pytest.fixture(scope="module")
def url(gated):
    """The address of the door without guests."""
    return f"http://127.0.0.2:{gated.port}"


def in_file(folder, token):
    file = folder / "token"
    file.write_text(f"{token}\n")
    return ("--token-file", file)


def is_refused(done):
    said = (done.stdout + done.stderr).decode().lower()
    return NOT_ADMITTED[:-1].lower() in said


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_command_comes_in_by_a_tokens_file(gated, url, tmp_path, words):
    token = give(gated, "otter", "agent")
    named = in_file(tmp_path, token)
    done = run(*words, "--url", url, *named, env=ALONE, cwd=gated.project)
    assert done.returncode == 0, done.stderr
    assert not is_refused(done)
    assert token.encode() not in done.stdout + done.stderr
    refused = run(*words, "--url", url, env=ALONE, cwd=gated.project)
    assert is_refused(refused)
    assert (refused.returncode == 0) is (words[0] == "agents")


def test_the_environments_token_is_for_the_node_that_it_names(gated, url):
    token = give(gated, "otter", "agent")
    environment = {"GEOMETRY_WS_URL": url, "GEOMETRY_WS_TOKEN": token}
    there = run("agent", "next", env=environment, cwd=gated.project)
    assert there.returncode == 0, there.stderr
    elsewhere = environment | {"GEOMETRY_WS_URL": gated.url}
    assert is_refused(run("agent", "next", "--url", url, env=elsewhere, cwd=gated.project))


def test_programs_draw_publish_and_are_heard_by_their_token(gated, url, tmp_path):
    drawing = in_file(tmp_path, give(gated, "ci", "program"))
    picture = tmp_path / "dot.ppm"
    picture.write_bytes(b"P6 2 2 255 " + bytes(12))
    shown = run("publish", "app.news", "text=hello", "--url", url, *drawing, env=ALONE)
    assert (shown.returncode, shown.stderr) == (0, b"")
    words = ["show", "-", "--size", "2x2", "--pixels", "rgb", "--title", "by token"]
    words += ["--url", url, *map(str, drawing)]
    process = subprocess.Popen(
        [sys.executable, "-m", "geometry_ws", *words],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**QUIET, **ALONE},
    )
    process.stdin.write(bytes(12))
    process.stdin.flush()

    def titles():
        return [each["title"] for each in gated.call("surface.list").json["args"][0]["surfaces"]]

    while "by token" not in titles():
        assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    process.wait(20)
    process.stdin.close()
    process.stderr.close()
    looking = in_file(tmp_path, give(gated, "wall", "viewer"))
    refused = run("show", picture, "--url", url, *looking, env=ALONE)
    assert refused.returncode == 1
    assert refused.stderr.count(b"\n") == 1


def test_an_agents_child_and_its_hooks_come_in_until_the_token_is_taken_back(gated, url, tmp_path):
    named = in_file(tmp_path, give(gated, "heron", "agent"))
    words = ["mcp", "--project", str(gated.project), "--url", url, *map(str, named)]
    child = subprocess.Popen(
        [sys.executable, "-m", "geometry_ws", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**QUIET, **ALONE},
    )

    def call(tool):
        params = {"name": tool, "arguments": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        child.stdin.write(json.dumps(message).encode() + b"\n")
        child.stdin.flush()
        (content,) = json.loads(child.stdout.readline())["result"]["content"]
        return content["text"]

    try:
        assert "add-farewell/" in call("next")
        run("agents", "hook", "codex", "--url", url, *named, stdin=HOOK, env=ALONE)
        members = gated.call("presence.list").json["args"][0]["members"]
        assert "codex" in [member.get("client") for member in members]
        take_back(gated, "heron")
        while "add-farewell/" in (said := call("next")):
            pass
        while said != f"not_admitted: {NOT_ADMITTED}":
            assert said == f"revoked: {REVOKED}"
            said = call("next")
    finally:
        child.stdin.close()
        assert child.wait(20) == 0
        child.stdout.close()
