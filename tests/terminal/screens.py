"""What a terminal must do, as a list: what a program writes, and the lines that are seen then.

Each screen has 12 columns and 5 rows. In the manner of vttest, but checked by a machine.
"""

FIVE = "one\r\ntwo\r\nthree\r\nfour\r\nfive"

SCREENS = {
    "text": ("hello", ["hello"]),
    "a carriage return goes to the first column": ("hello\rJ", ["Jello"]),
    "a line feed keeps the column": ("ab\ncd", ["ab", "  cd"]),
    "backspace goes one to the left": ("abc\b\bX", ["aXc"]),
    "tabs go to columns of eight": ("a\tb", ["a       b"]),
    "a tab stop is set and cleared": ("\x1b[3g\x1b[1;5H\x1bH\ra\tb", ["a   b"]),
    "a long line wraps": ("abcdefghijklmnop", ["abcdefghijkl", "mnop"]),
    "a line that is just full doesn't wrap": ("abcdefghijkl\rX", ["Xbcdefghijkl"]),
    "without wrapping the last column is written anew": (
        "\x1b[?7labcdefghijklmnop",
        ["abcdefghijkp"],
    ),
    "what is full scrolls": (FIVE + "\r\nsix", ["two", "three", "four", "five", "six"]),
    "the cursor goes anywhere": ("\x1b[3;4Hx\x1b[Hy", ["y", "", "   x"]),
    "the cursor stays on the screen": (
        "\x1b[99;99Hx\x1b[1;1H\x1b[9Dy",
        ["y", "", "", "", " " * 11 + "x"],
    ),
    "the cursor moves by steps": (
        "\x1b[3;6Ha\x1b[2Ab\x1b[Bc\x1b[3Dd",
        ["      b", "     d c", "     a"],
    ),
    "next and previous lines": ("ab\x1b[2Ec\x1b[Fd", ["ab", "d", "c"]),
    "a column and a row by themselves": ("ab\x1b[5Gc\x1b[3dd", ["ab  c", "", "     d"]),
    "to the end of the line is erased": ("abcdef\x1b[3G\x1b[K", ["ab"]),
    "to the beginning of the line is erased": ("abcdef\x1b[3G\x1b[1K", ["   def"]),
    "below is erased": (FIVE + "\x1b[3;3H\x1b[J", ["one", "two", "th"]),
    "above is erased": (FIVE + "\x1b[3;3H\x1b[1J", ["", "", "   ee", "four", "five"]),
    "all is erased, and the cursor stays": (FIVE + "\x1b[2Jx", ["", "", "", "", "    x"]),
    "signs are inserted": ("abcd\x1b[2G\x1b[2@xy", ["axybcd"]),
    "signs are deleted": ("abcdef\x1b[2G\x1b[2P", ["adef"]),
    "signs are erased in their place": ("abcdef\x1b[2G\x1b[2X", ["a  def"]),
    "a sign is repeated": ("ab\x1b[3b", ["abbbb"]),
    "in insert mode the rest moves": ("abc\x1b[4h\rX\x1b[4lY", ["XYbc"]),
    "lines are inserted": (FIVE + "\x1b[2;1H\x1b[2Lx", ["one", "x", "", "two", "three"]),
    "lines are deleted": (FIVE + "\x1b[2;1H\x1b[2M", ["one", "four", "five"]),
    "a region scrolls alone": (
        FIVE + "\x1b[2;4r\x1b[4;1H\nx",
        ["one", "three", "four", "x", "five"],
    ),
    "a region scrolls back": (
        FIVE + "\x1b[2;4r\x1b[2;1H\x1bMx",
        ["one", "x", "two", "three", "five"],
    ),
    "the screen scrolls by itself": (FIVE + "\x1b[2S", ["three", "four", "five"]),
    "the screen scrolls back by itself": (FIVE + "\x1b[2T", ["", "", "one", "two", "three"]),
    "origins are within the region": ("\x1b[2;4r\x1b[?6h\x1b[1;1Hx\x1b[9;1Hy", ["", "x", "", "y"]),
    "the cursor is kept and comes back": ("ab\x1b7\x1b[4;4Hx\x1b8c", ["abc", "", "", "   x"]),
    "lines of boxes by the old sign set": ("\x1b(0lqk\x1b(B", ["┌─┐"]),
    "the second sign set by shifts": ("\x1b)0a\x0eq\x0fb", ["a─b"]),
    "the second screen covers the first": ("first\x1b[?1049h\x1b[Hsecond", ["second"]),
    "the first screen comes back": ("first\x1b[?1049h\x1b[Hx\x1b[?1049l!", ["first!"]),
    "wide signs take two cells": ("漢字x", ["漢字x"]),
    "a wide sign isn't cut at the edge": ("abcdefghijk漢", ["abcdefghijk", "漢"]),
    "half of a wide sign is none": ("漢\x1b[2Gx", [" x"]),
    "accents join the sign before": ("e\u0301x", ["e\u0301x"]),
    "a test pattern fills the screen": ("\x1b#8", ["E" * 12] * 5),
    "a reset forgets all": ("ab\x1b[2;3r\x1b[?7l\x1bcx", ["x"]),
    "what isn't known is left out": ("a\x1b[?12345hb\x1b_apc\x1b\\c\x1bP1$q\x1b\\d", ["abcd"]),
    "a title isn't text": ("a\x1b]0;title\x07b\x1b]2;other\x1b\\c", ["abc"]),
    "links are their text": ("\x1b]8;;http://a.b\x1b\\link\x1b]8;;\x1b\\x", ["linkx"]),
    "bytes that are no text are marks": (b"a\xff\xfeb", ["a\ufffd\ufffdb"]),
    "a bell is not seen": ("a\x07b", ["ab"]),
}
