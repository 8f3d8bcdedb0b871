"""Keys and text become what a program reads, in the modes that it has set.

A letter comes as a key and as text: the text is what is written, but with Control or Alt the key.
Some keys come with text on some machines alone: Control+V where the clipboard has any, and Alt
where it makes signs. These wait for the next event, which says it.
"""

import re
from typing import Final

from geometry_ws.protocol.surfaces import SurfaceInput
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.library import library

_MODIFIERS: Final = {"shift": 1, "control": 2, "alt": 4, "meta": 8}
_ALL_AS_ESCAPES: Final = 8
"""A flag of kitty's protocol: letters come as sequences too."""
_BYTES: Final = 128
_SIGNS: Final = {
    "Backquote": "`", "Backslash": "\\", "BracketLeft": "[", "BracketRight": "]", "Comma": ",",
    "Equal": "=", "Minus": "-", "Period": ".", "Quote": "'", "Semicolon": ";", "Slash": "/",
    "Space": " ",
}  # fmt: skip


class Keyboard:
    """The keyboard of one terminal."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._library = library()
        ffi, lib = self._library.ffi, self._library.lib
        encoder, event = ffi.new("GhosttyKeyEncoder*"), ffi.new("GhosttyKeyEvent*")
        lib.ghostty_key_encoder_new(ffi.NULL, encoder)
        lib.ghostty_key_event_new(ffi.NULL, event)
        self._encoder = ffi.gc(encoder[0], lib.ghostty_key_encoder_free)
        self._event = ffi.gc(event[0], lib.ghostty_key_event_free)
        self._buffer = ffi.new("char[]", _BYTES)
        self._down: set[str] = set()
        self._written = ""
        """What a key has written already, so that its text isn't."""
        self._waiting = b""
        """What the last key writes unless text comes of it."""

    def hear(self, event: SurfaceInput) -> bytes:
        """What the program reads of an event of kind key or text."""
        waiting, self._waiting = self._waiting, b""
        if event.kind != "key":
            return self._text(event.text)
        data = self._key(event)
        if data and event.phase == "down" and _is_ambiguous(event):
            self._waiting, data, self._written = data, b"", ""
        return waiting + data

    def _text(self, text: str) -> bytes:
        written, self._written = self._written, ""
        if text == written:
            return b""
        return text.encode() if len(text) == 1 and text != "\n" else self.paste(text)

    def paste(self, text: str) -> bytes:
        """Text at once; where the program wants to know, it is told that it was pasted."""
        ffi, lib = self._library.ffi, self._library.lib
        data = text.encode("utf-8", "replace")
        source = ffi.new("char[]", data)  # it is changed: lines end in carriage returns
        size = ffi.new("size_t*")
        buffer = ffi.new("char[]", len(data) + 64)
        bracketed = self._emulator.has_mode(2004)
        if lib.ghostty_paste_encode(source, len(data), bracketed, buffer, len(buffer), size):
            return b""
        return bytes(ffi.buffer(buffer, size[0])[:])

    def _key(self, event: SurfaceInput) -> bytes:
        lib = self._library.lib
        code = event.code or event.key
        is_up = event.phase == "up"
        action = lib.GHOSTTY_KEY_ACTION_RELEASE if is_up else lib.GHOSTTY_KEY_ACTION_PRESS
        if not is_up and code in self._down:
            action = lib.GHOSTTY_KEY_ACTION_REPEAT
        (self._down.discard if is_up else self._down.add)(code)
        modifiers = sum(_MODIFIERS[word] for word in event.modifiers if word in _MODIFIERS)
        is_sign = len(event.key) == 1
        if is_sign and not self._is_escaped(modifiers):
            return b""  # the text says it
        if is_sign and not is_up:
            self._written = event.key
        return self._encode(action, event, modifiers, event.key if is_sign else "")

    def _is_escaped(self, modifiers: int) -> bool:
        """Whether the key of a sign is told, and not its text."""
        if modifiers & (_MODIFIERS["control"] | _MODIFIERS["alt"] | _MODIFIERS["meta"]):
            return True
        return bool(self._flags & _ALL_AS_ESCAPES)

    def _is_old_escape(self, action: int, modifiers: int) -> bool:
        """Whether Control+[ is Escape, as people have typed it for decades."""
        is_up = action == self._library.lib.GHOSTTY_KEY_ACTION_RELEASE
        return modifiers == _MODIFIERS["control"] and not self._flags and not is_up

    @property
    def _flags(self) -> int:
        """What the program has asked for of kitty's protocol."""
        flags = self._library.ffi.new("uint8_t*")
        key = self._library.lib.GHOSTTY_TERMINAL_DATA_KITTY_KEYBOARD_FLAGS
        self._library.lib.ghostty_terminal_get(self._emulator.handle, key, flags)
        return int(flags[0])

    def _encode(self, action: int, event: SurfaceInput, modifiers: int, text: str) -> bytes:
        ffi, lib, made = self._library.ffi, self._library.lib, self._event
        lib.ghostty_key_encoder_setopt_from_terminal(self._encoder, self._emulator.handle)
        lib.ghostty_key_event_set_action(made, action)
        lib.ghostty_key_event_set_key(made, self._named(event.code, event.key))
        lib.ghostty_key_event_set_mods(made, modifiers)
        # With Control a key writes no sign of its own; the plain sign is what it is called by.
        data = ffi.new("char[]", text.encode())
        lib.ghostty_key_event_set_utf8(made, data, len(data) - 1)
        consumed = _MODIFIERS["shift"] if text and text != text.lower() else 0
        lib.ghostty_key_event_set_consumed_mods(made, consumed & modifiers)
        plain = _plain(event.code, event.key)
        lib.ghostty_key_event_set_unshifted_codepoint(made, ord(plain) if plain else 0)
        size = ffi.new("size_t*")
        if plain == "[" and self._is_old_escape(action, modifiers):
            return b"\x1b"
        encode = lib.ghostty_key_encoder_encode
        if encode(self._encoder, made, self._buffer, _BYTES, size):
            return b""
        return bytes(ffi.buffer(self._buffer, size[0])[:])

    def _named(self, code: str, key: str) -> int:
        """The library's number of a key; it has the browsers' names of them."""
        for name in (code, key, f"{key}Left"):
            word = name[3:] if name.startswith("Key") and len(name) == 4 else name
            number = getattr(self._library.lib, "GHOSTTY_KEY_" + _upper(word), None)
            if isinstance(number, int):
                return number
        return int(self._library.lib.GHOSTTY_KEY_UNIDENTIFIED)


def _upper(name: str) -> str:
    """A browser's name of a key as the library writes it: ArrowLeft is ARROW_LEFT."""
    word = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", "_", name)
    return word.upper()


def _is_ambiguous(event: SurfaceInput) -> bool:
    """Whether text may come of a key although modifiers are down."""
    control, alt, shift, meta = (
        word in event.modifiers for word in ("control", "alt", "shift", "meta")
    )
    if event.key == "Insert":
        return shift and not (control or alt or meta)
    if event.key in ("v", "V") and not alt:
        return control or meta
    plain = _plain(event.code, "")
    return alt and len(event.key) == 1 and event.key.lower() != plain


def _plain(code: str, key: str) -> str:
    """What a key writes without modifiers, as far as its place says it."""
    if code.startswith("Digit") and len(code) == 6:
        return code[5]
    if len(key) == 1 and key.isalpha():
        return key.lower()
    if code.startswith("Key") and len(code) == 4:
        return code[3].lower()
    return _SIGNS.get(code, key if len(key) == 1 else "")
