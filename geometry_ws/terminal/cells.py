"""Rows of cells as runs of one style. Values: two equal rows look the same."""

from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from geometry_ws.terminal.colours import GROUND, SELECTED, TEXT, Rgb, blend
from geometry_ws.terminal.library import Layout, Library

Shape = Literal["bar", "block", "underline", "hollow"]
SHAPES: Final[tuple[Shape, ...]] = ("bar", "block", "underline", "hollow")
UNDERLINES: Final = ("", "single", "double", "curly", "dotted", "dashed")


class Style(NamedTuple):
    """How a run looks; colours are final, ``ground`` is None for the terminal's own."""

    colour: Rgb = TEXT
    ground: Rgb | None = None
    bold: bool = False
    italic: bool = False
    underline: int = 0
    """A place in `UNDERLINES`."""
    underline_colour: Rgb | None = None
    struck: bool = False
    overlined: bool = False

    @property
    def is_seen_on_blanks(self) -> bool:
        """Whether a blank of this style looks different from an empty cell."""
        return bool(self.ground or self.underline or self.struck or self.overlined)


PLAIN: Final = Style()


class Run(NamedTuple):
    """Cells side by side: each has a sign of ``text``, or all of them one ``cluster``."""

    x: int
    width: int
    text: str
    style: Style
    is_cluster: bool = False


class Cursor(NamedTuple):
    """Where the next sign goes."""

    x: int
    width: int
    shape: Shape


class Row(NamedTuple):
    """A line of the screen as it is seen."""

    runs: tuple[Run, ...] = ()
    cursor: Cursor | None = None

    @property
    def text(self) -> str:
        """Its words, without blanks at the end."""
        parts, at = [], 0
        for run in self.runs:
            parts += [" " * (run.x - at), run.text]
            at = run.x + run.width
        return "".join(parts).rstrip()


class Palette(NamedTuple):
    """What colours mean at the moment; programs may change them."""

    colour: Rgb
    ground: Rgb
    colours: tuple[Rgb, ...]


class RowReader:
    """Reads the rows of a screen, one after another."""

    def __init__(self, library: Library) -> None:
        self._library = library
        ffi, lib = library.ffi, library.lib
        self._cells = ffi.new("GhosttyRenderStateRowCells*")
        lib.ghostty_render_state_row_cells_new(ffi.NULL, self._cells)
        # What frees it is looked up now: the library's table of names has a lock, and the garbage
        # collector may come while that is held.
        self._owned = ffi.gc(self._cells[0], lib.ghostty_render_state_row_cells_free)
        self._view = ffi.new("GhosttyCellsView*")
        self._style = library.sized("GhosttyStyle")
        self._selection = library.sized("GhosttyRenderStateRowSelection")
        self._text = ffi.new("GhosttyBuffer*")

    def read(self, row: Any, palette: Palette) -> tuple[Run, ...]:
        """The runs of the row at which an iterator stands."""
        ffi, lib = self._library.ffi, self._library.lib
        get = lib.ghostty_render_state_row_get
        get(row, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS_RAW, self._view)
        size = self._view.len
        cells = np.frombuffer(ffi.buffer(self._view.ptr, size * 8), np.uint64) if size else _NONE
        get(row, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS, self._cells)
        selected = None
        if not get(row, lib.GHOSTTY_RENDER_STATE_ROW_DATA_SELECTION, self._selection):
            selected = self._selection.start_x, self._selection.end_x + 1
        runs = []
        for start, end in _pieces(cells, self._library.layout, selected):
            is_selected = selected is not None and selected[0] <= start < selected[1]
            run = self._run(cells, start, end, palette, is_selected)
            if run is not None:
                runs.append(run)
        return tuple(runs)

    def _run(
        self, cells: npt.NDArray[np.uint64], start: int, end: int, palette: Palette, selected: bool
    ) -> Run | None:
        layout = self._library.layout
        first = int(cells[start])
        wide = _part(first, layout.wide)
        if wide == _TAIL:
            return None
        tag = _part(first, layout.tag)
        style = PLAIN
        if selected or tag > _CLUSTER or _part(first, layout.style):
            style = self._look(start, palette, selected)
        elif (palette.colour, palette.ground) != (TEXT, GROUND):
            style = Style(palette.colour)
        if tag == _CLUSTER or wide == _WIDE:
            text = self._cluster(start)
            return Run(start, 2 if wide == _WIDE else 1, text, style, True)
        text = " " * (end - start)
        if tag <= _CLUSTER:
            shift, width = layout.codepoint
            points = (cells[start:end] >> np.uint64(shift)) & np.uint64((1 << width) - 1)
            points = np.where(points, points, 32).astype("<u4")
            text = points.tobytes().decode("utf-32-le", "replace")
        if not style.is_seen_on_blanks:
            text = text.rstrip(" ")
        return Run(start, len(text), text, style) if text else None

    def _cluster(self, x: int) -> str:
        """A sign that is several code points, or two cells wide."""
        ffi, lib = self._library.ffi, self._library.lib
        lib.ghostty_render_state_row_cells_select(self._cells[0], x)
        count = ffi.new("uint32_t*")
        get = lib.ghostty_render_state_row_cells_get
        get(self._cells[0], lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_GRAPHEMES_LEN, count)
        points = ffi.new("uint32_t[]", max(count[0], 1))
        get(self._cells[0], lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_GRAPHEMES_BUF, points)
        return "".join(chr(point) for point in points[0 : count[0]] if point) or " "

    def _look(self, x: int, palette: Palette, selected: bool) -> Style:
        lib, given = self._library.lib, self._style
        lib.ghostty_render_state_row_cells_select(self._cells[0], x)
        get = lib.ghostty_render_state_row_cells_get
        get(self._cells[0], lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_STYLE, given)
        colour = self._colour(given.fg_color, palette) or palette.colour
        ground = self._colour(given.bg_color, palette) or self._filling()
        if given.inverse:
            colour, ground = ground or palette.ground, colour
        if given.faint:
            colour = blend(colour, ground or palette.ground)
        if selected:
            ground = SELECTED
        if given.invisible:
            colour = ground or palette.ground
        return Style(
            colour,
            ground,
            bool(given.bold),
            bool(given.italic),
            int(given.underline),
            self._colour(given.underline_color, palette),
            bool(given.strikethrough),
            bool(given.overline),
        )

    def _filling(self) -> Rgb | None:
        """The ground of a cell that was erased in a colour."""
        lib, colour = self._library.lib, self._library.ffi.new("GhosttyColorRgb*")
        key = lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_BG_COLOR
        if lib.ghostty_render_state_row_cells_get(self._cells[0], key, colour):
            return None
        return colour.r, colour.g, colour.b

    def _colour(self, colour: Any, palette: Palette) -> Rgb | None:
        if colour.tag == self._library.lib.GHOSTTY_STYLE_COLOR_PALETTE:
            return palette.colours[colour.value.palette]
        if colour.tag == self._library.lib.GHOSTTY_STYLE_COLOR_RGB:
            rgb = colour.value.rgb
            return rgb.r, rgb.g, rgb.b
        return None


_NONE: Final = np.zeros(0, np.uint64)
_CLUSTER, _WIDE, _TAIL = 1, 1, 2


def _part(cell: int, place: tuple[int, int]) -> int:
    shift, width = place
    return cell >> shift & (1 << width) - 1


def _pieces(
    cells: npt.NDArray[np.uint64], layout: Layout, selected: tuple[int, int] | None
) -> list[tuple[int, int]]:
    """Where the runs of a row begin and end: cells that differ in more than their sign do."""
    size = len(cells)
    if not size:
        return []
    shift, width = layout.content
    keys = cells & ~np.uint64(((1 << width) - 1) << shift)
    tags = (cells >> np.uint64(layout.tag[0])) & np.uint64((1 << layout.tag[1]) - 1)
    keys = np.where(tags > _CLUSTER, cells, keys)  # there the content is a colour
    single = tags == _CLUSTER
    breaks = (keys[1:] != keys[:-1]) | single[1:] | single[:-1]
    places = {0, size, *(np.flatnonzero(breaks) + 1).tolist()}
    if selected is not None:
        places |= {min(place, size) for place in selected}
    ordered = sorted(places)
    return list(pairwise(ordered))
