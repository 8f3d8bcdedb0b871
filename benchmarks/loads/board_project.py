"""A small OpenSpec project that the board shows."""

from pathlib import Path


def write_project(folder: Path, changes: int, tasks: int = 12) -> Path:
    """A project of so many open changes, with so many tasks each, a few of them done."""
    for number in range(1, changes + 1):
        change = folder / f"openspec/changes/change-{number}"
        change.mkdir(parents=True)
        (change / "proposal.md").write_text(
            f"# Change {number}\n\n## Why\nSomebody needs the part with the number {number}.\n\n"
            f"## What Changes\n- The part {number} is made\n"
        )
        spec = change / f"specs/part-{number}/spec.md"
        spec.parent.mkdir(parents=True)
        spec.write_text(
            f"## ADDED Requirements\n### Requirement: Part {number}\n"
            f"The system SHALL have the part {number}.\n\n#### Scenario: Asked for\n"
            "- **WHEN** somebody asks for it\n- **THEN** it is there\n"
        )
        lines = [
            f"- [{'x' if task <= number % tasks else ' '}] 1.{task} Make the piece {task}\n"
            for task in range(1, tasks + 1)
        ]
        (change / "tasks.md").write_text("## 1. Pieces\n" + "".join(lines))
    return folder
