"""The configuration of Crossbar.io for one node, as a value.

One router with the HTTP edge in its process, one container for the compositor, one for OpenSpec
and the board. Pure: paths are text, nothing is read or written here. `.crossbar/config.json` in
the repository is `configuration(Options())`, for `crossbar start`. `geometry-ws up` runs what
`apart` makes of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from geometry_ws.access.file import FILE
from geometry_ws.http.doors import LOOPBACK
from geometry_ws.node.addresses import ONLY_HERE
from geometry_ws.protocol.names import MESSAGE_BYTES, REALM, uri
from geometry_ws.protocol.permissions import roles
from geometry_ws.protocol.rights import BRIDGE_ROLE, COMPONENT_ROLE

DEFAULT_PORT = 8081

RAWSOCKET_BYTES = 2**24
_PING_MS = 5000
_PONG_MS = 25_000
"""A program that computes answers no ping meanwhile. What waits for a peer is bounded otherwise."""

_CONNECTIONS = 1000
_HTTP_SECONDS = 10
_REALM_OPTIONS: Final = {
    "uri_check": "strict",
    # All receivers at a time: those after the first part would be told another subscription's id
    # where two fit, which ends their sessions.
    "event_dispatching_chunk_size": _CONNECTIONS,
}


@dataclass(frozen=True)
class Outside:
    """A further listener, where nobody comes in without a token.

    ``url`` is the address that people open; ``hosts`` are names by which browsers may call it. Of
    ``certificates`` (files in PEM) the first is the node's own, the others lead to who has signed
    it; ``key`` is its private key. Without them whoever passes requests on speaks TLS, if anybody.
    """

    interface: str
    port: int
    url: str
    hosts: tuple[str, ...]
    certificates: tuple[str, ...] = ()
    key: str = ""
    read_only: bool = False
    chain: str = ""
    """The file with all the certificates, which is looked at for newer ones."""

    @property
    def secure(self) -> bool:
        """Whether browsers speak TLS."""
        return self.url.startswith("https:")

    @property
    def public_port(self) -> int:
        """The port that browsers know."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def base(self) -> str:
        """The path that people's addresses have in front; the proxy takes it off."""
        return urlsplit(self.url).path or "/"


@dataclass(frozen=True)
class Others:
    """Other origins: those whose pages may use the node, and those that may frame its pages."""

    pages: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What differs between nodes. Relative paths are relative to the configuration's folder.

    `project` and `more` are projects, `below` folders in which every project is served; `folder` is
    what their folders openspec/ are called, where that is another name.
    """

    project: str = ".."
    more: tuple[str, ...] = ()
    port: int = DEFAULT_PORT
    state: str = "state"
    private: str = "private"
    read_only: bool = False
    outside: tuple[Outside, ...] = ()
    six: bool = False
    """Whether ::1 is listened on too; a machine without it couldn't start."""
    below: tuple[str, ...] = ()
    folder: str = ""
    others: Others = Others()

    @property
    def socket(self) -> str:
        """The router's own socket: it lies in a folder that only its user can enter."""
        return f"{self.private}/router.sock"


def hosts(port: int) -> list[str]:
    """What browsers may call this node, as in the Host header."""
    names = ["localhost", "127.0.0.1"]
    with_port = [f"{name}:{port}" for name in names]
    return [*with_port, *names] if port == 80 else with_port


def origins(port: int) -> list[str]:
    """The origins of the node's own pages."""
    return [f"http://{host}" for host in hosts(port)]


_ANY_PORT: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://::1:*")
"""Where pages come from that are reached through a tunnel."""


def configuration(options: Options) -> dict[str, Any]:
    """The whole configuration, version 2."""
    return {
        "version": 2,
        "controller": {"id": "geometry_ws"},
        "workers": [
            _router(options),
            _container("compositor", options, ("Compositor", {"state": options.state})),
            _container(
                "openspec",
                options,
                (
                    "OpenSpec",
                    {**_projects(options), "state": options.state},
                ),
                ("Board", {"state": options.state}),
            ),
        ],
    }


def _projects(options: Options) -> dict[str, Any]:
    named = {"folder": options.folder} if options.folder else {}
    paths = filter(None, (options.project, *options.more))
    projects: dict[str, Any] = {"projects": [{"path": path, **named} for path in paths]}
    if options.below:
        projects["below"] = [{"path": path, **named} for path in options.below]
    return projects


Components = dict[str, list[dict[str, Any]]]
"""The components of processes, by the processes' names."""


def apart(settings: Mapping[str, Any]) -> tuple[dict[str, Any], Components]:
    """What `geometry-ws up` makes of a configuration: one without containers, and their components.

    The processes of these components are ours; they end by themselves when one is lost.
    """
    workers = settings["workers"]
    containers = [worker for worker in workers if worker["type"] == "container"]
    components = {
        worker["id"]: [_outside(component) for component in worker["components"]]
        for worker in containers
    }
    return {**settings, "workers": [each for each in workers if each not in containers]}, components


def _outside(component: Mapping[str, Any]) -> dict[str, Any]:
    extra = {name: value for name, value in component["extra"].items() if name != "exit_when_lost"}
    return {**component, "extra": extra}


def _router(options: Options) -> dict[str, Any]:
    return {
        "id": "router",
        "type": "router",
        "realms": [{"name": REALM, "options": _REALM_OPTIONS, "roles": roles()}],
        # Started before the transports: it makes the socket's folder and refuses an open one.
        "components": [
            {
                "type": "class",
                "classname": "geometry_ws.http.session.HttpSession",
                "realm": REALM,
                "role": BRIDGE_ROLE,
                "extra": {"private": options.private, **_renewed(options)},
            },
            {
                "type": "class",
                "classname": "geometry_ws.http.gate.Gate",
                "realm": REALM,
                "role": COMPONENT_ROLE,
                "extra": {
                    "file": f"{options.state}/{FILE}",
                    "doors": doors(options),
                    **reached(options),
                },
            },
        ],
        "transports": [
            _web(options, {"interface": "127.0.0.1"}),
            _own_socket(options),
            *_outside_transports(options),
            *([_web(options, {"interface": "::1", "version": 6})] if options.six else []),
        ],
    }


def _renewed(options: Options) -> dict[str, list[str]]:
    """The files of a certificate that counts as soon as it is renewed."""
    pairs = [[outside.chain, outside.key] for outside in options.outside if outside.chain]
    return {"tls": pairs[0]} if pairs else {}


def reached(options: Options) -> dict[str, str]:
    """Where people open the node, for links, and what keeps those of other machines from it."""
    if options.outside:
        return {"url": options.outside[0].url}
    return {"url": f"http://localhost:{options.port}/", "remark": ONLY_HERE}


def doors(options: Options) -> list[dict[str, Any]]:
    """The listeners with what the gate needs to know of them; the first is that on loopback."""
    here = {
        "name": LOOPBACK,
        "guests": True,
        "read_only": options.read_only,
        "secure": False,
        "port": options.port,
    }
    others = [
        {
            "name": f"outside_{number}",
            "guests": False,
            "read_only": outside.read_only,
            "secure": outside.secure,
            "port": outside.public_port,
            "base": outside.base,
        }
        for number, outside in enumerate(options.outside, 1)
    ]
    return [here, *others]


def _web(options: Options, place: Mapping[str, Any]) -> dict[str, Any]:
    """The port that clients on this machine use, at one of its loopback addresses."""
    return {
        "type": "web",
        "endpoint": {"type": "tcp", "port": options.port, **place},
        **_served(
            doors(options)[0],
            hosts(options.port),
            origins(options.port),
            # The resource at the root compares it with the host that was asked.
            [*origins(options.port), *_ANY_PORT],
            options.others,
        ),
    }


def _outside_transports(options: Options) -> list[dict[str, Any]]:
    transports = []
    for outside, door in zip(options.outside, doors(options)[1:], strict=True):
        scheme = "https" if outside.secure else "http"
        names = [f"{scheme}://{host}" for host in outside.hosts]
        transports.append(
            {
                "type": "web",
                "endpoint": _endpoint(outside),
                **_served(door, list(outside.hosts), names, names, options.others),
            }
        )
    return transports


def _endpoint(outside: Outside) -> dict[str, Any]:
    endpoint: dict[str, Any] = {
        "type": "tcp",
        "port": outside.port,
        "interface": outside.interface,
    }
    if ":" in outside.interface:
        endpoint["version"] = 6
    if outside.certificates:
        first, *others = outside.certificates
        endpoint["tls"] = {"key": outside.key, "certificate": first}
        if others:
            endpoint["tls"]["chain_certificates"] = others
    return endpoint


def _with_port(origin: str) -> str:
    """An origin as Crossbar.io compares it, which is always with a port."""
    parts = urlsplit(origin)
    return origin if parts.port else f"{origin}:{443 if parts.scheme == 'https' else 80}"


def _served(
    door: dict[str, Any],
    names: list[str],
    own_origins: list[str],
    allowed_origins: list[str],
    others: Others,
) -> dict[str, Any]:
    """What a listener serves, which is the same everywhere but for who may come in."""
    named = {"pages": list(others.pages), "frames": list(others.frames)}
    return {
        "max_connections": _CONNECTIONS,
        "options": {"client_timeout": _HTTP_SECONDS},
        "paths": {
            "/": {
                "type": "resource",
                "classname": "geometry_ws.http.root.Root",
                "extra": {
                    "hosts": names,
                    "origins": own_origins,
                    "door": door,
                    **{name: listed for name, listed in named.items() if listed},
                },
            },
            "ws": {
                "type": "websocket",
                "serializers": ["msgpack", "cbor", "json"],
                "auth": {
                    method: {
                        "type": "dynamic",
                        "authenticator": uri(f"gate.{door['name']}.{method}"),
                        "authenticator-realm": REALM,
                    }
                    for method in ("anonymous", "ticket")
                },
                "options": {
                    "allowed_origins": [*allowed_origins, *map(_with_port, others.pages)],
                    "allow_null_origin": False,
                    # Without one it speaks plainly, at / and /events.
                    "require_websocket_subprotocol": False,
                    "enable_webstatus": False,
                    "show_server_version": False,
                    "max_message_size": MESSAGE_BYTES,
                    "max_frame_size": MESSAGE_BYTES,
                    # The only thing that ever removes a peer that has stopped reading.
                    "auto_ping_interval": _PING_MS,
                    "auto_ping_timeout": _PONG_MS,
                },
            },
        },
    }


def _own_socket(options: Options) -> dict[str, Any]:
    """A program that reaches this socket has a component's rights: see `private` in Options."""
    return {
        "type": "rawsocket",
        "endpoint": {"type": "unix", "path": options.socket},
        "serializers": ["cbor"],
        "options": {"max_message_size": RAWSOCKET_BYTES},
        "auth": {"anonymous": {"type": "static", "role": COMPONENT_ROLE}},
    }


def _container(
    name: str, options: Options, *components: tuple[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "id": name,
        "type": "container",
        "components": [
            {
                "type": "class",
                "classname": f"geometry_ws.{component}",
                "realm": REALM,
                # A component that has lost its session serves no client: its container ends, with
                # it the node, and the supervisor starts the node again.
                "extra": {**extra, "exit_when_lost": True},
                "transport": {
                    "type": "rawsocket",
                    "endpoint": {"type": "unix", "path": options.socket},
                    "serializer": "cbor",
                },
            }
            for component, extra in components
        ],
    }
