"""A change as a document: its deltas and its proposal, as the official tool shows them."""

import re
from typing import Any

from geometry_ws.openspec.format.model import Block, Delta, Requirement
from geometry_ws.openspec.format.sections import Section, find_section, requirement_of, section_tree
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.format.text import WHITE, fence_mask, normalise, trim

_W = f"[{WHITE}]"
_LINE = r"[^\n\r\u2028\u2029]"
_BULLET = re.compile(rf"{_W}*-{_W}*\*\*([^*:]+)(?::\*\*|\*\*:){_W}*({_LINE}+)\Z")
_REQUIREMENT = re.compile(f"Requirement:{_W}*[^{WHITE}]", re.I | re.A)
_HEADER_MARK = re.compile(f"###{_W}*")
_WORDS = (
    ("RENAMED", re.compile(r"\brename(?:s|d|ing)?\b", re.A)),
    ("ADDED", re.compile(r"\badd(?:s|ed|ing)?\b|\bcreate(?:s|d|ing)?\b|\bnew\b", re.A)),
    ("REMOVED", re.compile(r"\bremove(?:s|d|ing)?\b|\bdelete(?:s|d|ing)?\b", re.A)),
)
_VERBS = {"ADDED": "Add", "MODIFIED": "Modify", "REMOVED": "Remove"}


class IncompleteProposal(ValueError):
    """A proposal lacks a section that it must have; the text says which."""


def what_changes(proposal: str) -> str:
    """The text of a proposal's What Changes section.

    Raises IncompleteProposal.
    """
    lines = normalise(proposal).split("\n")
    tree = section_tree(lines, fence_mask(lines))
    for title in ("Why", "What Changes"):
        section = find_section(tree, title)
        if section is None or not section.content:
            raise IncompleteProposal(
                f'The proposal needs a section "## {title}" with text below it.'
            )
    return section.content if section else ""


def proposal_deltas(change: ChangeFiles, proposal: str) -> list[dict[str, Any]]:
    """The deltas of a change in the official tool's form: from its delta files.

    Where no file has a section of operations, from the proposal's bullets. Raises
    IncompleteProposal.
    """
    bullets = what_changes(proposal)
    deltas: list[dict[str, Any]] = []
    has_sections = False
    for id_, source in change.deltas.items():
        if not source.readable:
            continue
        delta = source.delta
        has_sections = has_sections or bool(delta.sections)
        deltas.extend(_deltas_of(id_, delta))
    return deltas if has_sections else _bullet_deltas(bullets)


def _deltas_of(spec: str, delta: Delta) -> list[dict[str, Any]]:
    """The deltas of one file, or nothing where one of its headers can't be read again."""
    blocks = (delta.added, delta.modified, _removed(delta.removed, delta.removed_blocks))
    deltas: list[dict[str, Any]] = []
    for operation, listed in zip(_VERBS, blocks, strict=True):
        for block in listed:
            section = _section(block)
            if section is None:
                return []
            if _REQUIREMENT.match(section.title):
                deltas.append(_delta_document(spec, operation, requirement_of(section)))
    deltas.extend(
        {
            "spec": spec,
            "operation": "RENAMED",
            "description": f'Rename requirement from "{rename.source}" to "{rename.target}"',
            "rename": {"from": rename.source, "to": rename.target},
        }
        for rename in delta.renamed
    )
    return deltas


def _removed(names: tuple[str, ...], blocks: tuple[Block, ...]) -> list[Block]:
    """A block for each name that is removed: as written, or only its header."""
    left = list(blocks)
    removed = []
    for name in names:
        at = next((at for at, block in enumerate(left) if block.name == name), None)
        header = Block(name, 0, f"### Requirement: {name}", "")
        removed.append(header if at is None else left.pop(at))
    return removed


def _section(block: Block) -> Section | None:
    """A block as the section tree has it, its first section; None where that has none."""
    lines = normalise(block.raw).split("\n")
    lines[0] = f"### {trim(_HEADER_MARK.sub('', lines[0], count=1))}"
    tree = section_tree(lines, fence_mask(lines))
    return tree[0] if tree else None


def _delta_document(spec: str, operation: str, requirement: Requirement) -> dict[str, Any]:
    shown = requirement_document(requirement)
    return {
        "spec": spec,
        "operation": operation,
        "description": f"{_VERBS[operation]} requirement: {shown['text']}",
        "requirement": shown,
        "requirements": [shown],
    }


def requirement_document(requirement: Requirement, *, scenarios: bool = True) -> dict[str, Any]:
    """A requirement as documents give it."""
    shown = [{"rawText": scenario.text} for scenario in requirement.scenarios] if scenarios else []
    return {"text": requirement.text, "scenarios": shown}


def _bullet_deltas(text: str) -> list[dict[str, Any]]:
    deltas: list[dict[str, Any]] = []
    for line in text.split("\n"):
        match = _BULLET.match(line) if "**" in line else None
        if match is None:
            continue
        description = trim(match.group(2))
        lower = description.lower()
        operation = next((word for word, pattern in _WORDS if pattern.search(lower)), "MODIFIED")
        deltas.append(
            {"spec": trim(match.group(1)), "operation": operation, "description": description}
        )
    return deltas
