"""A stream of bytes becomes pictures: files one after another, or raw pixels. Pure.

Files are PNG, JPEG and WebP. Nothing is decoded: a file says where it ends. What stands between two
files is skipped where it is short, such as the lines that a camera sends between its pictures.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final, Literal, Protocol

from geometry_ws.cli.sources.source import SourceError

MOST_BYTES: Final = 64 * 1024 * 1024
"""The largest picture that is waited for."""
MOST_BETWEEN: Final = 4096
_BEGINS: Final = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP", re.DOTALL)
_LONGEST_BEGINNING: Final = 12
_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""In a JPEG's compressed pixels: the next marker that isn't part of them."""
_START_OF_PIXELS, _END_OF_PICTURE = 0xDA, 0xD9
_WITHOUT_LENGTH: Final = frozenset((0x01, *range(0xD0, 0xD8)))


Scanned = Generator[None, None, int]


class Splitter(Protocol):
    """Takes bytes as they come, and gives what is whole."""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; gives the pictures that are whole now. Raises SourceError."""

    def end(self) -> None:
        """No more bytes come; raises SourceError if a picture is cut off."""


class PictureSplitter:
    """PNG, JPEG and WebP files one after another."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._whole: list[bytes] = []
        self._count = 0
        self._is_inside = False
        self._scanning = self._scan()

    def feed(self, data: bytes) -> list[bytes]:
        """See `Splitter.feed`."""
        self._buffer += data
        next(self._scanning)
        whole, self._whole = self._whole, []
        return whole

    def end(self) -> None:
        """See `Splitter.end`."""
        if self._is_inside:
            raise SourceError(f"Standard input ended within picture {self._count + 1}.")
        if not self._count:
            raise SourceError(self._no_picture() if self._buffer else "Standard input is empty.")

    def _no_picture(self) -> str:
        begin = bytes(self._buffer[:8])
        if self._count:
            return f"After picture {self._count}, standard input has no other one: {begin!r}."
        return (
            f"Standard input begins with {begin!r}, which is no PNG, JPEG or WebP; raw pixels need "
            "--size WIDTHxHEIGHT."
        )

    def _scan(self) -> Iterator[None]:
        """Take the buffer apart; yields where more bytes are needed."""
        while True:
            yield from self._find_beginning()
            self._is_inside = True
            first = self._buffer[0]
            size = yield from {0x89: self._png, 0xFF: self._jpeg}.get(first, self._webp)()
            yield from self._need(size)
            self._whole.append(bytes(self._buffer[:size]))
            del self._buffer[:size]
            self._is_inside = False
            self._count += 1

    def _find_beginning(self) -> Iterator[None]:
        while (beginning := _BEGINS.search(self._buffer)) is None:
            if len(self._buffer) > MOST_BETWEEN + _LONGEST_BEGINNING:
                raise SourceError(self._no_picture())
            yield
        if beginning.start() > MOST_BETWEEN:
            raise SourceError(self._no_picture())
        del self._buffer[: beginning.start()]

    def _need(self, count: int) -> Iterator[None]:
        if count > MOST_BYTES:
            raise SourceError(
                f"Picture {self._count + 1} of standard input has more than {MOST_BYTES >> 20} MiB."
            )
        while len(self._buffer) < count:
            yield

    def _number(self, at: int, count: int, order: Literal["big", "little"] = "big") -> int:
        return int.from_bytes(self._buffer[at : at + count], order)

    def _png(self) -> Scanned:
        at = 8
        while True:
            yield from self._need(at + 8)
            name = self._buffer[at + 4 : at + 8]
            at += 12 + self._number(at, 4)
            if name == b"IEND":
                return at
            yield from self._need(at)

    def _webp(self) -> Scanned:
        size = self._number(4, 4, "little")
        return 8 + size + size % 2
        yield

    def _jpeg(self) -> Scanned:
        at = 2
        while True:
            yield from self._need(at + 2)
            if self._buffer[at] != 0xFF:
                raise SourceError(f"Picture {self._count + 1} of standard input is a broken JPEG.")
            marker = self._buffer[at + 1]
            if marker == 0xFF:  # a filling byte
                at += 1
            elif marker == _END_OF_PICTURE:
                return at + 2
            elif marker in _WITHOUT_LENGTH:
                at += 2
            else:
                yield from self._need(at + 4)
                at += 2 + self._number(at + 2, 2)
                if marker == _START_OF_PIXELS:
                    at = yield from self._jpeg_pixels(at)

    def _jpeg_pixels(self, at: int) -> Scanned:
        yield from self._need(at)
        while (marker := _MARKER.search(self._buffer, at)) is None:
            size = len(self._buffer)
            # The last bytes may be the first half of a marker.
            at += len(self._buffer[at:].rstrip(b"\xff"))
            yield from self._need(size + 1)
        return marker.end() - 2


class RawSplitter:
    """Pictures of one size, in pixels: rows from above without padding."""

    def __init__(self, size: tuple[int, int], channels: int) -> None:
        self._size = size
        self._bytes = size[0] * size[1] * channels
        self._channels = channels
        self._buffer = bytearray()
        self._count = 0

    def feed(self, data: bytes) -> list[bytes]:
        """See `Splitter.feed`."""
        self._buffer += data
        whole = []
        while len(self._buffer) >= self._bytes:
            whole.append(bytes(self._buffer[: self._bytes]))
            del self._buffer[: self._bytes]
        self._count += len(whole)
        return whole

    def end(self) -> None:
        """See `Splitter.end`."""
        if self._buffer:
            width, height = self._size
            raise SourceError(
                f"Standard input ended within picture {self._count + 1}: {len(self._buffer):,} of "
                f"{self._bytes:,} bytes came of {width} × {height} pixels of {self._channels} "
                "bytes; do --size and --pixels fit?"
            )
        if not self._count:
            raise SourceError("Standard input is empty.")
