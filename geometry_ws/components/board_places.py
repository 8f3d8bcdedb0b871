"""Where people put cards, and which they opened: a small file in the state folder. Blocking."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

_MOST = 5000
_MOST_BYTES = 2 * 2**20


class _Kept(msgspec.Struct):
    places: dict[str, tuple[int, int]] = {}
    expanded: list[str] = []


@dataclass
class Places:
    """Places of dragged cards (world pixels) and open cards, by the change's name."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)

    def to_json(self) -> bytes:
        """The file's content; of absurdly many the newest are kept."""
        newest = dict(list(self.places.items())[-_MOST:])
        return msgspec.json.encode(_Kept(newest, sorted(self.expanded)[:_MOST]))


def read_places(path: Path) -> Places:
    """Read the file; none, or one that can't be read, gives no places."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Places()
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Places()
    return Places(dict(kept.places), set(kept.expanded))


def write_places(path: Path, content: bytes) -> None:
    """Replace the file in one step; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - says better what it does
