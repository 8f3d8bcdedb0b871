"""What a program has written, as rows of cells; and what the terminal answers it."""

from typing import Any, Final, NamedTuple

from geometry_ws.terminal.cells import SHAPES, Cursor, Palette, Row, RowReader, Run
from geometry_ws.terminal.colours import CURSOR, GROUND, SIXTEEN, TEXT, Rgb
from geometry_ws.terminal.library import Library, library
from geometry_ws.terminal.selecting import Selecting

SCROLLBACK_LINES: Final = 10_000
LARGEST_SIDE: Final = 500
"""Columns or rows; a surface's side bounds them anyway."""
_TITLE_LENGTH: Final = 200
MOST_COPIED: Final = 2**20
"""Bytes that a program may put on a clipboard at once, by OSC 52; it reads none."""
_MOST_REPLIES: Final = 64 * 1024
"""Bytes that a program may leave unread of what it asked; what comes then is dropped."""


class View(NamedTuple):
    """A screen as it is seen."""

    rows: tuple[Row, ...]
    columns: int
    ground: Rgb
    cursor_colour: Rgb


class Emulator:
    """A terminal of so many columns and rows; ``cell``: what programs are told of its pixels."""

    def __init__(self, columns: int, rows: int, cell: tuple[int, int] = (8, 18)) -> None:
        self._library: Library = library()
        ffi, lib = self._library.ffi, self._library.lib
        self._cell = cell
        self.columns, self.rows = columns, rows
        handle = ffi.new("GhosttyTerminal*")
        self._check(lib.ghostty_terminal_new(ffi.NULL, handle, columns, rows))
        self.handle = ffi.gc(handle[0], lib.ghostty_terminal_free)
        self._replies = bytearray()
        self._write = ffi.callback("GhosttyTerminalWritePtyFn", self._reply)
        self._copied = ""
        self._copy = ffi.callback("GhosttyTerminalClipboardWriteFn", self._take_copy)
        self._set_up()
        state = ffi.new("GhosttyRenderState*")
        self._check(lib.ghostty_render_state_new(ffi.NULL, state))
        self._state = ffi.gc(state[0], lib.ghostty_render_state_free)
        iterator = ffi.new("GhosttyRenderStateRowIterator*")
        self._check(lib.ghostty_render_state_row_iterator_new(ffi.NULL, iterator))
        self._iterator = iterator
        self._owned = ffi.gc(iterator[0], lib.ghostty_render_state_row_iterator_free)
        self._reader = RowReader(self._library)
        self._runs: list[tuple[Run, ...]] = [()] * rows
        self._palette = Palette(TEXT, GROUND, ())
        self._changed = True
        self.selecting = Selecting(self._library, self.handle, self._select)

    def _set_up(self) -> None:
        ffi, lib = self._library.ffi, self._library.lib
        self._set("WRITE_PTY", self._write)
        self._set("CLIPBOARD_WRITE", self._copy)
        # That bounds one of two ways; `_take_copy` looks at the size itself.
        self._set("CLIPBOARD_WRITE_MAX_BYTES", ffi.new("size_t*", MOST_COPIED))
        self._set("SCROLLBACK_MAX_LINES", ffi.new("size_t*", SCROLLBACK_LINES))
        for name, colour in (("FOREGROUND", TEXT), ("BACKGROUND", GROUND), ("CURSOR", CURSOR)):
            self._set(f"COLOR_{name}", ffi.new("GhosttyColorRgb*", _rgb(colour)))
        palette = ffi.new("GhosttyColorRgb[256]")
        lib.ghostty_color_palette_default(palette)
        for number, colour in enumerate(SIXTEEN):
            palette[number] = _rgb(colour)
        self._set("COLOR_PALETTE", palette)
        # Pictures within the terminal aren't drawn; programs that ask are told so by silence.
        self._set("KITTY_IMAGE_STORAGE_LIMIT", ffi.new("uint64_t*", 0))
        self.resize(self.columns, self.rows)

    # --- what the program says --------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        """Take what the program wrote."""
        self._library.lib.ghostty_terminal_vt_write(self.handle, data, len(data))
        self._changed = True

    def take_replies(self) -> bytes:
        """What the terminal answers the program, once."""
        replies = bytes(self._replies)
        self._replies.clear()
        return replies

    def take_copied(self) -> str:
        """What the program has put on the clipboard, once; empty where it hasn't."""
        copied, self._copied = self._copied, ""
        return copied

    @property
    def title(self) -> str:
        """What the program calls itself; empty where it doesn't."""
        text = self._library.ffi.new("GhosttyString*")
        if self._get("TITLE", text) or not text.len:
            return ""
        words = self._library.ffi.buffer(text.ptr, text.len)[:].decode("utf-8", "replace")
        return "".join(sign for sign in words if sign.isprintable())[:_TITLE_LENGTH]

    @property
    def is_alternate(self) -> bool:
        """Whether the program draws on the second screen, which has no history."""
        screen = self._library.ffi.new("GhosttyTerminalScreen*")
        self._get("ACTIVE_SCREEN", screen)
        return bool(screen[0] == self._library.lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE)

    @property
    def wants_pointer(self) -> bool:
        """Whether the program wants to hear of the pointer."""
        wanted = self._library.ffi.new("bool*")
        self._get("MOUSE_TRACKING", wanted)
        return bool(wanted[0])

    @property
    def is_held(self) -> bool:
        """Whether the program draws just now, and wants nobody to see half of it."""
        return self.has_mode(2026)

    def has_mode(self, number: int) -> bool:
        """Whether the program has set a mode of DEC's numbers, such as 2004 for pastes."""
        config = self._library.ffi.new("GhosttyTerminalModeConfig*")
        config.mode = number
        return not self._get("MODE", config) and bool(config.value)

    # --- what a person does -----------------------------------------------------------------------

    def resize(self, columns: int, rows: int) -> None:
        """Give it another size; lines of the first screen are wrapped anew."""
        lib = self._library.lib
        self._check(lib.ghostty_terminal_resize(self.handle, columns, rows, *self._cell))
        self.columns, self.rows = columns, rows
        self._changed = True

    def scroll(self, lines: int) -> None:
        """Look back (less than 0) or forth in the history."""
        self._scroll(self._library.lib.GHOSTTY_SCROLL_VIEWPORT_DELTA, lines)

    def scroll_to_end(self) -> None:
        """Look at the newest lines again."""
        if not self.is_at_end:
            self._scroll(self._library.lib.GHOSTTY_SCROLL_VIEWPORT_BOTTOM, 0)

    @property
    def is_at_end(self) -> bool:
        """Whether the newest lines are looked at."""
        bar = self._library.ffi.new("GhosttyTerminalScrollbar*")
        return bool(self._get("SCROLLBAR", bar) or bar.offset + bar.len >= bar.total)

    def _scroll(self, tag: int, delta: int) -> None:
        where = self._library.ffi.new("GeometryScroll*", {"tag": tag, "delta": delta})
        self._library.scroll(self.handle, where[0])
        self._changed = True

    def _select(self, selection: Any) -> None:
        self._set("SELECTION", selection)
        self._changed = True

    # --- what is seen -----------------------------------------------------------------------------

    def view(self) -> View:
        """The screen as it is seen now."""
        ffi, lib = self._library.ffi, self._library.lib
        if self._changed:
            self._changed = False
            self._check(lib.ghostty_render_state_update(self._state, self.handle))
            self._read_rows()
        cursor = self._library.sized("GhosttyRenderStateCursor")
        lib.ghostty_render_state_get(self._state, lib.GHOSTTY_RENDER_STATE_DATA_CURSOR, cursor)
        rows = [Row(runs) for runs in self._runs]
        if cursor.viewport_has_value and cursor.visible and cursor.viewport_y < len(rows):
            width = 2 if cursor.wide_tail else 1
            place = Cursor(cursor.viewport_x - width + 1, width, SHAPES[cursor.visual_style])
            rows[cursor.viewport_y] = Row(self._runs[cursor.viewport_y], place)
        colour = ffi.new("GhosttyColorRgb*")
        self._get("COLOR_CURSOR", colour)
        return View(tuple(rows), self.columns, self._palette.ground, (colour.r, colour.g, colour.b))

    def words(self) -> str:
        """The lines that are seen, without empty ones at the end."""
        return "\n".join(row.text for row in self.view().rows).rstrip()

    def _read_rows(self) -> None:
        ffi, lib = self._library.ffi, self._library.lib
        changed = ffi.new("GhosttyRenderStateDirty*")
        lib.ghostty_render_state_get(self._state, lib.GHOSTTY_RENDER_STATE_DATA_DIRTY, changed)
        if changed[0] == lib.GHOSTTY_RENDER_STATE_DIRTY_FALSE and len(self._runs) == self.rows:
            return
        colours = self._library.sized("GhosttyRenderStateColors")
        lib.ghostty_render_state_get(self._state, lib.GHOSTTY_RENDER_STATE_DATA_COLORS, colours)
        palette = Palette(
            _tuple(colours.foreground),
            _tuple(colours.background),
            tuple(_tuple(colour) for colour in colours.palette),
        )
        whole = palette != self._palette or len(self._runs) != self.rows
        self._palette = palette
        key = lib.GHOSTTY_RENDER_STATE_DATA_ROW_ITERATOR
        lib.ghostty_render_state_get(self._state, key, self._iterator)
        empty: list[tuple[Run, ...]] = [()] * self.rows
        runs = empty if whole else self._runs
        row = self._iterator[0]
        number = ffi.new("uint16_t*")
        if whole:
            for y in range(self.rows):
                if lib.ghostty_render_state_row_iterator_next(row):
                    runs[y] = self._reader.read(row, palette)
        else:
            while lib.ghostty_render_state_row_iterator_next_dirty(row, number):
                runs[number[0]] = self._reader.read(row, palette)
        self._runs = runs
        lib.ghostty_render_state_clean(self._state)

    # --- the library ------------------------------------------------------------------------------

    def _reply(self, terminal: Any, userdata: Any, data: Any, size: int) -> None:  # noqa: ARG002
        if len(self._replies) + size <= _MOST_REPLIES:
            self._replies += self._library.ffi.buffer(data, size)[:]

    def _take_copy(self, terminal: Any, userdata: Any, write: Any) -> None:  # noqa: ARG002
        ffi, lib = self._library.ffi, self._library.lib
        data = b""
        for index in range(write.contents_len):
            content = write.contents[index]
            mime = ffi.buffer(content.mime.ptr, content.mime.len)[:] if content.mime.len else b""
            size = content.data.len
            if (mime.startswith(b"text/plain") or not mime) and 0 < size <= MOST_COPIED:
                data = ffi.buffer(content.data.ptr, size)[:]
        self._copied = data.decode("utf-8", "replace")
        reply = self._library.sized("GhosttyClipboardWriteReply")
        reply.result = lib.GHOSTTY_CLIPBOARD_WRITE_RESULT_SUCCESS
        write.reply(write, reply)

    def _set(self, option: str, value: Any) -> None:
        key = getattr(self._library.lib, f"GHOSTTY_TERMINAL_OPT_{option}")
        self._check(self._library.lib.ghostty_terminal_set(self.handle, key, value))

    def _get(self, name: str, value: Any) -> int:
        key = getattr(self._library.lib, f"GHOSTTY_TERMINAL_DATA_{name}")
        return int(self._library.lib.ghostty_terminal_get(self.handle, key, value))

    @staticmethod
    def _check(status: int) -> None:
        if status:
            raise RuntimeError(f"libghostty-vt answered {status}")


def _rgb(colour: Rgb) -> dict[str, int]:
    return dict(zip("rgb", colour, strict=True))


def _tuple(colour: Any) -> Rgb:
    return colour.r, colour.g, colour.b
