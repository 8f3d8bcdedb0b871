"""What a person has selected, by cells as they are seen."""

from collections.abc import Callable
from typing import Any, Literal

from geometry_ws.terminal.library import Library

Unit = Literal["cells", "words", "lines"]
Cell = tuple[int, int]
"""Column and row, as they are seen."""


class Selecting:
    """The selection of one terminal; ``select`` shows it, or none."""

    def __init__(self, library: Library, terminal: Any, select: Callable[[Any], None]) -> None:
        self._library = library
        self._terminal = terminal
        self._select = select
        self._has_selection = False
        self._unit: Unit = "cells"
        self._pressed: Any = None
        """What was pressed, wherever it moves meanwhile."""

    @property
    def text(self) -> str:
        """What is selected; empty where nothing is."""
        if not self._has_selection:
            return ""
        ffi, lib = self._library.ffi, self._library.lib
        options = self._library.sized("GhosttyTerminalSelectionFormatOptions")
        options.emit, options.unwrap, options.trim = lib.GHOSTTY_FORMATTER_FORMAT_PLAIN, True, True
        size = ffi.new("size_t*")
        write = lib.ghostty_terminal_selection_format_buf
        write(self._terminal, options[0], ffi.NULL, 0, size)
        buffer = ffi.new("uint8_t[]", max(size[0], 1))
        if write(self._terminal, options[0], buffer, len(buffer), size):
            return ""
        return str(ffi.buffer(buffer, size[0])[:].decode("utf-8", "replace"))

    def begin(self, cell: Cell, unit: Unit = "cells") -> None:
        """A person presses: single cells aren't selected before the pointer moves."""
        self.clear()
        self._unit = unit
        tracked = self._library.ffi.new("GhosttyTrackedGridRef*")
        point = self._point(self._library.lib.GHOSTTY_POINT_TAG_VIEWPORT, cell)
        if self._library.track(self._terminal, point[0], tracked):
            return
        free = self._library.lib.ghostty_tracked_grid_ref_free
        self._pressed = self._library.ffi.gc(tracked[0], free)
        if unit != "cells":
            self.extend(cell)

    def extend(self, cell: Cell) -> None:
        """A person drags to a cell."""
        lib, place = self._library.lib, self._library.ffi.new("GhosttyPointCoordinate*")
        screen = lib.GHOSTTY_POINT_TAG_SCREEN
        pressed = self._pressed
        if pressed is None or lib.ghostty_tracked_grid_ref_point(pressed, screen, place):
            return  # what was pressed is gone from the history
        first = self._unit_at(screen, (place.x, place.y))
        last = self._unit_at(lib.GHOSTTY_POINT_TAG_VIEWPORT, cell)
        places = sorted([*first, *last], key=lambda cell: (cell[1], cell[0]))
        if not first or not last:
            return
        made = self._library.sized("GhosttySelection")
        start, end = self._reference(screen, places[0]), self._reference(screen, places[-1])
        if start is not None and end is not None:
            made.start, made.end = start[0], end[0]
            self._has_selection = True
            self._select(made)

    def clear(self) -> None:
        """Select nothing."""
        self._pressed = None
        if self._has_selection:
            self._has_selection = False
            self._select(self._library.ffi.NULL)

    def _unit_at(self, tag: int, cell: Cell) -> list[Cell]:
        """The first and the last cell of what lies there, on the screen with its history."""
        lib = self._library.lib
        reference = self._reference(tag, cell)
        if reference is None:
            return []
        made = self._library.sized("GhosttySelection")
        made.start = made.end = reference[0]
        if self._unit != "cells":
            kind = "Word" if self._unit == "words" else "Line"
            options = self._library.sized(f"GhosttyTerminalSelect{kind}Options")
            options.ref = reference[0]
            wide = self._library.sized("GhosttySelection")
            if not getattr(lib, f"ghostty_terminal_select_{kind.lower()}")(
                self._terminal, options, wide
            ):
                made = wide
        places = []
        ends = [self._library.ffi.addressof(made, name) for name in ("start", "end")]
        for end in ends:
            place = self._library.ffi.new("GhosttyPointCoordinate*")
            screen = lib.GHOSTTY_POINT_TAG_SCREEN
            if lib.ghostty_terminal_point_from_grid_ref(self._terminal, end, screen, place):
                return []
            places.append((place.x, place.y))
        return places

    def _reference(self, tag: int, cell: Cell) -> Any:
        reference = self._library.sized("GhosttyGridRef")
        point = self._point(tag, cell)
        return None if self._library.reference(self._terminal, point[0], reference) else reference

    def _point(self, tag: int, cell: Cell) -> Any:
        place = {"x": cell[0], "y": cell[1]}
        return self._library.ffi.new("GeometryPoint*", {"tag": tag, "place": place})
