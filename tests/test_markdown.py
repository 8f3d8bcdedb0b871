"""All Markdown has one sentence a line and lines of at most 120 columns.

So a difference between two versions shows sentences, and not paragraphs that were wrapped anew.
`openspec/` is left out: its texts are data. The text of a requirement is shown on the board and in
the official tool's documents as it stands, with its line breaks.
"""

import re
from pathlib import Path

import pytest

from geometry_ws.protocol import prose

ROOT = Path(__file__).parent.parent
FOLDERS = ("docs", "geometry_ws", "tests", "examples", "benchmarks")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(p for f in FOLDERS for p in (ROOT / f).rglob("*.md")))
    if "node_modules" not in path.parts
)
MARK = re.compile(r"^\s*(?:[-*+]|\d+\.|>|#+)\s+")
HEADING = re.compile(r"^#{1,6} +(.*)$")


def read_prose(text):
    """The lines of prose with their numbers: no code, no tables, no comments.

    What is indented behind a blank line is code, except below an item of a list.
    """
    fenced = listed = False
    code = blank = True
    for number, line in enumerate(text.splitlines(), 1):
        code = line.startswith("    ") and (blank or code) and not listed
        blank = not line.strip()
        if not blank and not line.startswith(" "):
            listed = bool(MARK.match(line)) and not HEADING.match(line)
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not code and not line.lstrip().startswith(("|", "<!--", "![", "[![")):
            yield number, line


def is_breakable(line):
    """Whether a line could be shorter: it has a space outside of code and addresses."""
    text = MARK.sub("", line)
    return len(prose.fill(text).splitlines()) > 1


def find_long_lines(text):
    return [
        number
        for number, line in read_prose(text)
        if len(line) > prose.WIDTH and not HEADING.match(line) and is_breakable(line)
    ]


def find_crowded_lines(text):
    return [
        number for number, line in read_prose(text) if len(prose.sentences(MARK.sub("", line))) > 1
    ]


@pytest.mark.parametrize("page", PAGES)
def test_no_line_is_longer_than_the_width(page):
    assert not find_long_lines((ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_a_line_holds_one_sentence(page):
    assert not find_crowded_lines((ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "One. Two.",
        "- It ends with `code`. `More` begins.",
        "**A label.** A sentence.",
        'She asked "why?" Nobody knew.',
        "See [this](a.md). That is all.",
        "It is over (at last). Good.",
    ],
)
def test_two_sentences_in_a_line_are_found(line):
    assert find_crowded_lines(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "1. A list's number ends nothing.",
        "Formats, e.g. PNG, and others, i.e. WebP, z.B. JPEG vs. GIF.",
        "Version 1.13.2 of `tool.py` (and … More) reads docs/a.md Always.",
        "| A table. Holds many. | Sentences. |",
        "A clause; Another: All of one sentence.",
        "`one. Two.` is code.",
    ],
)
def test_what_ends_no_sentence_is_not_taken_for_an_end(line):
    assert find_crowded_lines(line) == []


def test_code_and_addresses_may_be_long():
    assert find_long_lines("```\n" + "word " * 40 + "\n```\n") == []
    assert find_long_lines("[a page](https://example.org/" + "x" * 150 + ")") == []
    assert find_long_lines("word " * 40) == [1]


def test_filled_prose_keeps_the_rules_and_every_word():
    text = "A first sentence. " + "A clause of some words, " * 12 + "and an end. `Code` follows."
    filled = prose.fill(text)
    assert not find_long_lines(filled)
    assert not find_crowded_lines(filled)
    assert filled.split() == text.split()


def make_slug(heading):
    """The anchor of a heading, as GitHub and Python-Markdown make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def find_slugs(text):
    without_code = re.sub(r"(?ms)^```.*?^```$", "", text)
    return [make_slug(heading) for heading in re.findall(r"^#{1,6} +(.*)$", without_code, re.M)]


def test_no_two_headings_of_the_reference_have_one_anchor():
    slugs = find_slugs((ROOT / "docs" / "protocol.md").read_text("utf-8"))
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("page", PAGES)
def test_links_to_headings_lead_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", text):
        target = (ROOT / page).parent / path if path else ROOT / page
        assert anchor in find_slugs(target.read_text("utf-8")), f"{page}: {path}#{anchor}"
