"""A small OpenSpec project on disk, for tests to change."""

from pathlib import Path

import pytest

from geometry_ws.openspec.disk.store import Store

PURPOSE = "Says how a desk lamp behaves, so that its owner knows what to expect of it."
SPEC = f"""# lamp

## Purpose
{PURPOSE}

## Requirements

### Requirement: Switching
The lamp SHALL light when it is switched on.

#### Scenario: On
- **WHEN** the switch is pressed
- **THEN** the lamp lights
"""
DELTA = """## ADDED Requirements

### Requirement: Dimming
The lamp SHALL dim.

#### Scenario: Turn
- **WHEN** the knob is turned
- **THEN** the lamp dims
"""
TASKS = """# Tasks

## 1. Electronics
- [ ] 1.1 Solder the knob
- [x] 1.2 Measure

## 2. Paper
- [ ] 2.1 Write the manual
"""


class Project:
    """The folder of a project, written through short calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "openspec"
        (self.folder / "changes").mkdir(parents=True)
        (self.folder / "specs").mkdir()

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below openspec/."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def change(self, name: str = "dimmer", tasks: str | bytes = TASKS, delta: str = DELTA) -> Path:
        """Write a change with a proposal, tasks and a delta; gives its folder."""
        self.write(f"changes/{name}/proposal.md", f"# Change: {name} it\n\n## Why\nBecause.\n")
        self.write(f"changes/{name}/tasks.md", tasks)
        self.write(f"changes/{name}/specs/lamp/spec.md", delta)
        return self.folder / "changes" / name

    def store(self) -> Store:
        """A loaded store."""
        store = Store(self.folder)
        store.load()
        return store


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project with one spec, lamp."""
    made = Project(tmp_path / "desk")
    made.write("specs/lamp/spec.md", SPEC)
    return made
