"""Tokens of clients: which node gets which, and what happens where it isn't valid."""

import os
import subprocess
import sys
import time

import pytest

from geometry_ws.access.file import FILE, change_register
from geometry_ws.access.register import add_person, add_token, revoke
from geometry_ws.access.tokens import new_token
from geometry_ws.client import BadAddress, Connection, parse_address
from geometry_ws.client.address import with_token
from geometry_ws.client.failure_reasons import REFUSALS, Closed

HERE = parse_address("http://localhost:8081")


def test_the_token_of_the_environment_goes_to_the_node_of_the_environment_alone():
    here = {"GEOMETRY_WS_URL": "http://localhost:8081", "GEOMETRY_WS_TOKEN": " secret\n"}
    assert with_token(HERE, None, here).headers == {"Authorization": "Bearer secret"}
    assert with_token(parse_address("http://elsewhere"), None, here).headers == {}
    anywhere = {"GEOMETRY_WS_TOKEN": "secret"}
    assert with_token(parse_address("http://elsewhere"), None, anywhere).token == "secret"
    assert with_token(HERE, "given", here).token == "given"
    assert with_token(with_token(HERE, "had", {}), None, here).token == "had"
    assert with_token(HERE, None, {}).headers == {}


def test_a_connection_without_an_address_is_to_the_node_of_the_environment(monkeypatch):
    monkeypatch.setenv("GEOMETRY_WS_URL", "https://board.example/board/")
    assert Connection().address.url == "wss://board.example:443/board/ws"
    monkeypatch.delenv("GEOMETRY_WS_URL")
    assert Connection().address.url == HERE.url
    with pytest.raises(BadAddress):
        Connection("")


def test_a_token_is_shown_nowhere():
    assert "secret" not in repr(with_token(HERE, "secret", {}))
    assert "secret" not in with_token(HERE, "secret", {}).url


@pytest.mark.parametrize("token", ["a\nb", "ü", "x" * 1001])
def test_what_no_header_can_have_is_no_token(token):
    with pytest.raises(BadAddress, match="no token"):
        with_token(HERE, token, {})


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refusal_is_told_in_the_nodes_own_sentence(reason):
    closed = Closed(reason, "This access was taken back, or its time is over.")
    assert closed.is_refusal
    assert closed.sentence == "this access was taken back, or its time is over"
    assert not Closed("wamp.close.system_shutdown").is_refusal


def give(node, name, role):
    token = new_token()

    def change(register):
        register = add_person(register, name, role, time.time())
        return add_token(register, name, token, "key", time.time()), None

    change_register(node.folders.state / FILE, change)
    return token


def take_back(node, name):
    change_register(node.folders.state / FILE, lambda register: (revoke(register, name), None))


def command(node, *words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "geometry_ws", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "GEOMETRY_WS_URL": node.url, **environment},
    )


def test_the_command_line_is_somebody_by_a_file_or_by_the_environment(node, tmp_path):
    token = give(node, "cli", "viewer")
    file = tmp_path / "token"
    file.write_text(token + "\n")
    words = ["call", "task.set", "change=add-farewell", "task=2", "done=true", "expect=x"]
    for done in (
        command(node, *words, "--token-file", str(file)),
        command(node, *words, GEOMETRY_WS_TOKEN=token),
    ):
        assert done.returncode == 1
        assert "not authorized" in done.stderr
    assert command(node, "call", "task.list", "change=add-farewell").returncode == 0
    wrong = command(node, "connect", GEOMETRY_WS_TOKEN=new_token())
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "needs a link or a token that is valid" in wrong.stderr
    assert wrong.stderr.count("\n") == 1
    none = command(node, "call", "project.list", "--token-file", str(tmp_path / "none"))
    assert "none can't be read" in none.stderr
    take_back(node, "cli")


@pytest.mark.parametrize("twisted", [False, True])
def test_a_program_whose_access_is_taken_back_ends_instead_of_trying_again(node, twisted):
    """In a process of its own: a reactor runs once."""
    token = give(node, f"program-{twisted}", "program")
    script = f"""
import sys
from geometry_ws.client import NotAdmitted, run

async def main(client):
    await client.create_surface(width=8, height=8)
    print("drawn", flush=True)
    await client.stay()

try:
    run(main, {node.url!r}, token=sys.argv[1], twisted={twisted})
except NotAdmitted as problem:
    print(problem, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, token], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "drawn\n"
    take_back(node, f"program-{twisted}")
    said, _ = process.communicate(timeout=30)
    assert "this access was taken back" in said


def test_a_script_with_a_wrong_token_ends_with_one_sentence(node):
    script = f"import geometry_ws as gw; gw.connect({node.url!r}, token={new_token()!r})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "needs a link or a token that is valid" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_connection_has_the_token_that_it_was_given():
    assert Connection("https://board.example", token="secret").address.token == "secret"
