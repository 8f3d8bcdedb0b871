"""Crossbar.io's router without the rest of Crossbar.io around it.

`crossbar start` is a controller that starts a worker and orders it by WAMP to start what a
configuration lists. The orders are methods of the worker; here they are called in its own process.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred, succeed
from twisted.logger import Logger

log = Logger()


class LoneRouterWorker:
    """A worker with a router; nobody orders it, and nobody hears of its steps."""

    def __init__(self, reactor: Any, folder: str) -> None:
        """``folder`` is that which relative paths of a configuration begin in."""
        from crossbar.personality import Personality
        from crossbar.worker.router import RouterController

        extra = SimpleNamespace(
            cbdir=folder,
            node="geometry_ws",
            worker="router",
            expose_controller=False,
            expose_shared=False,
        )
        worker = RouterController(ComponentConfig("crossbar", extra), reactor, Personality)
        worker.publish = lambda *_, **__: succeed(None)
        worker.join = lambda *_, **__: None
        worker.onConnect()
        self._worker = worker

    async def start(self, settings: Mapping[str, Any]) -> None:
        """Start what a worker's configuration lists, the transports last.

        Raises what Crossbar.io raises where that can't be had.
        """
        worker = self._worker
        for realm_number, realm in enumerate(settings["realms"]):
            name = f"realm{realm_number}"
            await worker.start_router_realm(name, realm)
            for number, role in enumerate(realm["roles"]):
                worker.start_router_realm_role(name, f"role{number}", role)
        for number, component in enumerate(settings["components"]):
            await worker.start_router_component(f"component{number}", component)
        for number, transport in enumerate(settings["transports"]):
            name = f"transport{number}"
            await worker.start_router_transport(name, transport)
            for path, service in sorted(transport.get("paths", {}).items()):
                if path != "/":
                    await worker.start_web_transport_service(name, path, service)

    def stop(self) -> "Deferred[Any]":
        """Let the components in this process leave."""
        sessions = [component.session for component in self._worker.components.values()]
        leaving = [maybeDeferred(session.leave) for session in sessions if session.is_attached()]
        return DeferredList(leaving, consumeErrors=True)
