"""A large OpenSpec project for measurements: 400 specs and 200 changes in 2,000 files.

The texts are made from a fixed seed. Most of it is valid; every seventh change misses something,
so that there is something to find. `write_grown` makes one with an archive, and larger ones.

`python -m benchmarks.loads.large_project FOLDER [FACTOR]` writes one to look at.
"""

import random
import sys
from pathlib import Path

SPECS, CHANGES = 400, 200
_AREAS = ("billing", "search", "login", "export", "mail", "stock", "audit", "maps")
_NOUNS = ("invoice", "query", "session", "report", "message", "shelf", "record", "route")
_VERBS = ("keep", "refuse", "show", "count", "store", "send", "sort", "merge")
_MUSTS = ("within a second", "once only", "in the order of arrival", "for every tenant")


GROWN = {"specs": 200, "changes": 100, "archived": 500}
"""What a grown project of factor 1 has; at factor 10 it has 37,001 files."""


def write_grown(folder: Path, factor: int) -> int:
    """Write a project with an archive, of so many times the size; gives the number of its files."""
    return write(folder, **{part: factor * number for part, number in GROWN.items()})


def write(folder: Path, specs: int = SPECS, changes: int = CHANGES, archived: int = 0) -> int:
    """Write a project below a folder; gives the number of its files."""
    chance = random.Random(11)
    files = {"openspec/config.yaml": "schema: spec-driven\n"}
    names = [f"{_AREAS[number % len(_AREAS)]}-{number}" for number in range(specs)]
    for number, name in enumerate(names):
        files[f"openspec/specs/{name}/spec.md"] = _spec(chance, name, number)
    for number in range(changes):
        base = f"openspec/changes/change-{number}"
        files[f"{base}/proposal.md"] = _proposal(chance, number)
        files[f"{base}/design.md"] = _design(chance, number)
        files[f"{base}/tasks.md"] = _tasks(chance, number)
        files[f"{base}/.openspec.yaml"] = "schema: spec-driven\ncreated: 2026-01-02\n"
        for offset in range(4):
            target = names[(7 * number + 101 * offset) % len(names)]
            files[f"{base}/specs/{target}/spec.md"] = _delta(chance, number, offset)
    for number in range(archived):
        files |= _archived(chance, number, names)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return len(files)


def _archived(chance: random.Random, number: int, names: list[str]) -> dict[str, str]:
    """The documents of an archived change; two of five changed a second spec."""
    day = f"2025-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    base = f"openspec/changes/archive/{day}-old-{number}"
    files = {
        f"{base}/proposal.md": _proposal(chance, number),
        f"{base}/design.md": _design(chance, number),
        f"{base}/tasks.md": _tasks(chance, number).replace("[ ]", "[x]"),
        f"{base}/.openspec.yaml": "schema: spec-driven\ncreated: 2025-01-02\n",
    }
    for offset in range(1 + (number % 5 < 2)):
        target = names[(7 * number + 101 * offset) % len(names)]
        files[f"{base}/specs/{target}/spec.md"] = _delta(chance, number, 2 * offset)
    return files


def _requirement(chance: random.Random, number: int, broken: bool = False) -> str:
    verb, noun = chance.choice(_VERBS), chance.choice(_NOUNS)
    must = "should perhaps" if broken else "SHALL"
    lines = [
        f"### Requirement: Number {number} of the {noun}",
        f"The system {must} {verb} each {noun} {chance.choice(_MUSTS)}.",
        "",
    ]
    for scenario in range(chance.randint(1, 3)):
        other = chance.choice(_NOUNS)
        lines += [
            f"#### Scenario: A {other} comes, case {scenario}",
            f"- **WHEN** a {other} with the number {chance.randint(1, 999)} comes",
            f"- **THEN** the {noun} is there {chance.choice(_MUSTS)}",
            "",
        ]
    return "\n".join(lines)


def _spec(chance: random.Random, name: str, number: int) -> str:
    head = f"# {name} Specification\n\n## Purpose\n"
    purpose = f"What becomes of each {chance.choice(_NOUNS)} in the part with number {number}, "
    purpose += "and what people may rely on whatever else happens around it.\n\n"
    body = [_requirement(chance, part) for part in range(1, chance.randint(4, 9))]
    return head + purpose + "## Requirements\n" + "\n".join(body)


def _proposal(chance: random.Random, number: int) -> str:
    why = " ".join(f"The {chance.choice(_NOUNS)} isn't {chance.choice(_MUSTS)}." for _ in range(6))
    what = "\n".join(
        f"- {chance.choice(_VERBS).capitalize()} the {chance.choice(_NOUNS)}" for _ in range(5)
    )
    return f"# Change {number}\n\n## Why\n{why}\n\n## What Changes\n{what}\n"


def _design(chance: random.Random, number: int) -> str:
    parts = [f"## Decision {part}\n{chance.choice(_NOUNS)} first.\n" for part in range(8)]
    return f"# Design of change {number}\n\n" + "\n".join(parts)


def _tasks(chance: random.Random, number: int) -> str:
    lines = []
    for section in range(1, 5):
        lines.append(f"## {section}. The {chance.choice(_NOUNS)}\n")
        lines += [
            f"- [{chance.choice(' x')}] {section}.{task} {chance.choice(_VERBS).capitalize()} "
            f"the {chance.choice(_NOUNS)} {chance.choice(_MUSTS)}"
            for task in range(1, 9)
        ]
        lines.append("")
    return "\n".join(lines)


def _delta(chance: random.Random, number: int, offset: int) -> str:
    broken = number % 7 == 3 and offset == 0
    added = _requirement(chance, 100 + number, broken)
    changed = _requirement(chance, chance.randint(1, 3))
    if offset % 2:
        return f"## ADDED Requirements\n\n{added}"
    return f"## ADDED Requirements\n\n{added}\n\n## MODIFIED Requirements\n\n{changed}"


if __name__ == "__main__":
    print(write_grown(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), "files")
