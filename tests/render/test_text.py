"""Text is drawn, cut and bounded the same way everywhere, and never as boxes."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.render.cleaning import ELLIPSIS, LONGEST_TEXT, MISSING_MARK, clean, cut_places
from geometry_ws.render.drawing import new_sheet
from geometry_ws.render.fonts import fonts
from geometry_ws.render.text import (
    Span,
    TextStyle,
    digits_width,
    lay_out,
    lay_out_name,
    paint_digits,
)

STYLE = TextStyle(14, 400, (20, 24, 32))
BOLD = TextStyle(14, 600, (20, 24, 32))


def drawn(layout, width=300, height=60):
    """Give the pixels of a layout on white."""
    sheet = new_sheet(width, height)
    sheet.canvas.clear(0xFFFFFFFF)
    layout.paint(sheet.canvas, 4, 4)
    return sheet.pixels


def has(codepoint):
    return fonts().index_of(codepoint) >= 0


@pytest.mark.parametrize(
    "text",
    ["Hello", "中文测试", "日本語かな", "한국어", "مرحبا", "שלום", "हिन्दी", "ไทย", "😀🚀", "✓→"],
)
def test_the_usual_scripts_have_fonts(text):
    assert all(has(ord(each)) for each in text)
    assert (drawn(lay_out(text, STYLE, 280, 1)) != 255).any()


def test_a_character_without_a_font_becomes_a_dot_and_not_a_box():
    shown = lay_out("a\U00012000\ue000\ud800b", STYLE).shown
    assert shown == f"a{MISSING_MARK}{MISSING_MARK}{MISSING_MARK}b"
    dotted = drawn(lay_out(f"a{MISSING_MARK}b", STYLE))
    assert np.array_equal(drawn(lay_out("a\U00012000b", STYLE)), dotted)


def test_control_and_direction_characters_are_harmless():
    assert clean("a\x00b\x1b[31m\tc\n d\u202ee\u2066f\ufefff", has) == "a b [31m c deff"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_drawn_within_its_lines(text):
    layout = lay_out(text, STYLE, 120, 2)
    assert layout.lines <= 2
    assert layout.width <= 121
    drawn(layout)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_name_fits_its_width(text):
    assert lay_out_name(text, BOLD, 100).width <= 101


def test_an_absurdly_long_text_is_bounded():
    assert len(clean("x" * 1_000_000, has)) <= LONGEST_TEXT + 1
    assert lay_out("wörter " * 100_000, STYLE, 200, 3).lines == 3
    assert len(clean("e" + "\u0301" * 500, has)) <= 5


def test_text_that_is_too_long_ends_in_an_ellipsis_as_late_as_possible():
    text = "one two three four five six seven eight nine ten eleven twelve"
    layout = lay_out(text, STYLE, 120, 2)
    assert layout.cut
    assert layout.shown.endswith(ELLIPSIS)
    beginning = layout.shown.rstrip(ELLIPSIS)
    assert text.startswith(beginning)
    following = text.index(" ", len(beginning) + 1)
    assert lay_out(text[:following] + ELLIPSIS, STYLE, 120).lines == 3


def test_text_that_fits_is_not_touched():
    layout = lay_out("short text", STYLE, 300, 1)
    assert not layout.cut
    assert layout.shown == "short text"


def test_a_long_name_keeps_its_beginning_and_its_end():
    shown = lay_out_name("add-a-very-long-name-for-a-change-with-timeline", BOLD, 160).shown
    assert shown.startswith("add-a-")
    assert shown.endswith("timeline")
    assert ELLIPSIS in shown


def test_right_to_left_text_hugs_the_right_edge():
    layout = lay_out("مرحبا", STYLE, 200, 1)
    assert layout.right_to_left
    dark = np.nonzero((drawn(layout)[..., 0] < 128).any(axis=0))[0]
    assert dark.min() > 100
    assert not lay_out("hello مرحبا", STYLE, 200, 1).right_to_left


def test_direction_marks_in_one_text_do_not_turn_its_neighbours():
    spans = [Span("\u202eabc", STYLE), Span(" def", STYLE)]
    assert lay_out(spans, STYLE).shown == "abc def"


def test_emoji_and_flags_are_not_torn_apart():
    text = "a👩\u200d👩\u200d👧b🇩🇪🇫🇷👍🏽e\u0301"
    pieces = cut_places(text)
    parts = [text[start:end] for start, end in pairwise(pieces)]
    assert parts == ["a", "👩\u200d👩\u200d👧", "b", "🇩🇪", "🇫🇷", "👍🏽", "e\u0301"]


@given(st.text(max_size=40))
def test_cut_places_rise_and_cover_the_text(text):
    places = cut_places(text)
    assert places[0] == 0
    assert places[-1] == len(text)
    assert places == sorted(places)


def test_lines_are_equally_high_whatever_fonts_they_need():
    assert lay_out("中文 العربية 😀", STYLE, 300, 1).height == lay_out("abc", STYLE, 300, 1).height


def test_digits_are_equally_wide():
    assert digits_width("11/11", BOLD) == pytest.approx(digits_width("48/90", BOLD))


def test_text_is_drawn_again_at_a_larger_scale():
    layout = lay_out("Sharp", STYLE)
    small, large = new_sheet(60, 30), new_sheet(120, 60)
    layout.paint(small.canvas, 4, 4)
    large.canvas.scale(2, 2)
    layout.paint(large.canvas, 4, 4)
    enlarged = small.pixels.repeat(2, axis=0).repeat(2, axis=1)
    assert not np.array_equal(large.pixels, enlarged)
    assert abs(int(large.pixels[..., 3].sum()) - int(enlarged[..., 3].sum())) < 40_000


PROGRAM = """
import hashlib
from geometry_ws.render.drawing import new_sheet
from geometry_ws.render.text import TextStyle, lay_out
sheet = new_sheet(300, 60)
lay_out("Same 中文 مرحبا 😀 everywhere", TextStyle(14), 280, 2).paint(sheet.canvas, 4, 4)
print(hashlib.sha256(sheet.pixels.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_the_machines_own_fonts_do_not_matter(tmp_path):
    hashes = set()
    for number, settings_text in enumerate(("<fontconfig/>", None)):
        environment = {"PATH": "/usr/bin", "PYTHONPATH": ":".join(filter(None, sys.path))}
        if settings_text:
            (tmp_path / f"{number}.conf").write_text(settings_text)
            environment["FONTCONFIG_FILE"] = str(tmp_path / f"{number}.conf")
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stderr == ""
        hashes.add(run.stdout)
    assert len(hashes) == 1


def test_text_is_close_to_the_golden_picture(golden):
    sheet = new_sheet(320, 200)
    sheet.canvas.clear(0xFFFFFFFF)
    rows = [
        lay_out("Office fluffy, 0123456789 → ✓", STYLE, 300, 1),
        lay_out("实现跨项目的变更跟踪，日本語かな 한국어", STYLE, 300, 1),
        lay_out("مرحبا بالعالم 123 abc", STYLE, 300, 1),
        lay_out("😀 ✅ 🚀 👩\u200d👩\u200d👧 🇩🇪 👍🏽", STYLE, 300, 1),
        lay_out("A sentence that wraps over two lines and is then cut " * 3, STYLE, 300, 2),
        lay_out_name("add-cross-project-change-tracking-with-a-timeline", BOLD, 260),
    ]
    top = 6.0
    for row in rows:
        row.paint(sheet.canvas, 10, top)
        top += row.height + 4
    paint_digits(sheet.canvas, "11/14", BOLD, 10, top + 14)
    golden.close("text", sheet.pixels)
