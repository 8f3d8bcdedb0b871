"""What every measured system has in common."""

from typing import Protocol

GEOMETRY_WS = "geometry_ws"
TIGERVNC = "tigervnc"
"""Systems by the names that rows have for them."""


class System(Protocol):
    """What is measured: its processes by their parts, and where it listens."""

    port: int
    workers: dict[str, int]

    @property
    def address(self) -> str: ...

    @property
    def pids(self) -> list[int]: ...
