"""The values of a message in MessagePack or CBOR, counted before it is read. Pure.

A value of one byte becomes an object of up to a hundred: a message of 15 MB that is full of empty
lists holds a reader for four seconds and takes two gigabytes. Counting goes from head to head, so
it costs by the number of values and not by their size, and it stops at the bound.

Formats: the MessagePack specification; RFC 8949, section 3.
"""

from collections.abc import Callable
from typing import Final

from geometry_ws.wamp.payload import MOST_VALUES

BYTE_ARRAYS: Final = frozenset((64, 68))
"""Tags that JavaScript's Uint8Array and Uint8ClampedArray have in CBOR; RFC 8746, section 2.1."""


def check_msgpack(data: bytes) -> None:
    """Raise ValueError where a MessagePack message has more than MOST_VALUES values."""
    _check(data, _skip_msgpack)


def check_cbor(data: bytes) -> None:
    """Raise ValueError where a CBOR message has more than MOST_VALUES values, or a tag.

    Tags stand for dates, fractions, patterns and the like, which WAMP doesn't have and which take
    long to read; those of `BYTE_ARRAYS` are taken, before bytes. Messages too short for too many
    values aren't looked at.
    """
    _check(data, _skip_cbor)


def _check(data: bytes, skip: Callable[[bytes, int], tuple[int, int]]) -> None:
    if len(data) <= MOST_VALUES:
        return
    position, values = 0, 0
    while position < len(data):
        position, announced = skip(data, position)
        values += 1
        # What a list announces is reserved by readers before they find out that it isn't there.
        if values > MOST_VALUES or announced > MOST_VALUES:
            raise ValueError(f"a message may have at most {MOST_VALUES:,} values")


def _skip_msgpack(data: bytes, position: int) -> tuple[int, int]:
    """Where the next value begins, and how many values this one announces."""
    code = data[position]
    if size := _MSGPACK_SIZES[code]:
        return position + size, 0
    length_bytes, extra = _MSGPACK_LENGTHS[code]
    head = position + 1 + length_bytes
    length = int.from_bytes(data[position + 1 : head], "big")
    if code >= 0xDC:
        return head, length
    return head + extra + length, 0


def _msgpack_sizes() -> list[int]:
    """Bytes of a value by its first byte; 0 where a length follows it."""
    sizes = [1] * 256
    sizes[0xA0:0xC0] = [1 + length for length in range(32)]
    for code, size in {0xCA: 5, 0xCB: 9, 0xD4: 3, 0xD5: 4, 0xD6: 6, 0xD7: 10, 0xD8: 18}.items():
        sizes[code] = size
    sizes[0xCC:0xD4] = [2, 3, 5, 9, 2, 3, 5, 9]
    for code in _MSGPACK_LENGTHS:
        sizes[code] = 0
    return sizes


_MSGPACK_LENGTHS = {
    # Bytes of the length, and bytes that come with the content: the kind of an extension.
    0xC4: (1, 0),
    0xC5: (2, 0),
    0xC6: (4, 0),
    0xC7: (1, 1),
    0xC8: (2, 1),
    0xC9: (4, 1),
    0xD9: (1, 0),
    0xDA: (2, 0),
    0xDB: (4, 0),
    0xDC: (2, 0),
    0xDD: (4, 0),
    0xDE: (2, 0),
    0xDF: (4, 0),
}

_MSGPACK_SIZES = _msgpack_sizes()


def _skip_cbor(data: bytes, position: int) -> tuple[int, int]:
    """Where the next value begins, and how many values this one announces."""
    code = data[position]
    if size := _CBOR_SIZES[code]:
        return position + size, 0
    kind, info = divmod(code, 32)
    if kind == 6:
        _, tag, content = data[position : position + 3].ljust(3, b"\0")
        if code != 0xD8 or tag not in BYTE_ARRAYS or content >> 5 != 2:
            raise ValueError("a large message may have no tags, but for arrays of bytes")
        return _skip_cbor(data, position + 2)
    head = position + 1 + (1 << (info - 24) if info < 28 else 0)
    length = int.from_bytes(data[position + 1 : head], "big")
    return (head + length, 0) if kind in (2, 3) else (head, length)


def _cbor_sizes() -> list[int]:
    """Bytes of a value by its first byte; 0 where a length follows it, and for tags.

    Texts, lists and maps without a length (31) have their parts as values after them.
    """
    arguments = [*([0] * 24), 1, 2, 4, 8, 0, 0, 0, 0]
    sizes = []
    for kind in range(8):
        for info, argument in enumerate(arguments):
            if kind == 6 or (kind in (2, 3, 4, 5) and argument):
                sizes.append(0)
            elif kind in (2, 3) and info < 24:
                sizes.append(1 + info)
            else:
                sizes.append(1 + argument)
    return sizes


_CBOR_SIZES = _cbor_sizes()
