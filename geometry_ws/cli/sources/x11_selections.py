"""The clipboard of an X server: what its programs copy is told, and they get what is pasted.

The selections are those of the ICCCM, CLIPBOARD and PRIMARY. Transfers in pieces (INCR), which some
programs use above 256 KiB, are left out when reading.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from geometry_ws.cli.sources.source import SourceError
from geometry_ws.protocol.seats import CLIPBOARD_CHARACTERS

_PIECE: Final = 128 * 1024
"""Bytes of one request."""
_MOST_BYTES: Final = 4 * CLIPBOARD_CHARACTERS


class Selections:
    """The clipboard; ``copied`` is called with what a program has copied."""

    def __init__(self, display: Any, copied: Callable[[str], None]) -> None:
        """Raises SourceError."""
        from Xlib import X, Xatom, error
        from Xlib.protocol import event

        if not display.has_extension("XFIXES"):
            raise SourceError("Xvfb lacks the extension XFIXES: install a newer one.")
        self._x, self._errors, self._events = X, error, event
        self._display, self._copied = display, copied
        self._window = display.screen().root.create_window(-9, -9, 1, 1, 0, 0, X.InputOnly)
        atom = display.intern_atom
        self._clipboard, self._primary = atom("CLIPBOARD"), Xatom.PRIMARY
        self._utf8, self._targets, self._place = atom("UTF8_STRING"), atom("TARGETS"), atom("TEXT")
        self._texts = (self._utf8, Xatom.STRING, atom("text/plain;charset=utf-8"))
        self._text = b""
        """What was pasted last, and programs may read."""
        display.xfixes_query_version()
        self._owner_event = getattr(display.extension_event, "SetSelectionOwnerNotify", (-1, -1))
        display.xfixes_select_selection_input(self._window, self._clipboard, 1)

    def own(self, text: str) -> None:
        """Let programs paste this text from now on."""
        self._text = text[:CLIPBOARD_CHARACTERS].encode()
        for selection in (self._clipboard, self._primary):
            self._window.set_selection_owner(selection, self._x.CurrentTime)

    def hear(self, event: Any) -> bool:
        """Whether an event is about a selection: then it was dealt with."""
        if (event.type, getattr(event, "sub_code", None)) == self._owner_event:
            if event.owner and getattr(event.owner, "id", event.owner) != self._window.id:
                self._window.convert_selection(
                    self._clipboard, self._utf8, self._place, self._x.CurrentTime
                )
        elif event.type == self._x.SelectionNotify:
            self._read(event)
        elif event.type == self._x.SelectionRequest:
            self._answer(event)
        else:
            return False
        return True

    def _read(self, event: Any) -> None:
        """The program that has copied something has given it."""
        if not event.property:
            return
        with suppress(self._errors.XError):
            most = _MOST_BYTES // 4
            value = self._window.get_property(event.property, self._utf8, 0, most)
            self._window.delete_property(event.property)
            if value is not None and value.format == 8 and not value.bytes_after:
                text = bytes(value.value).decode("utf-8", "replace")
                if text and text.encode() != self._text:
                    self._copied(text)

    def _answer(self, event: Any) -> None:
        """A program pastes."""
        place = event.property or event.target
        with suppress(self._errors.XError):
            if event.target == self._targets:
                atoms = [self._targets, *self._texts]
                event.requestor.change_property(place, 4, 32, atoms)  # ATOM
            elif event.target in self._texts:
                mode = self._x.PropModeReplace
                for begin in range(0, max(len(self._text), 1), _PIECE):
                    piece = self._text[begin : begin + _PIECE]
                    event.requestor.change_property(place, event.target, 8, piece, mode)
                    mode = self._x.PropModeAppend
            else:
                place = 0
            notice = self._events.SelectionNotify(
                time=event.time,
                requestor=event.requestor,
                selection=event.selection,
                target=event.target,
                property=place,
            )
            event.requestor.send_event(notice)
            self._display.flush()
