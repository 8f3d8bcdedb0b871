"""The router's configuration."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geometry_ws.node.template import MESSAGE_BYTES, RAWSOCKET_BYTES, Options, configuration

ROOT = Path(__file__).parents[2]


def router(**given):
    return configuration(Options(**given))["workers"][0]


def test_the_checked_in_configuration_is_not_stale():
    """`make generate` writes it."""
    checked_in = json.loads((ROOT / ".crossbar" / "config.json").read_text())
    assert checked_in == configuration(Options())


@pytest.mark.slow
def test_crossbar_accepts_it():
    checked = subprocess.run(
        [Path(sys.executable).with_name("crossbar"), "check", "--cbdir", ROOT / ".crossbar"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    assert "looks good" in checked.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "classname",
    [
        "geometry_ws.Compositor",
        "geometry_ws.OpenSpec",
        "geometry_ws.Board",
        "geometry_ws.components.compositor.Compositor",
        "geometry_ws.components.openspec.OpenSpec",
        "geometry_ws.components.board.Board",
        "geometry_ws.http.session.HttpSession",
        "geometry_ws.http.root.Root",
    ],
)
def test_class_names_of_written_configurations_lead_to_a_class(classname):
    """As Crossbar.io finds them: modules as far as there are some, then the class."""
    module, _, name = classname.rpartition(".")
    program = f"import importlib; assert importlib.import_module({module!r}).{name}.__name__"
    imported = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True
    )
    assert imported.returncode == 0, imported.stderr


def test_its_paths_work_wherever_the_checkout_is():
    """Relative paths only: to the project, the state and the socket."""
    text = (ROOT / ".crossbar" / "config.json").read_text()
    assert str(ROOT) not in text
    assert '"path": ".."' in text
    assert '"path": "private/router.sock"' in text


def test_only_loopback_is_listened_on():
    endpoint = router(port=1234)["transports"][0]["endpoint"]
    assert endpoint == {"type": "tcp", "port": 1234, "interface": "127.0.0.1"}


def test_origins_follow_the_port():
    web = router(port=1234)["transports"][0]
    allowed = ["http://localhost:1234", "http://127.0.0.1:1234"]
    assert web["paths"]["ws"]["options"]["allowed_origins"][:2] == allowed
    assert web["paths"]["ws"]["options"]["allow_null_origin"] is False
    assert web["paths"]["/"]["extra"]["origins"] == allowed


def test_the_default_port_of_http_needs_no_number():
    assert "localhost" in router(port=80)["transports"][0]["paths"]["/"]["extra"]["hosts"]


def test_only_the_own_socket_makes_components():
    """The role is given by the transport: nothing that the outside sends can ask for it."""
    web, own = router()["transports"]
    for auth in web["paths"]["ws"]["auth"].values():
        assert (auth["type"], "role" in auth) == ("dynamic", False)
    assert own["auth"] == {"anonymous": {"type": "static", "role": "component"}}
    assert own["endpoint"]["type"] == "unix"


def test_the_sockets_folder_is_made_before_the_socket():
    worker = router(private="/p")
    assert worker["components"][0]["extra"] == {"private": "/p"}
    assert worker["transports"][1]["endpoint"]["path"] == "/p/router.sock"


def test_what_comes_in_fits_the_own_socket():
    assert MESSAGE_BYTES + 2**19 < RAWSOCKET_BYTES


def test_stalled_peers_are_dropped():
    options = router()["transports"][0]["paths"]["ws"]["options"]
    assert (options["auto_ping_interval"], options["auto_ping_timeout"]) == (5000, 25_000)
