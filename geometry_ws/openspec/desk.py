"""What those who write in a project need of whoever reads it."""

from pathlib import Path
from typing import Protocol

from geometry_ws.openspec.scan import ProjectFiles


class Desk(Protocol):
    """A project that can be looked at again, part by part."""

    folder: Path

    def root(self) -> str:
        """The real path of the openspec/ folder; raises NoProject."""

    def look(self, *paths: str) -> ProjectFiles:
        """Read again what lies at some paths in the folder, and give all documents."""
