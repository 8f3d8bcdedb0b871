"""Which calls of the node are answered, and as what events go out to it. Pure.

The node is trusted to say who calls; what that role may is looked up here once more.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from geometry_ws.protocol.declare import DeclaredError, Procedure
from geometry_ws.protocol.errors import NoSuchProcedure, NotAuthorized
from geometry_ws.protocol.joining import JoinedCall, JoinedEvent
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES, topic_of
from geometry_ws.protocol.rights import COMPONENT_ROLE, may

TOLD: Final = frozenset(
    {"project.on_changed", "attention.on_changed", "claim.on_changed", "activity.on_happened"}
)
"""The topics that a node is told."""


def find_procedure(asked: JoinedCall, *, read_only: bool) -> Procedure:
    """The procedure of a call. Raises NoSuchProcedure, or NotAuthorized where who calls may not."""
    procedure = PROCEDURES.get(uri(asked.procedure))
    if procedure is None or not _is_about_projects(procedure):
        raise NoSuchProcedure(
            f"A machine that has joined answers no {asked.procedure}.",
            procedure=asked.procedure,
            nearest=[],
        )
    if not may(asked.caller.authrole, procedure.right):
        raise NotAuthorized("This role may not do that.")
    if read_only and not procedure.reads and asked.caller.authrole != COMPONENT_ROLE:
        raise NotAuthorized("The machine where this project lies lets others only look.")
    return procedure


def _is_about_projects(procedure: Procedure) -> bool:
    return "project" in procedure.request.__struct_fields__


def find_error(problem: DeclaredError) -> tuple[str, str, dict[str, Any]]:
    """An error as it goes over the wire: its URI, its sentence, its fields."""
    return problem.uri, problem.message, dict(problem.values)


def told(topic: str, keywords: Mapping[str, Any]) -> Iterator[JoinedEvent]:
    """The events that a node is told of an event of the component; each is about one project."""
    declared = topic_of(topic)
    if declared is None or declared.name not in TOLD:
        return
    if declared.name != "activity.on_happened":
        yield JoinedEvent(topic=declared.name, packed=msgspec.msgpack.encode(keywords))
        return
    by_project: dict[str, list[Any]] = {}
    for event in keywords.get("events", []):
        if event.get("project"):
            by_project.setdefault(event["project"], []).append(event)
    for events in by_project.values():
        packed = msgspec.msgpack.encode({**keywords, "events": events})
        yield JoinedEvent(topic=declared.name, packed=packed)
