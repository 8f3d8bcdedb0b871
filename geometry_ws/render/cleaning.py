"""Text from strangers becomes text that can be drawn: harmless, bounded, without boxes.

Control characters become spaces, invisible direction marks go (layout sets its own, so no text
can turn its neighbours around), heaps of combining marks are cut, and what no font has becomes a
plain dot. Pure: the font question comes in as a function.
"""

import re
import unicodedata
from collections.abc import Callable

MISSING_MARK = "\u00b7"
"""Drawn in place of a character that no font has."""

ELLIPSIS = "\u2026"

LONGEST_TEXT = 4000
"""Characters of one text that are looked at; what lies behind is never drawn anyway."""

# Letters and punctuation that neither join, nor hide, nor steer: most text is of these alone.
_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u03ff\u0400-\u0481\u048a-\u058f\u05d0-\u05ea"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u2bff\u3001-\u3029\u3041-\u3096"
    "\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uffee]*"
)
_MOST_MARKS = 3
_ZERO_WIDTH_JOINER = "\u200d"
_KEPT_FORMAT = frozenset("\u200c\u200d")
_FIRST_MARK = "\u0300"  # no character before it joins with its neighbours
_LONG_WORD_STEP = 12
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF
_FIRST_TONE, _LAST_TONE = 0x1F3FB, 0x1F3FF


def clean(text: str, has_glyph: Callable[[int], bool]) -> str:
    """Give one line of drawable text; whitespace is collapsed, the ends are stripped."""
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + ELLIPSIS
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if _PLAIN.fullmatch(text) and all(has_glyph(ord(each)) for each in set(text)):
        return " ".join(text.split())
    cleaned: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Mn", "Me", "Mc"):
            marks += 1
            if marks > _MOST_MARKS or (not cleaned and not is_variation(character)):
                continue
        elif character not in _KEPT_FORMAT:
            marks = 0
        cleaned.append(_drawable(character, kind, has_glyph))
    return " ".join("".join(cleaned).split())


def _drawable(character: str, kind: str, has_glyph: Callable[[int], bool]) -> str:
    if character in _KEPT_FORMAT or is_variation(character):
        return character
    if kind == "Cf":
        return ""
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if kind in ("Cs", "Co", "Cn") or not has_glyph(ord(character)):
        return "" if kind in ("Mn", "Me", "Mc") else MISSING_MARK
    return character


def is_variation(character: str) -> bool:
    """Say whether it is a variation selector, which chooses a shape and draws nothing."""
    return "\ufe00" <= character <= "\ufe0f"


def is_right_to_left(text: str) -> bool:
    """Say whether the first letter with a direction runs from right to left."""
    if text.isascii():
        return False
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in ("R", "AL"):
            return True
    return False


def cut_places(text: str) -> list[int]:
    """Give all places where a text may be cut without tearing what is seen as one character."""
    if text.isascii():
        return list(range(len(text) + 1))
    places = [0]
    flags = 0
    for place in range(1, len(text)):
        before, after = text[place - 1], text[place]
        if before < _FIRST_MARK and after < _FIRST_MARK:
            places.append(place)
            continue
        flags = flags + 1 if _FIRST_FLAG <= ord(before) <= _LAST_FLAG else 0
        joined = (
            before == _ZERO_WIDTH_JOINER
            or after in _KEPT_FORMAT
            or is_variation(after)
            or _FIRST_TONE <= ord(after) <= _LAST_TONE
            or (flags % 2 == 1 and _FIRST_FLAG <= ord(after) <= _LAST_FLAG)
            or (after >= _FIRST_MARK and unicodedata.category(after) in ("Mn", "Me", "Mc"))
        )
        if not joined:
            places.append(place)
    places.append(len(text))
    return places


def word_ends(text: str) -> list[int]:
    """Give the places to end a shortened text at: after words, and every so often inside long ones.

    Of scripts that don't part words by spaces these are all places between characters.
    """
    ends: list[int] = []
    last = 0
    for place in cut_places(text)[1:]:
        after = text[place : place + 1]
        wide = text[place - 1] >= "\u1100"
        if not after or after == " " or wide or place - last >= _LONG_WORD_STEP:
            ends.append(place)
            last = place
    return ends
