"""JavaScript's text rules."""

import pytest

from geometry_ws.openspec.format.text import (
    fence_mask,
    fold_white,
    has_keyword,
    header_level,
    header_title,
    normalise,
    text_after,
    trim,
    utf16_length,
)


def test_trim_takes_javascripts_white_space_and_no_more():
    assert trim("\ufeff\u00a0\u3000 a \u2028\t") == "a"
    assert trim("\u0085a\u200b") == "\u0085a\u200b"
    assert trim("\x1ca\x1f") == "\x1ca\x1f"
    assert fold_white("a \u00a0 b") == "a b"


def test_lines_end_at_lf_cr_and_both_and_the_byte_order_mark_goes():
    assert normalise("\ufeffa\r\nb\rc\n") == "a\nb\nc\n"
    assert normalise("a\x0bb\u2028c") == "a\x0bb\u2028c"


def test_lengths_count_utf16_units():
    assert utf16_length("aé🔲") == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It SHALL do.", True),
        ("须MUST。", True),
        ("MUSTER", False),
        ("x_MUST", False),
        ("shall", False),
    ],
)
def test_keywords_are_whole_upper_case_ascii_words(text, expected):
    assert has_keyword(text) is expected


@pytest.mark.parametrize(
    ("lines", "mask"),
    [
        (["```", "# a", "```", "b"], [True, True, True, False]),
        (["      ~~~py", "```", "~~~~"], [True, True, True]),
        (["````", "```", "````"], [True, True, True]),
        (["```", "``` x", "a"], [True, True, True]),
        (["``", "a"], [False, False]),
    ],
)
def test_fences_mask_from_opener_to_closer_or_to_the_end(lines, mask):
    assert fence_mask(lines) == mask


@pytest.mark.parametrize(
    ("line", "level", "title"),
    [
        ("## Purpose ##", 2, "Purpose ##"),
        ("#\tA", 1, "A"),
        ("##  ", 2, ""),
        ("####### x", 0, None),
        (" # x", 0, None),
        ("#x", 0, None),
    ],
)
def test_headers_start_at_the_first_column_and_need_white_space(line, level, title):
    assert header_level(line) == level
    if level:
        assert header_title(line, level) == title


def test_a_header_of_one_blank_has_no_title():
    assert header_title("## ", 2) is None
    assert header_title("## a\u2028b", 2) is None


def test_what_follows_a_label_may_be_blank_but_not_missing():
    assert text_after("") is None
    assert text_after("  ") == ""
    assert text_after(" a ") == "a "
    assert text_after("a\u2028b") is None
