"""The rules of main specs (S0 to S10), in the official tool's order; messages are ours."""

import re
import unicodedata
from collections.abc import Iterator

from geometry_ws.openspec.format.model import Block, Finding, Requirement
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.specs import StructureProblem
from geometry_ws.openspec.format.text import (
    fence_mask,
    has_keyword,
    is_white,
    trim,
    unify_line_ends,
    utf16_length,
)

MIN_PURPOSE = 50
MAX_REQUIREMENT = 500

_WORD = "TBD|TODO"
_SHOUTED = re.compile(r"(?:TBD|TODO)")
_SAID = re.compile(rf"(?:{_WORD})(?=[ \t]*+(?:\Z|[\n:\-–—.,;()\[\]{{}}]))", re.I | re.A)
_GENERATED = ("TBD - created by archiving change ", ". Update Purpose after archive.")
_PURPOSE_HEADER = re.compile(r" {0,3}##[ \t]+Purpose[ \t]*\Z", re.I | re.A)
_TOP_HEADER = re.compile(r" {0,3}#{1,2}(?!#)[ \t]+")


def validate_spec(source: Source) -> tuple[Finding, ...]:
    """Check a main spec by every rule."""
    if not source.readable:
        return (Finding("ERROR", "S0", "file", f"The spec {source.problem}."),)
    spec = source.spec
    if spec.problem:
        missing = "Purpose" if spec.rule == "S0.purpose" else "Requirements"
        text = (
            f'{spec.problem} Write "## {missing}" with text below it; a spec consists of'
            ' "## Purpose" and "## Requirements".'
        )
        return (Finding("ERROR", spec.rule, "file", text),)
    return (
        *_required(spec.requirements),
        *(_structure(problem) for problem in source.structure),
        *_purpose(spec.purpose, source.text),
        *_advice(spec.requirements),
        *_keywords(spec.blocks),
    )


def _required(requirements: tuple[Requirement, ...]) -> Iterator[Finding]:
    if not requirements:
        text = 'There is no requirement. Write one as "### Requirement: Name" with a statement.'
        yield Finding("ERROR", "S1", "requirements", text)
    for at, requirement in enumerate(requirements):
        if not requirement.text:
            text = "The requirement says nothing. Write what the system SHALL do."
            yield Finding("ERROR", "S2", f"requirements.{at}.text", text)
        if not requirement.scenarios:
            text = f'"{requirement.name}" has no scenario. Every requirement needs at least one.'
            yield Finding("ERROR", "S3", f"requirements.{at}.scenarios", text)


def _structure(problem: StructureProblem) -> Finding:
    quoted = f'"{problem.header}"'
    text = {
        "delta_header": f"{quoted} belongs into a change, not into a main spec, where it ends the"
        " requirements. Remove it or move it to the change.",
        "outside": f'{quoted} stands outside "## Requirements", where nothing reads it. Move it'
        " there.",
        "duplicate": f"{quoted} is there already on line {problem.first_line}. Give one of the"
        " two another name.",
    }[problem.kind]
    return Finding("ERROR", f"S4.{problem.kind}", "file", text, problem.line)


def _advice(requirements: tuple[Requirement, ...]) -> Iterator[Finding]:
    for at, requirement in enumerate(requirements):
        if utf16_length(requirement.text) > MAX_REQUIREMENT:
            text = (
                f'"{requirement.name}" has a statement of more than {MAX_REQUIREMENT} characters.'
                " Consider making several requirements of it."
            )
            yield Finding("INFO", "S7", f"requirements[{at}]", text)
        if not requirement.scenarios:
            text = (
                'Write scenarios as "#### Scenario: Name" with steps below such as'
                ' "- **WHEN** ..." and "- **THEN** ...".'
            )
            yield Finding("WARNING", "S8", f"requirements[{at}].scenarios", text)


def _keywords(blocks: tuple[Block, ...]) -> Iterator[Finding]:
    for at, block in enumerate(blocks):
        path = f"requirements[{at}]"
        if not block.body:
            yield Finding("ERROR", "S9", path, keyword_message(f'"{block.name}"', block, must=True))
        elif not has_keyword(block.body):
            yield Finding(
                "WARNING", "S10", path, keyword_message(f'"{block.name}"', block, must=False)
            )


def keyword_message(subject: str, block: Block, *, must: bool) -> str:
    """Say that a requirement's statement lacks SHALL or MUST."""
    if has_keyword(block.name):
        return (
            f"{subject} has SHALL or MUST in its header only. Write the statement on the line"
            " below the header."
        )
    if must:
        return f"{subject} has no statement. Write one with SHALL or MUST below its header."
    return f"{subject} has a statement without SHALL or MUST. Say which of the two it is."


# --- the purpose --------------------------------------------------------------------------


def _purpose(purpose: str, text: str) -> Iterator[Finding]:
    lines = unify_line_ends(purpose).split("\n")
    mask = fence_mask(lines)
    prose = trim("\n".join(line for line, masked in zip(lines, mask, strict=True) if not masked))
    leading = _starts_with_marker(prose)
    if leading or _generated_at(prose) is not None:
        message = (
            "The purpose is still a placeholder. Write here what this capability is for; a"
            " purpose in a change is only read when the capability is new."
        )
        line = _placeholder_line(text, leading=leading)
        yield Finding("WARNING", "S5", "overview", message, line)
    elif utf16_length(purpose) < MIN_PURPOSE:
        message = f"The purpose is shorter than {MIN_PURPOSE} characters. Say what it is for."
        yield Finding("WARNING", "S6", "overview", message)


def _starts_with_marker(prose: str) -> bool:
    marker = _SHOUTED.match(prose) or _SAID.match(prose)
    if not marker:
        return False
    after = prose[marker.end() : marker.end() + 1]
    # A letter, digit or combining mark of any script makes a longer word of it.
    return not after or (after != "_" and unicodedata.category(after)[0] not in "LNM")


def _generated_at(text: str) -> int | None:
    """The start of the sentence that archiving writes; the last start before an end counts."""
    prefix, suffix = _GENERATED
    first = text.find(prefix)
    if first < 0:
        return None
    end = text.find(suffix, first)
    if end < 0:
        return None
    return text.rfind(prefix, 0, end + len(prefix))


def _placeholder_line(text: str, *, leading: bool) -> int:
    lines = unify_line_ends(text).split("\n")
    mask = fence_mask(lines)
    header = next(
        (at for at, line in enumerate(lines) if not mask[at] and _PURPOSE_HEADER.match(line)), None
    )
    if header is None:
        return 0
    prose: list[tuple[int, str]] = []
    for at in range(header + 1, len(lines)):
        if mask[at]:
            continue
        if _TOP_HEADER.match(lines[at]):
            break
        if leading and any(not is_white(character) for character in lines[at]):
            return at + 1
        prose.append((at + 1, lines[at]))
    if leading:
        return 0
    purpose = "\n".join(line for _, line in prose)
    start = _generated_at(purpose)
    return 0 if start is None else prose[purpose.count("\n", 0, start)][0]
