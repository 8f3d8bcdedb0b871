"""Pictures that lie in a project and that its Markdown shows. Everything here blocks."""

from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Reader
from geometry_ws.openspec.format.errors import NoSuchDocument, Unreadable

MAX_PICTURE = 4 * 2**20
"""Bytes of a picture."""

FOLDER = "openspec"
"""What a picture's path calls the folder of the project's planning, whatever its name is."""

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_DEEPEST = 32
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is on disk; its type is what its bytes say, not its name."""

    data: bytes
    content_type: str
    revision: str


def read_picture(folder: str, path: str) -> Picture:
    """A picture, by its path in the project whose openspec/ folder has this real path.

    Nothing hidden is a picture, nor is what lies out of the project, by a link as well. Raises
    NoSuchDocument, Unreadable.
    """
    nothing = f'There is no picture "{path}" in the project.'
    parts = path.split("/")
    if not is_picture_path(parts):
        raise NoSuchDocument(nothing)
    planning = Path(folder)
    base = planning if parts[0] == FOLDER else planning.parent
    inside = parts[1:] if parts[0] == FOLDER else parts
    reader = Reader(str(planning.parent), most=MAX_PICTURE)
    source = reader.read(str(base.joinpath(*inside)))
    if source is None:
        raise NoSuchDocument(nothing)
    if not source.readable:
        raise Unreadable(f"{path} {source.problem}.")
    content_type = type_of(source.data)
    if content_type is None:
        raise NoSuchDocument(f"{path} is no picture: PNG, JPEG, GIF, WebP and SVG are shown.")
    return Picture(source.data, content_type, source.revision)


def is_picture_path(parts: list[str]) -> bool:
    """Whether the parts of a path could be those of a picture of the project."""
    if not 0 < len(parts) <= _DEEPEST or not parts[-1].lower().endswith(ENDINGS):
        return False
    return all(
        part and not part.startswith(".") and part.isprintable() and "\\" not in part
        for part in parts
    )


def type_of(data: bytes) -> str | None:
    """The type of a picture by its first bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if _is_svg(data) else None


def _is_svg(data: bytes) -> bool:
    """Whether a text begins as an SVG does: with its element, or what may stand before it."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    begins = head.startswith((b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg"))
    return begins and b"<svg" in head and b"\0" not in head
