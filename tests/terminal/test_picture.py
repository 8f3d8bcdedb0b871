"""A terminal's picture is right after each commit, and commits have what changed alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.terminal.boxes import parts_of
from geometry_ws.terminal.cells import Row, Run, Style
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.faces import CELL, mono_font
from geometry_ws.terminal.picture import MARGIN, Picture, cells_of, find_move, merged, size_of
from tests.terminal.screens import SCREENS

PARTS = st.sampled_from(
    [s[0] if isinstance(s[0], bytes) else s[0].encode() for s in SCREENS.values()]
    + [b"\n" * 3, b"word ", b"\x1b[S", b"\x1b[T", b"\x1b[41mred\x1b[0m", b"\r\nline" * 4]
)


def apply(pixels, operations):
    """What a node does with a commit's operations."""
    for kind, (x, y, width, height), *more in operations:
        if kind == "copy":
            (to_x, to_y) = more[0]
            source = pixels[y : y + height, x : x + width].copy()
            pixels[to_y : to_y + height, to_x : to_x + width] = source
        else:
            codec, data = more
            assert codec == "bgra"
            shape = (height, width, 4)
            pixels[y : y + height, x : x + width] = np.frombuffer(data, np.uint8).reshape(shape)


@settings(deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=8), st.sampled_from([1, 2]))
def test_what_the_node_has_is_what_would_be_painted_anew(parts, scale):
    emulator = Emulator(12, 5)
    picture = Picture(12, 5, scale)
    pixels = np.zeros_like(picture.pixels)
    for part in parts:
        emulator.feed(part)
        apply(pixels, picture.advance(emulator.view()))
        anew = Picture(12, 5, scale)
        anew.advance(emulator.view())
        assert np.array_equal(pixels, anew.pixels)
        assert picture.advance(emulator.view()) == []


def shown(text, size=(20, 8)):
    emulator = Emulator(*size)
    emulator.feed(text.encode())
    picture = Picture(*size, 1)
    picture.advance(emulator.view())
    return emulator, picture


def test_a_letter_sends_its_cell_and_the_cursor():
    emulator, picture = shown("hello")
    emulator.feed(b"x")
    ((kind, rect, *_),) = picture.advance(emulator.view())
    x, y, width, height = rect
    assert kind == "image"
    assert (y, height) == (MARGIN, CELL[1])
    assert x >= MARGIN + 5 * 8
    assert x + width <= MARGIN + 7 * 8


def test_scrolling_sends_a_copy_and_the_new_line():
    emulator, picture = shown("\r\n".join(f"line {number}" for number in range(8)))
    emulator.feed(b"\r\nnew")
    copy, *images = picture.advance(emulator.view())
    assert copy[0] == "copy"
    assert copy[1] == [MARGIN, MARGIN + 18, 160, 7 * 18]
    assert copy[2] == [MARGIN, MARGIN]
    assert sum(len(image[3]) for image in images) < 2 * 160 * 18 * 4


def row(text):
    return Row((Run(0, len(text), text, Style()),)) if text else Row()


def rows(text):
    return [row("" if sign == " " else sign) for sign in text]


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("abcdef", "bcdefg", (1, 5, 0)),
        ("abcdef", "xabcde", (0, 5, 1)),
        ("abcdef", "abcdef", None),
        ("abcdef", "abcxyz", None),
        ("HabcdefF", "HcdefxyF", (3, 4, 1)),
        ("      ", "x     ", None),
        ("ab    ", "b     ", None),
        ("aaaaaa", "aaaaab", None),
    ],
)
def test_rows_that_moved_together_are_found(before, after, move):
    assert find_move(rows(before), rows(after)) == move


def test_rectangles_below_each_other_are_one_where_that_is_cheap():
    assert merged([(0, 0, 10, 5), (0, 5, 10, 5)]) == [(0, 0, 10, 10)]
    assert merged([(0, 0, 100, 5), (90, 5, 10, 5)]) == [(0, 0, 100, 5), (90, 5, 10, 5)]
    assert merged([(0, 0, 10, 5), (0, 10, 10, 5)]) == [(0, 0, 10, 5), (0, 10, 10, 5)]


@given(st.integers(2, 300), st.integers(1, 200))
def test_a_surface_has_room_for_its_cells(columns, rows):
    assert cells_of(*size_of(columns, rows)) == (columns, rows)


def test_letters_are_as_wide_as_cells():
    for bold in (False, True):
        for italic in (False, True):
            assert mono_font(bold, italic).font.measureText("m") == pytest.approx(CELL[0], abs=0.01)


def test_each_sign_of_boxes_lies_within_its_cell():
    signs = [chr(number) for number in (*range(0x2500, 0x25A0), *range(0x2801, 0x2900))]
    drawn = {sign: parts_of(sign, *CELL) for sign in signs}
    dashed = set("┄┅┆┇┈┉┊┋╌╍╎╏╱╲╳")
    assert {sign for sign, parts in drawn.items() if not parts} == dashed
    for parts in drawn.values():
        for part in parts:
            assert 0 <= part.left < part.right <= 1
            assert 0 <= part.top < part.bottom <= 1
            assert 0 < part.strength <= 1
    assert len({parts for sign, parts in drawn.items() if sign not in dashed}) > 380
    assert parts_of("a", *CELL) == ()


SHOWN = (
    "\x1b[31mred\x1b[0m \x1b[1mbold\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munder\x1b[0m\r\n"
    "\x1b[7minverse\x1b[0m \x1b[9mstruck\x1b[0m \x1b[4:3mcurly\x1b[0m \x1b[2mfaint\x1b[0m\r\n"
    "┌─┬─┐ ╔═╦═╗ ▁▃▅▇█ ░▒▓ ⡇⠿\r\n│ │ │ ║ ║ ║ ▌▐▀▄ é 漢字\r\n└─┴─┘ ╚═╩═╝ \x1b[42m green \x1b[0m\r\n"
    "\x1b[38;2;255;128;0m$\x1b[0m prompt"
)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_terminal_looks_as_it_should(golden, scale):
    emulator = Emulator(30, 7)
    emulator.feed(SHOWN.encode())
    picture = Picture(30, 7, scale)
    picture.advance(emulator.view())
    golden.close(f"terminal_{scale}", picture.pixels)
