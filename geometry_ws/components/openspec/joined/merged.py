"""Answers about all projects, which have those of machines added. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from geometry_ws.components.openspec.joined.machines import JoinedProject, Machines
from geometry_ws.protocol import attention, openspec, presence, projects
from geometry_ws.protocol.declare import Result
from geometry_ws.team.attention import MOST_ITEMS, sort_items

KNOWN: Final = frozenset({"attention.list", "claim.list"})
"""What is answered by what a machine has told, also while it is away."""


def known(name: str, among: Sequence[JoinedProject]) -> Result:
    """The answer to one of `KNOWN` about these projects."""
    if name == "claim.list":
        return _claims(claims_of(among))
    return _attention(item for project in among for item in project.items)


def claims_of(among: Sequence[JoinedProject]) -> list[presence.Claim]:
    """The claims on projects."""
    return [claim for project in among for claim in project.claims]


def _claims(claims: list[presence.Claim]) -> presence.ClaimList:
    return presence.ClaimList(claims=sorted(claims, key=lambda claim: claim.since))


def _attention(given: Iterable[attention.AttentionItem]) -> attention.AttentionList:
    items = sort_items(given)
    return attention.AttentionList(items=items[:MOST_ITEMS], more=max(len(items) - MOST_ITEMS, 0))


def _with_attention(machines: Machines, answer: attention.AttentionList) -> Result:
    others = [item for project in machines.projects for item in project.items]
    if not others:
        return answer
    merged = _attention([*answer.items, *others])
    return msgspec.structs.replace(merged, more=merged.more + answer.more)


def _with_claims(machines: Machines, answer: presence.ClaimList) -> Result:
    return _claims([*answer.claims, *claims_of(machines.projects)])


def _with_projects(machines: Machines, answer: projects.ProjectList) -> Result:
    return projects.ProjectList(projects=[*answer.projects, *machines.infos()])


def _with_ids(machines: Machines, answer: openspec.OpenSpecHello) -> Result:
    return msgspec.structs.replace(answer, projects=[*answer.projects, *machines.ids])


MERGED: Final[Mapping[str, Callable[[Machines, Any], Result]]] = {
    "attention.list": _with_attention,
    "claim.list": _with_claims,
    "project.list": _with_projects,
    "openspec.hello": _with_ids,
}
"""How the answer to a procedure about all projects is completed."""
