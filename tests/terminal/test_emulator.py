"""What programs write is seen as terminals have shown it for decades."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.terminal.cells import PLAIN, Cursor
from geometry_ws.terminal.colours import GROUND, SELECTED, SIXTEEN, TEXT
from geometry_ws.terminal.emulator import Emulator
from tests.terminal.screens import SCREENS


def written(text, columns=12, rows=5):
    emulator = Emulator(columns, rows)
    emulator.feed(text if isinstance(text, bytes) else text.encode())
    return emulator


def lines(emulator):
    texts = [row.text for row in emulator.view().rows]
    while texts and not texts[-1]:
        texts.pop()
    return texts


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_of_the_list(name):
    text, expected = SCREENS[name]
    assert lines(written(text)) == expected


@pytest.mark.parametrize("name", SCREENS)
def test_it_is_the_same_wherever_the_stream_is_cut(name):
    text, expected = SCREENS[name]
    data = text if isinstance(text, bytes) else text.encode()
    emulator = Emulator(12, 5)
    for byte in data:
        emulator.feed(bytes([byte]))
        emulator.view()
    assert lines(emulator) == expected


@given(st.lists(st.binary(max_size=60) | st.sampled_from([s[0] for s in SCREENS.values()])))
def test_no_bytes_do_harm_and_what_changed_is_all_that_is_read(parts):
    emulator = Emulator(12, 5)
    for part in parts:
        emulator.feed(part if isinstance(part, bytes) else part.encode())
        emulator.view()
    by_parts = emulator.view()
    assert len(by_parts.rows) == 5
    emulator.resize(13, 5)
    emulator.resize(12, 5)
    emulator.feed(b"\x1b[?25l\x1b[2J\x1b[H")
    assert all(not run.text.strip() for row in emulator.view().rows for run in row.runs)


@given(st.lists(st.sampled_from([s[0] for s in SCREENS.values()]), min_size=1))
def test_rows_that_are_read_by_and_by_are_those_that_are_read_at_once(texts):
    steps, once = Emulator(12, 5), Emulator(12, 5)
    for text in texts:
        data = text if isinstance(text, bytes) else text.encode()
        steps.feed(data)
        steps.view()
        once.feed(data)
    assert steps.view() == once.view()


def style_of(text, **options):
    (run, *_) = written(text, **options).view().rows[0].runs
    return run.style


def test_styles_are_what_was_asked_for():
    assert style_of("x") == PLAIN
    assert style_of("\x1b[1;3;4;9;53mx") == PLAIN._replace(
        bold=True, italic=True, underline=1, struck=True, overlined=True
    )
    assert [style_of(f"\x1b[4:{kind}mx").underline for kind in range(6)] == list(range(6))
    assert style_of("\x1b[31mx").colour == SIXTEEN[1]
    assert style_of("\x1b[94mx").colour == SIXTEEN[12]
    assert style_of("\x1b[38;5;196mx").colour == (255, 0, 0)
    assert style_of("\x1b[38;2;1;2;3mx").colour == (1, 2, 3)
    assert style_of("\x1b[48;2;1;2;3mx").ground == (1, 2, 3)
    assert style_of("\x1b[4;58;2;1;2;3mx").underline_colour == (1, 2, 3)
    inverse = style_of("\x1b[7mx")
    assert (inverse.colour, inverse.ground) == (GROUND, TEXT)
    assert style_of("\x1b[8mx").colour == GROUND
    assert GROUND < style_of("\x1b[2mx").colour < TEXT
    assert style_of("\x1b[1;31m\x1b[0mx") == PLAIN


def test_what_was_erased_in_a_colour_has_it():
    (run,) = written("\x1b[44m\x1b[K").view().rows[0].runs
    assert (run.x, run.width, run.style.ground) == (0, 12, SIXTEEN[4])


def test_a_program_changes_colours():
    emulator = written("\x1b[31mx\x1b]4;1;rgb:01/02/03\x07\x1b]11;#040506\x07")
    view = emulator.view()
    assert view.rows[0].runs[0].style.colour == (1, 2, 3)
    assert view.ground == (4, 5, 6)


def test_the_cursor_is_where_the_next_sign_goes():
    def cursor(text):
        return [row.cursor for row in written(text).view().rows]

    assert cursor("ab\r\nc")[1] == Cursor(1, 1, "block")
    assert cursor("\x1b[6 qab")[0] == Cursor(2, 1, "bar")
    assert cursor("\x1b[4 qab")[0] == Cursor(2, 1, "underline")
    assert cursor("ab\x1b[?25l") == [None] * 5
    assert cursor("漢\x1b[2G")[0] == Cursor(0, 2, "block")


def test_a_program_is_answered():
    def answer(text):
        return written(text).take_replies()

    assert answer("ab\x1b[6n") == b"\x1b[1;3R"
    assert answer("\x1b[5n") == b"\x1b[0n"
    assert answer("\x1b[c").startswith(b"\x1b[?62")
    assert answer("\x1b[?2026$p").startswith(b"\x1b[?2026;2")
    emulator = written("\x1b[c")
    assert emulator.take_replies()
    assert emulator.take_replies() == b""
    assert len(answer("\x1b[c" * 100_000)) <= 64 * 1024


def test_a_program_fills_a_clipboard_and_reads_none():
    """OSC 52: what is written is taken once; a question isn't answered, nor what is too long."""
    copying = written("\x1b]52;c;b3R0ZXLwn5iA\x07")
    assert (copying.take_copied(), copying.take_copied()) == ("otter\U0001f600", "")
    assert copying.take_replies() == b""
    asking = written("\x1b]52;c;?\x07")
    assert (asking.take_copied(), asking.take_replies()) == ("", b"")
    assert written(f"\x1b]52;c;{'QUFB' * 400_000}\x07").take_copied() == ""


def test_titles_have_no_signs_that_do_something():
    assert written("\x1b]0;my\u202e title\x07").title == "my title"
    assert len(written(f"\x1b]2;{'x' * 1000}\x07").title) <= 200
    assert written("x").title == ""


def test_modes_are_known():
    emulator = written("\x1b[?2004h\x1b[?1000h\x1b[?1049h\x1b[?2026h")
    assert (emulator.has_mode(2004), emulator.wants_pointer, emulator.is_alternate) == (True,) * 3
    assert emulator.is_held
    emulator.feed(b"\x1b[?2004l\x1b[?1000l\x1b[?1049l\x1b[?2026l")
    assert not emulator.has_mode(2004)
    assert not (emulator.wants_pointer)
    assert not (emulator.is_alternate)
    assert not (emulator.is_held)


def test_a_person_looks_back_and_forth():
    emulator = written("\r\n".join(str(number) for number in range(30)))
    assert lines(emulator) == ["25", "26", "27", "28", "29"]
    emulator.scroll(-7)
    assert lines(emulator) == ["18", "19", "20", "21", "22"]
    assert not emulator.is_at_end
    emulator.feed(b"\r\nmore")
    assert lines(emulator)[0] == "18"  # what is read stays where it is
    emulator.scroll_to_end()
    assert emulator.is_at_end
    assert lines(emulator)[-1] == "more"
    emulator.scroll(-10_000)
    assert lines(emulator)[0] == "0"


def test_another_size_wraps_lines_anew():
    emulator = written("abcdefghijklmnop\r\nx")
    emulator.resize(8, 4)
    assert lines(emulator) == ["abcdefgh", "ijklmnop", "x"]
    emulator.resize(20, 6)
    assert lines(emulator) == ["abcdefghijklmnop", "x"]
    assert len(emulator.view().rows) == 6


def test_what_is_selected_is_copied_out_as_text():
    emulator = written("big  words\r\nabcdefghijklmnop\r\n\x1b[31mred\x1b[0m 漢字")
    selecting = emulator.selecting
    assert selecting.text == ""
    selecting.begin((5, 0))
    assert selecting.text == ""  # a press alone selects nothing
    selecting.extend((8, 0))
    assert selecting.text == "word"
    selecting.begin((6, 0), "words")
    assert selecting.text == "words"
    selecting.extend((1, 0))
    assert selecting.text == "big  words"
    selecting.begin((1, 2), "lines")
    assert selecting.text == "abcdefghijklmnop"  # both halves of what was wrapped
    selecting.begin((3, 1))
    selecting.extend((5, 3))
    assert selecting.text == "defghijklmnop\nred 漢"
    grounds = {run.style.ground for row in emulator.view().rows[1:4] for run in row.runs}
    assert SELECTED in grounds
    emulator.feed(b"\r\n" * 20)
    assert selecting.text == "defghijklmnop\nred 漢"  # it stays with its signs
    selecting.clear()
    assert selecting.text == ""


def test_words_are_what_is_seen():
    assert written("one\r\n\r\n  two\x1b[K\r\n").words() == "one\n\n  two"
