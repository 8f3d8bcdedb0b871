"""What a supervisor is made of, without a node."""

import json
import os
import socket
import stat
import threading
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.cli import COMMANDS, main, make_parser
from geometry_ws.node.bytecode import look
from geometry_ws.node.checks import check_port
from geometry_ws.node.environment import environment
from geometry_ws.node.folders import AlreadyRunning, lock, prepare
from geometry_ws.node.logs import Log
from geometry_ws.node.projects import state_folder
from geometry_ws.node.readiness import missing
from geometry_ws.node.supervise import LONGEST_DELAY, MOST_FALSE_STARTS, Delays, Stops
from geometry_ws.openspec.disk.find_project import find_project
from geometry_ws.openspec.format.errors import NoProject


def test_a_project_is_found_from_any_place_in_it(project):
    for path in (project, project / "openspec", project / "openspec/changes/add-farewell"):
        assert find_project(path) == project.resolve()


def test_a_project_is_found_through_a_link(project, tmp_path):
    (tmp_path / "link").symlink_to(project)
    assert find_project(tmp_path / "link") == project.resolve()


def test_what_is_no_project_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "file", tmp_path / "loop"):
        with pytest.raises(NoProject) as caught:
            find_project(path)
        assert "\n" not in str(caught.value)


def test_each_project_has_a_state_folder_of_its_own():
    first = state_folder(Path("/a/shop"))
    assert first == state_folder(Path("/a/shop"))
    assert first != state_folder(Path("/b/shop"))
    assert first.name.startswith("shop-")
    assert "/" not in state_folder(Path("/a/ö /$(x)")).name


@given(st.lists(st.booleans(), max_size=60))
def test_delays_grow_within_bounds(runs):
    """Every wait is bounded; only a node that never comes up is given up."""
    delays = Delays()
    for starts, was_ready in enumerate(runs, 1):
        delay = delays.ended(was_ready)
        if not any(runs[:starts]) and starts >= MOST_FALSE_STARTS:
            assert delay is None
            break
        assert delay is not None
        assert (delay == 0) == was_ready
        assert delay <= LONGEST_DELAY


def test_what_never_becomes_ready_is_started_ever_more_slowly():
    delays = Delays(came_up=True)
    waits = [delays.ended(False) for _ in range(12)]
    assert waits == sorted(waits)
    assert 0 < waits[0] < 1
    assert waits[-1] == LONGEST_DELAY
    assert delays.ended(True) == 0
    assert delays.ended(False) == waits[0]


def test_what_was_ready_is_started_again_at_once_however_often_it_is_killed():
    delays = Delays()
    assert [delays.ended(True) for _ in range(100)] == [0] * 100


def test_one_ctrl_c_that_arrives_twice_is_one():
    stops = Stops(-1)
    stops.stop(10.0)
    stops.stop(10.2)
    assert not stops.hurry()
    stops.stop(12.0)
    assert stops.hurry()


def test_all_folders_of_a_node_are_private(tmp_path):
    with prepare(tmp_path / "state") as folders:
        for folder in (folders.root, folders.node, folders.state, folders.private, folders.logs):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_long_path_does_not_keep_the_socket_from_working(tmp_path):
    """Systems allow a socket some hundred bytes; such a node's socket lies elsewhere, privately."""
    with prepare(tmp_path / ("long" * 30)) as folders:
        assert len(str(folders.private)) < 90
        assert stat.S_IMODE(folders.private.stat().st_mode) == 0o700
        with socket.socket(socket.AF_UNIX) as probe:
            probe.bind(str(folders.private / "router.sock"))
    assert not folders.private.exists()


def test_a_second_supervisor_is_told_where_the_first_is(tmp_path):
    with prepare(tmp_path) as folders, lock(folders, "http://localhost:1/"):
        with pytest.raises(AlreadyRunning, match="http://localhost:1/"), lock(folders, ""):
            pass
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), lock(folders, ""):
            pass
    with prepare(tmp_path) as folders, lock(folders, "") as killed:
        assert not killed


def test_the_lock_of_a_killed_supervisor_is_free_and_shows_it(tmp_path):
    (tmp_path / "lock").write_text(json.dumps({"pid": 1, "address": "x"}))
    with prepare(tmp_path) as folders, lock(folders, "") as killed:
        assert killed


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_taken_port_is_said_in_one_sentence(family):
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        listener.listen()
        port = listener.getsockname()[1]
        assert str(port) in check_port(port)
    assert check_port(port) is None


def test_the_log_is_bounded(tmp_path):
    log = Log(tmp_path, limit=100)
    for number in range(100):
        log.write(b"line %d\n" % number)
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["node.log", "node.log.1"]
    assert all(file.stat().st_size <= 100 for file in files)
    assert log.path.read_bytes().endswith(b"line 99\n")
    again = Log(tmp_path, limit=100)
    again.write(b"more\n")
    again.close()
    assert b"line 99\nmore\n" in log.path.read_bytes()


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n[1]"],
)
def test_something_else_on_the_port_is_no_node(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert missing(server.getsockname()[1]) is None
        thread.join()


def test_every_command_has_help(capsys):
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            make_parser().parse_args([name, "--help"])
        assert ended.value.code == 0
        assert "usage: geometry-ws" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", ""])
def test_a_bad_port_is_a_wrong_usage(port, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["up", "--port", port])
    assert ended.value.code == 2


def test_the_printed_configuration_takes_port_and_project(capsys):
    assert main(["config", "--port", "1234", "--project", "/p"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["workers"][0]["transports"][0]["endpoint"]["port"] == 1234
    extra = printed["workers"][2]["components"][0]["extra"]
    assert extra["projects"] == [{"path": "/p"}]


def test_bytecode_is_kept_and_only_the_first_start_is_slow(tmp_path, monkeypatch):
    """Beside the packages; where that is forbidden, in the node's own folder."""
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "some_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    own = tmp_path / "own"
    first = look(own, "some_package")
    assert first.folder is None
    assert "compiles" in first.sentence
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    forbidden = look(own, "some_package")
    assert forbidden.folder == own
    assert forbidden.sentence == first.sentence
    own.mkdir()
    assert look(own, "some_package") == (own, None)
    compiled = Path(cache_from_source(str(package / "__init__.py")))
    compiled.parent.mkdir()
    compiled.write_bytes(b"")
    assert look(own, "some_package") == (None, None)
    assert look(own, "no_such_package") == (None, None)


def test_processes_of_a_node_write_bytecode_whatever_the_environment_says(tmp_path):
    given = {"PYTHONDONTWRITEBYTECODE": "1", "CROSSBAR_DIR": "/elsewhere", "LANG": "C"}
    entered = environment(inherited=given)
    assert (entered["LANG"], entered["PYTHONUNBUFFERED"]) == ("C", "1")
    assert not given.keys() - {"LANG"} & entered.keys()
    prefix = environment(tmp_path, given)["PYTHONPYCACHEPREFIX"]
    assert prefix == str(tmp_path)


def test_what_somebody_says_of_memory_is_left_to_them():
    name = "MALLOC_TRIM_THRESHOLD_"
    assert environment(inherited={})[name] != "1"
    assert environment(inherited={name: "1"})[name] == "1"
