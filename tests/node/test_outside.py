"""Listeners for other machines: what is planned, and what a real one with TLS or a proxy does."""

import http.client
import json
import shutil
import socket
import ssl

import pytest
import trustme
from websockets.sync.client import connect

from geometry_ws.http.certificates import BadCertificate, read_tls
from geometry_ws.node import outside
from geometry_ws.node.checks import check_port, has_six
from geometry_ws.node.outside import Asked, CannotListen, plan_outside
from geometry_ws.node.template import Options, configuration, doors
from tests.support.joining import until
from tests.support.outside import Opened, ask, free_port, up
from tests.support.proxy import behind_caddy, proxied, write_certificate
from tests.support.raw_guest import ROLES

EVIL = "https://evil.example"


def planned(**given):
    return plan_outside(Asked(free_port(), **given))


def test_without_options_there_is_no_listener_for_others():
    assert planned() == []
    assert len(configuration(Options())["workers"][0]["transports"]) == 2


def test_an_address_of_this_machine_is_listened_on():
    (listener,) = plan_outside(Asked(8081, listen=["127.0.0.2:9001"]))
    assert (listener.interface, listener.port, listener.secure) == ("127.0.0.2", 9001, False)
    assert listener.url == "http://127.0.0.2:9001/"
    assert "127.0.0.2:9001" in listener.hosts
    door = doors(Options(port=8081, outside=(listener,)))[1]
    assert (door["guests"], door["port"]) == (False, 9001)


def test_a_proxy_on_this_machine_gets_a_port_of_its_own(monkeypatch):
    monkeypatch.setattr(outside, "_check_place", lambda *_: None)
    port = free_port()
    (listener,) = plan_outside(Asked(port, public="https://board.example"))
    assert (listener.interface, listener.port) == ("127.0.0.1", port + 1)
    assert listener.hosts == ("board.example", "board.example:443")
    (elsewhere,) = plan_outside(
        Asked(port, listen=["127.0.0.3"], public="https://board.example:8443")
    )
    assert (elsewhere.interface, elsewhere.hosts) == ("127.0.0.3", ("board.example:8443",))
    door = doors(Options(outside=(listener,)))[1]
    assert (door["guests"], door["secure"], door["port"]) == (False, True, 443)
    (below,) = plan_outside(Asked(port, public="https://host.example/board"))
    assert (below.url, below.hosts[0]) == ("https://host.example/board/", "host.example")
    assert doors(Options(outside=(below,)))[1]["base"] == "/board/"


def test_all_networks_of_this_machine_are_named(monkeypatch):
    monkeypatch.setattr(outside, "addresses_of_this_machine", lambda: ["127.0.0.4", "127.0.0.5"])
    assert [each.interface for each in planned(listen=["lan"])] == ["127.0.0.4", "127.0.0.5"]
    monkeypatch.setattr(outside, "addresses_of_this_machine", list)
    with pytest.raises(CannotListen, match="no address in a network"):
        planned(listen=["lan"])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"listen": ["0.0.0.0"]}, "Name one address in place of"),
        ({"listen": ["[::]:80"]}, "Name one address in place of"),
        ({"listen": ["192.0.2.1"]}, "doesn't have the address"),
        ({"listen": ["board.example"]}, "is no address, such as"),
        ({"listen": ["127.0.0.2:0"]}, "is no address, such as"),
        ({"listen": ["127.0.0.2:x"]}, "is no address, such as"),
        ({"listen": ["127.0.0.1"]}, "listens on .* anyway"),
        ({"tls": ("a", "b")}, "needs --listen"),
        ({"tls": ("a", "b"), "listen": ["127.0.0.2"], "public": "http://x"}, "begins with https"),
        ({"tls": ("a", "b"), "listen": ["127.0.0.2"], "public": "https://x/y"}, "needs a proxy"),
    ],
)
def test_what_cannot_be_listened_on_is_told_in_a_sentence(given, sentence):
    with pytest.raises(CannotListen, match=sentence):
        planned(**given)


def test_nobody_is_anonymous_on_a_listener_for_others():
    listeners = tuple(planned(listen=["127.0.0.2"]))
    transports = configuration(Options(outside=listeners))["workers"][0]["transports"]
    auth = transports[2]["paths"]["ws"]["auth"]
    assert {each["type"] for each in auth.values()} == {"dynamic"}
    assert all("outside_1" in each["authenticator"] for each in auth.values())
    assert transports[2]["paths"]["/"]["extra"]["door"]["guests"] is False


# --- TLS ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def root():
    return trustme.CA()


@pytest.fixture(scope="module")
def authority(root):
    """It signs, and is signed by the root, which clients know: certificates come in chains."""
    return root.create_child_ca()


def test_a_chain_is_taken_apart(authority, tmp_path):
    pair = write_certificate(authority, tmp_path / "tls", "127.0.0.2")
    files, key = read_tls(pair, tmp_path)
    assert len(files) == 2
    assert key == str(pair[1])
    (listener,) = plan_outside(Asked(8081, listen=["127.0.0.2:9443"], tls=pair), files, key)
    endpoint = configuration(Options(outside=(listener,)))["workers"][0]["transports"][2][
        "endpoint"
    ]
    assert endpoint["tls"] == {"key": key, "certificate": files[0], "chain_certificates": files[1:]}
    assert listener.url == "https://127.0.0.2:9443/"


def test_a_key_that_others_can_read_or_that_does_not_fit_is_refused(authority, tmp_path):
    certificate, key = write_certificate(authority, tmp_path / "one", "a.example")
    other = write_certificate(authority, tmp_path / "two", "b.example")[1]
    for pair in ((certificate, other), (key, certificate.rename(certificate))):
        pair[1].chmod(0o600)
        with pytest.raises(BadCertificate, match="no certificate and its key"):
            read_tls(pair, tmp_path)
    key.chmod(0o644)
    with pytest.raises(BadCertificate, match="chmod 600"):
        read_tls((certificate, key), tmp_path)
    with pytest.raises(BadCertificate, match="can't be read: No such file"):
        read_tls((certificate, tmp_path / "none.pem"), tmp_path)


def trust(root):
    context = ssl.create_default_context()
    root.configure_trust(context)
    return context


def log_in(connection, node, name="ann", path=""):
    """Open a link; gives the cookie of the login."""
    token = node.access("link", name).partition("#t=")[2]
    body = json.dumps({"token": token})
    connection.request("POST", f"{path}/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return answer.headers["set-cookie"]


def welcome(url, context, **headers):
    """What a session that says hello there is told."""
    given = {"subprotocols": ["wamp.2.json"], "ssl": context, "additional_headers": headers}
    with connect(url, **given) as websocket:
        websocket.send(json.dumps([1, "geometry", {"roles": ROLES}]))
        return json.loads(websocket.recv(timeout=20))


def serial(node, context):
    with (
        socket.create_connection(("127.0.0.2", node.port)) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.2") as opened,
    ):
        return opened.getpeercert()["serialNumber"]


def check_renewal(node, context, authority, folder):
    """A new certificate counts for the next connection; one that can't be used never does."""
    before = serial(node, context)
    certificate, key = folder / "tls" / "cert.pem", folder / "tls" / "key.pem"
    whole = certificate.read_bytes()
    certificate.write_bytes(b"nothing")
    assert serial(node, context) == before
    certificate.write_bytes(whole)
    assert serial(node, context) == before
    write_certificate(authority, folder / "tls", "127.0.0.2")
    assert serial(node, context) != before
    key.chmod(0o644)
    assert serial(node, context) != before
    log = node.state / "logs" / "node.log"
    # What the router says takes its way through a pipe.
    until(lambda: log.read_text().count("the former certificate goes on") == 2)
    assert "a new certificate counts from now on" in log.read_text()


@pytest.mark.router
@pytest.mark.slow
def test_with_tls_of_its_own_a_browser_gets_a_secure_cookie(project, tmp_path, root, authority):
    node = Opened(project, tmp_path / "state", free_port())
    node.access("add", "ann", "--role", "maintainer")
    certificate, key = write_certificate(authority, tmp_path / "tls", "127.0.0.2")
    with up(node, "--listen", "127.0.0.2", "--tls", str(certificate), str(key)) as said:
        assert f"https://127.0.0.2:{node.port}/" in said
        context = trust(root)
        connection = http.client.HTTPSConnection("127.0.0.2", node.port, context=context)
        assert ask(connection, "GET", "/")[0] == 200
        assert ask(connection, "GET", "/session")[0] == 401
        cookie = log_in(connection, node)
        assert cookie.startswith(f"__Host-gws_{node.port}=")
        assert cookie.endswith("; Secure")
        headers = {"Cookie": cookie.partition(";")[0]}
        assert ask(connection, "GET", "/session", headers=headers)[1]["person"] == "ann"
        url = f"wss://127.0.0.2:{node.port}/ws"
        assert welcome(url, context, **headers)[2]["authid"] == "ann"
        assert welcome(url, context)[2] == "io.geometry_ws.v1.error.not_admitted"
        check_renewal(node, context, authority, tmp_path)
        connection.close()


# --- a proxy -----------------------------------------------------------------------------------


def check_six(port):
    """The owner's door is at ::1 too, with the same rules; nobody else can be there."""
    assert "in use" in check_port(port)
    host = f"[::1]:{port}"
    owner = http.client.HTTPConnection("::1", port)
    assert ask(owner, "GET", "/session")[1]["role"] == "guest"
    for headers, status in (
        ({"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}, 200),
        ({"Host": host, "Origin": f"http://{host}"}, 200),
        ({"Host": host, "Origin": "http://localhost:1"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"X-Forwarded-For": "10.0.0.1"}, 401),
    ):
        assert ask(owner, "GET", "/session", headers=headers)[0] == status, headers
    owner.close()
    asked = welcome(f"ws://{host}/ws", None, Origin=f"http://{host}")
    assert asked[2]["authrole"] == "guest"


class AtName(http.client.HTTPSConnection):
    """A connection to a port of this machine that asks for board.example."""

    def __init__(self, port, context):
        super().__init__("127.0.0.1", port, context=context)

    def putrequest(self, method, url, **given):
        super().putrequest(method, url, skip_host=True)
        self.putheader("Host", f"board.example:{self.port}")


def check_by_name(node, port, context, base="/"):
    """Through a proxy people come in by name, and nobody else does."""
    public = f"https://board.example:{port}"
    connection, path = AtName(port, context), base.rstrip("/")
    assert ask(connection, "GET", base)[0] == 200
    assert ask(connection, "GET", f"{path}/session")[0] == 401
    assert node.access("link", "ann").startswith(f"{public}{base}#t=")
    cookie = log_in(connection, node, path=path)
    kind = "Host" if base == "/" else "Secure"
    assert cookie.startswith(f"__{kind}-gws_{port}=")
    assert f"; Path={base};" in cookie
    headers = {"Cookie": cookie.partition(";")[0]}
    call = json.dumps({"procedure": "task.list", "kwargs": {"change": "add-farewell"}})
    for origin, status in (({}, 200), ({"Origin": public}, 200), ({"Origin": EVIL}, 403)):
        given = {"body": call, "headers": headers | origin}
        assert ask(connection, "POST", f"{path}/call", **given)[0] == status, origin
    asked = websocket(port, context, headers | {"Origin": public}, path)
    assert asked[0] == 2
    assert asked[2]["authid"] == "ann"
    # That the proxy speaks for somebody on this very machine is no news.
    assert (asked[2]["authextra"]["machine"], asked[2]["authextra"]["forwarded"]) == (
        "localhost",
        "",
    )
    assert websocket(port, context, {"Origin": public}, path)[0] == 3
    connection.close()


@pytest.mark.router
@pytest.mark.slow
def test_behind_the_proxy_of_the_page_people_come_by_name_and_its_owner_as_before(
    project, tmp_path, root, authority
):
    node = Opened(project, tmp_path / "state", free_port())
    proxy_port, node_port = free_port(), free_port()
    pair = write_certificate(authority, tmp_path / "tls", "127.0.0.1", "board.example")
    public = f"https://board.example:{proxy_port}"
    options = ["--public", public, "--public-port", str(node_port)]
    node.access("add", "ann", "--role", "maintainer")
    with up(node, *options):
        with proxied(tmp_path, pair, proxy_port, node_port):
            check_by_name(node, proxy_port, trust(root))
        if shutil.which("caddy"):
            with behind_caddy(tmp_path, pair, proxy_port, node_port):
                check_by_name(node, proxy_port, trust(root))
        if has_six():
            check_six(node.port)
        # To its owner on the same machine it is what it was; the proxy's port is no way round.
        owner = http.client.HTTPConnection("localhost", node.port)
        assert ask(owner, "GET", "/session")[1]["role"] == "guest"
        beside = http.client.HTTPConnection("127.0.0.1", node_port)
        assert ask(beside, "GET", "/session")[0] == 401
        for each in (owner, beside):
            each.close()


@pytest.mark.router
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("caddy"), reason="there is no Caddy on this machine")
def test_below_a_path_caddy_takes_it_off_as_the_page_says(project, tmp_path, root, authority):
    node = Opened(project, tmp_path / "state", free_port())
    proxy_port, node_port = free_port(), free_port()
    pair = write_certificate(authority, tmp_path / "tls", "127.0.0.1", "board.example")
    public = f"https://board.example:{proxy_port}/board/"
    node.access("add", "ann", "--role", "maintainer")
    with (
        up(node, "--public", public, "--public-port", str(node_port)),
        behind_caddy(tmp_path, pair, proxy_port, node_port, "/board/"),
    ):
        check_by_name(node, proxy_port, trust(root), "/board/")


def websocket(port, context, headers, path=""):
    with connect(
        f"wss://board.example:{port}{path}/ws",
        sock=socket.create_connection(("127.0.0.1", port)),
        ssl=context,
        server_hostname="board.example",
        subprotocols=["wamp.2.json"],
        additional_headers=headers,
    ) as opened:
        opened.send(json.dumps([1, "geometry", {"roles": ROLES}]))
        return json.loads(opened.recv(timeout=20))


@pytest.mark.router
@pytest.mark.slow
def test_where_others_only_look_a_maintainer_does_too_and_the_owner_does_not(project, tmp_path):
    node = Opened(project, tmp_path / "state", free_port())
    token = node.access("add", "ann", "--role", "maintainer", "--token")
    public = ["--public", "https://board.example"]
    with up(node, "--listen", "127.0.0.2", "--read-only", *public):
        headers = {"Authorization": f"Bearer {token}", "Host": "board.example"}
        there = http.client.HTTPConnection("127.0.0.2", node.port)
        said = ask(there, "GET", "/session", headers=headers)[1]
        assert (said["person"], said["role"], said["rights"]) == ("ann", "viewer", ["look"])
        body = json.dumps(
            {"change": "add-farewell", "task": 2, "done": True, "expect": "1.2 Say them"}
        )
        assert ask(there, "POST", "/call/task.set", body=body, headers=headers)[0] == 403
        here = http.client.HTTPConnection("127.0.0.1", node.port)
        # The name is the board's alone, so browsers keep to TLS there, and not on loopback.
        assert keeps_tls(there, headers) == "max-age=31536000"
        assert keeps_tls(here, {}) is None
        assert ask(here, "GET", "/session")[1]["role"] == "guest"
        assert ask(here, "POST", "/call/task.set", body=body)[0] == 200
        there.close()
        here.close()


def keeps_tls(connection, headers):
    connection.request("GET", "/", headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.headers["strict-transport-security"]


def test_nobody_can_come_before_somebody_has_access(project, tmp_path):
    port = free_port()
    from geometry_ws.cli import main

    words = ["up", str(project), "--port", str(port), "--state", str(tmp_path / "state")]
    assert main([*words, "--listen", "127.0.0.2"]) == 1
