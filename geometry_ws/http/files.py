"""Reads the files of the built dashboard, once for all doors, into a table.

Only what is in the table exists, so no path of a request ever reaches the disk. Links, dot files
and folders aren't served.
"""

import base64
import gzip
import hashlib
import mimetypes
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

_MOST_BYTES = 64 * 2**20
_FRAME = re.compile(r"diagram-[0-9a-f]{8,}\.html")
"""The frame that draws diagrams: one file with its script in it."""

_SCRIPT = re.compile(rb"<script>(.*)</script>", re.DOTALL)
_HASHED = re.compile(r"[-.][0-9A-Za-z_]{8,}\.[0-9a-z.]+$")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


_PACKED_FROM_BYTES = 1024
"""Smaller files have no fewer packets."""

_PACKING_LEVEL = 6
_MOST_PACKED = 128


@dataclass(frozen=True)
class File:
    """One file of the dashboard as it is served."""

    content: bytes
    content_type: str
    etag: str
    cache_control: str
    policy: str = ""
    """The policy of a file that pages show in a frame; empty: that of everything."""

    @property
    def packs(self) -> bool:
        """Whether gzip makes it smaller: fonts and pictures are compressed already."""
        kind = self.content_type.partition(";")[0]
        return len(self.content) >= _PACKED_FROM_BYTES and (
            kind.startswith("text/") or kind.endswith(("json", "+xml"))
        )

    @property
    def packed(self) -> bytes:
        """Its content by gzip. Making it may take 100 ms, once, so ask in a thread."""
        return _packed(self.content)


@lru_cache(maxsize=_MOST_PACKED)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, _PACKING_LEVEL, mtime=0)


@cache
def dashboard(folder: Path) -> Mapping[str, File]:
    """The files of a dashboard that doesn't change while the node runs, once for all ports."""
    return read_files(folder)


def read_files(folder: Path) -> dict[str, File]:
    """Every plain file below a folder, by its path with `/`; empty where there is no folder.

    Raises ValueError where the folder is far too large to be a dashboard.
    """
    files: dict[str, File] = {}
    total = 0
    for path in _plain(folder):
        content = path.read_bytes()
        total += len(content)
        if total > _MOST_BYTES:
            raise ValueError(f"{folder} is too large to be the dashboard")
        name = path.relative_to(folder).as_posix()
        policy = _frame_policy(content) if _FRAME.fullmatch(name) else ""
        files[name] = File(content, _type(path), _etag(content), _cache(name), policy)
    return files


def below(files: Mapping[str, File], base: str) -> dict[str, File]:
    """The files where the node's addresses begin with a path: pages name the others from there."""
    if base == "/":
        return dict(files)
    return {
        # The one whose name has a hash is a frame that names nothing.
        name: _below(file, base) if name.endswith(".html") and not _HASHED.search(name) else file
        for name, file in files.items()
    }


def _below(file: File, base: str) -> File:
    content = re.sub(rb'\b(href|src)="/', rf'\1="{base}'.encode(), file.content)
    return replace(file, content=content, etag=_etag(content))


def _plain(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _plain(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _frame_policy(content: bytes) -> str:
    """What shuts the frame in: no origin, nothing is fetched, and no other script runs in it."""
    script = _SCRIPT.search(content)
    digest = hashlib.sha256(script[1] if script else b"").digest()
    return (
        f"default-src 'none'; script-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "sandbox allow-scripts"
    )


def _type(path: Path) -> str:
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return content_type or "application/octet-stream"


def _etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _cache(name: str) -> str:
    """The header Cache-Control: a file with a hash in its name never changes, others may."""
    if _HASHED.search(name) and (not name.endswith(".html") or _FRAME.fullmatch(name)):
        return "public, max-age=31536000, immutable"
    return "no-cache"
