"""The one place that loads libghostty-vt, and how its cells are packed.

Structures with unions can't be given by value in this way of calling C: those of the same layout
without unions stand for them.
"""

import json
from functools import lru_cache
from typing import Any, NamedTuple

_STAND_INS = """
typedef struct { GhosttyTerminalScrollViewportTag tag; intptr_t delta; uint64_t padding; }
    GeometryScroll;
typedef struct { uint16_t x; uint32_t y; uint64_t padding; } GeometryPlace;
typedef struct { GhosttyPointTag tag; GeometryPlace place; } GeometryPoint;
"""


class MissingEmulator(Exception):
    """The emulator can't be loaded; the text is one sentence."""


class Layout(NamedTuple):
    """Where the parts of a cell lie within its 64 bits."""

    tag: tuple[int, int]
    content: tuple[int, int]
    codepoint: tuple[int, int]
    style: tuple[int, int]
    wide: tuple[int, int]


class Library(NamedTuple):
    """The library as cffi gives it, with what had to be added."""

    ffi: Any
    lib: Any
    layout: Layout
    scroll: Any
    """`ghostty_terminal_scroll_viewport`, which takes a `GeometryScroll`."""
    reference: Any
    """`ghostty_terminal_grid_ref`, which takes a `GeometryPoint`."""
    track: Any
    """`ghostty_terminal_grid_ref_track`, which takes one too."""

    def sized(self, name: str) -> Any:
        """A new structure that says its size, as the library wants it of some."""
        made = self.ffi.new(f"{name}*")
        _say_size(self.ffi, made)
        return made


@lru_cache(maxsize=1)
def library() -> Library:
    """Load it, once. Raises MissingEmulator."""
    try:
        from pyghostty import ffi, lib
    except (ImportError, OSError) as problem:
        raise MissingEmulator(
            f"The terminal's emulator can't be loaded ({problem}): pip install pyghostty."
        ) from None
    ffi.cdef(_STAND_INS)
    for stand_in, real in (
        ("GeometryScroll", "GhosttyTerminalScrollViewport"),
        ("GeometryPoint", "GhosttyPoint"),
    ):
        if ffi.sizeof(stand_in) != ffi.sizeof(real):
            raise MissingEmulator(f"This version of pyghostty has another {real}: install 0.1.3.")
    scroll = ffi.cast(
        "void(*)(GhosttyTerminal, GeometryScroll)",
        ffi.addressof(lib, "ghostty_terminal_scroll_viewport"),
    )
    reference = ffi.cast(
        "GhosttyResult(*)(GhosttyTerminal, GeometryPoint, GhosttyGridRef*)",
        ffi.addressof(lib, "ghostty_terminal_grid_ref"),
    )
    track = ffi.cast(
        "GhosttyResult(*)(GhosttyTerminal, GeometryPoint, GhosttyTrackedGridRef*)",
        ffi.addressof(lib, "ghostty_terminal_grid_ref_track"),
    )
    return Library(ffi, lib, _layout(ffi, lib), scroll, reference, track)


def _layout(ffi: Any, lib: Any) -> Layout:
    """The library says itself how it packs a cell."""
    types = json.loads(ffi.string(lib.ghostty_type_json()))["types"]
    try:
        bits = types["GhosttyCell"]["bits"]
        inner = bits["content"]["arms"]["CODEPOINT"]["bits"]["codepoint"]
        places = {name: (part["lsb"], part["width"]) for name, part in bits.items()}
        return Layout(
            places["content_tag"],
            places["content"],
            (places["content"][0] + inner["lsb"], inner["width"]),
            places["style_id"],
            places["wide"],
        )
    except KeyError as missing:
        raise MissingEmulator(
            f"This version of pyghostty doesn't say where a cell's {missing} is: install 0.1.3."
        ) from None


def _say_size(ffi: Any, made: Any) -> None:
    kind = ffi.typeof(made).item
    for name, part in kind.fields:
        if name == "size":
            made.size = ffi.sizeof(kind)
        elif part.type.kind == "struct":
            _say_size(ffi, ffi.addressof(made[0], name))
