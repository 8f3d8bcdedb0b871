"""The order of names, as the official tool's lists have it: ICU's root collation.

Every character has a place among all letters, one among marks and one among a letter's forms. Names
are compared by all first places, then by all second ones, then by all third ones. The places are
those of Node.js's `Intl.Collator`: `.ci/collation.mjs` writes them into `collation.bin`, which is
only read once a name isn't ASCII.
"""

import json
import sys
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from geometry_ws.openspec.format.collation_ascii import PRIMARY, TERTIARY

Key = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], str]
Element = tuple[int, int, int]

FILE = "collation.bin"
_MARK = 0x4000_0000
_IGNORED = 0x8000_0000
_UNASSIGNED = 0xFFFF_FFFF
_AFTER_ALL = 0x1000_0000
_LETTERS = {chr(point): place for point, place in enumerate(PRIMARY) if place >= 0}
_FORMS = {chr(point): place for point, place in enumerate(TERTIARY)}


def collation_key(text: str) -> Key:
    """A sort key: first by letters, then by accents, then lower case before upper case."""
    if text.isascii():
        try:
            letters = tuple(map(_LETTERS.__getitem__, text))
        except KeyError:
            return _key_beyond_ascii(text)
        if text == text.lower():
            return letters, (), (), text
        return letters, (), _trimmed([_FORMS[character] for character in text]), text
    return _key_beyond_ascii(text)


@lru_cache(maxsize=4096)
def _key_beyond_ascii(text: str) -> Key:
    elements = list(_table().elements(unicodedata.normalize("NFD", text)))
    first = tuple(element[0] for element in elements if element[0])
    second = _trimmed([element[1] for element in elements])
    return first, second, _trimmed([element[2] for element in elements]), text


def _trimmed(places: Sequence[int]) -> tuple[int, ...]:
    """Places without the usual one, 0, at the end: it comes before all others."""
    end = len(places)
    while end and not places[end - 1]:
        end -= 1
    return tuple(places[:end])


class _Table:
    """What the file says: runs of characters with places one after the other, and the others."""

    def __init__(self, data: bytes) -> None:
        import zlib

        header, _, numbers = zlib.decompress(data).partition(b"\n")
        content = json.loads(header)
        size = 4 * content["runs"]
        self._starts, self._values = _integers(numbers[:size]), _integers(numbers[size:])
        self._elements: dict[str, list[int]] = content["elements"]
        self._joined: dict[str, list[str]] = {}
        for text in self._elements:
            if len(text) > 1:
                self._joined.setdefault(text[0], []).append(text)
        for texts in self._joined.values():
            texts.sort(key=len, reverse=True)

    def elements(self, text: str) -> Iterator[Element]:
        """The places of a text, which is normalised."""
        at = 0
        while at < len(text):
            character = text[at]
            at += 1
            for joined in self._joined.get(character, ()):
                rest = _without(joined[1:], text, at)
                if rest is not None:
                    text, at, character = rest, 0, joined
                    break
            yield from self._places(character)

    def _places(self, character: str) -> Iterator[Element]:
        known = self._elements.get(character)
        if known is not None:
            for at in range(0, len(known), 3):
                yield known[at], known[at + 1], known[at + 2]
            return
        point = ord(character)
        run = bisect_right(self._starts, point) - 1
        value = self._values[run]
        if value == _UNASSIGNED:
            yield _AFTER_ALL + point, 0, 0
        elif value < _MARK:
            yield value + point - self._starts[run], 0, 0
        elif value < _IGNORED:
            yield 0, value - _MARK + point - self._starts[run], 0


def _without(wanted: str, text: str, at: int) -> str | None:
    """What follows in a text from a place on, without the wanted characters; None: they don't.

    A mark may stand behind others that don't keep it from its letter.
    """
    if text.startswith(wanted, at):
        return text[at + len(wanted) :]
    combining = unicodedata.combining
    if len(wanted) > 1 or not combining(wanted):
        return None
    end = at
    while end < len(text) and 0 < combining(text[end]) < combining(wanted):
        end += 1
    if not text.startswith(wanted, end):
        return None
    return text[at:end] + text[end + 1 :]


def _integers(data: bytes) -> "array[int]":
    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@cache
def _table() -> _Table:
    # Few projects have names that need it.
    import pkgutil

    data = pkgutil.get_data(__package__, FILE)
    if data is None:
        raise RuntimeError(f"{FILE} is missing: install geometry_ws again.")
    return _Table(data)
