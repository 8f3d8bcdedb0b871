"""`geometry-ws call` and `publish` at a real node."""

import base64
import json
import signal

import pytest

from geometry_ws.node.projects import state_folder
from tests.cli.cli_support import run

pytestmark = pytest.mark.router


def test_a_result_is_printed_as_json(node):
    called = run("call", "change.list", "--url", node.url)
    assert called.returncode == 0
    assert called.stderr == b""
    assert json.loads(called.stdout)["changes"][0]["change"] == "add-farewell"
    line = run("call", "change.list", "--json", "--url", node.url).stdout
    assert line.count(b"\n") == 1
    assert json.loads(line) == json.loads(called.stdout)


def test_the_environment_says_which_node_is_meant(node):
    """The same variable for all commands and for programs."""
    environment = {"GEOMETRY_WS_URL": node.url}
    called = run("call", "project.list", env=environment)
    assert json.loads(called.stdout)["projects"]
    assert run("publish", "app.x", env=environment).returncode == 0
    elsewhere = run("call", "project.list", "--url", "http://localhost:9", env=environment)
    assert elsewhere.returncode == 4


def test_a_command_finds_the_node_of_the_project_that_it_runs_in(node, tmp_path, monkeypatch):
    """Its port stands in its state folder; what is named goes before that."""
    (tmp_path / "shop/openspec/changes/deep").mkdir(parents=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    state = state_folder((tmp_path / "shop").resolve())
    state.mkdir(parents=True)
    (state / "lock").write_text(json.dumps({"address": node.url}))
    here = tmp_path / "shop/openspec/changes/deep"
    environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "GEOMETRY_WS_URL": ""}
    called = run("call", "project.list", cwd=here, env=environment)
    assert called.returncode == 0, called.stderr
    elsewhere = {**environment, "GEOMETRY_WS_URL": "localhost:1"}
    assert run("call", "project.list", cwd=here, env=elsewhere).returncode != 0


def test_arguments_are_typed_by_what_they_look_like(node):
    called = run("call", "change.validate", "change=add-farewell", "strict=true", "--url", node.url)
    assert json.loads(called.stdout)["valid"] is True


def test_a_picture_goes_to_a_file_or_into_a_pipe(node, tmp_path):
    target = tmp_path / "desktop.png"
    asked = ("call", "output.screenshot", "width=64", "height=48", "--url", node.url)
    done = run(*asked, "--output", target)
    assert json.loads(done.stdout)["width"] == 64
    png = target.read_bytes()
    assert png.startswith(b"\x89PNG")
    assert run(*asked).stdout.startswith(b"\x89PNG")
    assert run(*asked, "--output", "-").stdout.startswith(b"\x89PNG")
    as_json = json.loads(run(*asked, "--json").stdout)
    assert as_json["data"]["bytes"] > 50
    assert as_json["data"]["base64"].startswith("iVBORw")
    none = run("call", "change.list", "--output", target, "--url", node.url)
    assert none.returncode == 2
    nowhere = run(*asked, "--output", tmp_path / "no" / "where")
    assert nowhere.returncode == 1
    assert b"Traceback" not in nowhere.stderr


def test_an_error_is_one_sentence_and_a_status(node):
    called = run("call", "change.get", "change=nowhere", "--url", node.url)
    assert called.returncode == 1
    assert called.stdout == b""
    assert b"[no_such_change]" in called.stderr
    assert called.stderr.count(b"\n") == 1
    as_json = run("call", "change.get", "change=nowhere", "--json", "--url", node.url)
    assert as_json.returncode == 1
    error = json.loads(as_json.stdout)
    assert error["error"].endswith("error.no_such_change")
    assert error["kwargs"] == {"change": "nowhere"}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("call", "no.such.thing"), 1),
        (("call", "Not A Name"), 1),
        (("call", "change.list", "novalue"), 2),
        (("call", "change.list", "x=1", "x=2"), 2),
        (("call", "change.list", "x=@/no/such/file"), 2),
        (("call", "change.list", "unknown=1"), 1),
        (("publish", "surface.on_changed"), 1),
        (("publish", "app.Bad"), 1),
    ],
)
def test_mistakes_are_told_without_a_traceback(node, arguments, status):
    ended = run(*arguments, "--url", node.url)
    assert ended.returncode == status
    assert ended.stdout == b""
    assert ended.stderr.startswith(b"geometry-ws: ")
    assert ended.stderr.count(b"\n") == 1


def test_where_nothing_listens_the_status_says_so():
    for command in (("call", "change.list"), ("publish", "app.x")):
        ended = run(*command, "--url", "localhost:1")
        assert ended.returncode == 4
        assert b"nothing listens at localhost:1" in ended.stderr


def test_a_refused_message_is_told(node):
    refused = run("publish", "stream.on_frame.world", "seq=1", "--url", node.url)
    assert refused.returncode == 1
    assert b"[not_authorized]" in refused.stderr


@pytest.fixture
def echo(connected):
    """The bytes of the next message on app.echo."""
    program = connected("--json", "--data")

    def next_bytes():
        message = json.loads(program.line("app.echo", name="out"))
        return base64.b64decode(message["keywords"]["data"]["base64"])

    yield next_bytes
    assert program.end(signal.SIGINT) == 0


@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_bytes_of_a_file_and_of_standard_input_arrive_unchanged(node, tmp_path, size, echo):
    data = bytes(index * 7 % 256 for index in range(size))
    (tmp_path / "data").write_bytes(data)
    for argument, stdin in ((f"data=@{tmp_path / 'data'}", b""), ("data=-", data)):
        sent = run("publish", "app.echo", argument, "--url", node.url, stdin=stdin)
        assert sent.returncode == 0
        assert echo() == data
