"""One word for each thing: the glossary's forbidden synonyms occur neither in documents nor code.

The words are read from docs/glossary.md. In code they are looked for in names, docstrings and
comments, by whole words: `rough_planes` has the words `rough` and `planes`, `screenshot` is one.
"""

import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")

NOT_HELD = {
    "scene": {"OpenSpec"},
    "openspec": {"Stream"},
    "components/openspec": {"Stream"},
    "cli": {"Stream"},
    "terminal": {"Stream"},
}
"""Parts of the glossary that don't bind a package.

A word may be wrong for a stream and right elsewhere: an interrupted archiving is settled.
"""

FOREIGN_NAMES = {
    "rough_planes",
    "_ZERO_WIDTH_JOINER",
    "GHOSTTY_RENDER_STATE_DATA_DIRTY",
    "GHOSTTY_RENDER_STATE_DIRTY_FALSE",
    "GhosttyRenderStateDirty",
    "ghostty_render_state_row_iterator_next_dirty",
}
"""Names that others have given: the wire's, which can't change now, Unicode's and libghostty's."""

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
    if path.name != "glossary.md"
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def read_terms(text):
    """The terms of each section, with the words that they forbid."""
    sections = {}
    for section in re.split(r"(?m)^## ", text)[1:]:
        entries = re.findall(r"^- \*\*(.+?)\*\*: (.*?)(?=^- |\Z)", section, re.M | re.S)
        sections[section.partition("\n")[0]] = {
            term: re.findall(r"\*([a-z]+)\*", meaning.partition("\n  Not: ")[2])
            for term, meaning in entries
        }
    return sections


SECTIONS = read_terms(GLOSSARY)


def binding_sections(path):
    """The parts of the glossary that bind a module."""
    folder = path.parent.relative_to(ROOT / "geometry_ws").as_posix()
    free = [
        names
        for package, names in NOT_HELD.items()
        if folder == package or folder.startswith(f"{package}/")
    ]
    return tuple(name for name in SECTIONS if name not in set().union(*free))


MODULES = sorted(
    path for path in (ROOT / "geometry_ws").rglob("*.py") if "node_modules" not in path.parts
)


def make_forms(word):
    """A word as verb and noun: settle, settles, settled, settling; settler isn't one of them."""
    stem = word.removesuffix("e")
    double = word + word[-1]
    forms = {word, f"{word}s", f"{word}d", f"{stem}ed", f"{stem}ing", f"{double}ed", f"{double}ing"}
    return forms | {f"{word}ly", f"{stem}er"} if word in ("rough", "coarse") else forms


def find_forbidden(text, sections=tuple(SECTIONS)):
    """The forbidden words of a text, each with the term that stands for it."""
    for name in FOREIGN_NAMES:
        text = re.sub(rf"\b{name}\b", "", text)
    instead = {
        form: term
        for section in sections
        for term, words in SECTIONS[section].items()
        for word in words
        for form in make_forms(word)
    }
    words = [word.lower() for word in WORD.findall(text)]
    return {word: instead[word] for word in words if word in instead}


def read_code(source):
    """The names, docstrings and comments of a module. Other strings are data: they may say more."""
    parts = []
    before = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        statement = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type in (tokenize.NAME, tokenize.COMMENT) or (
            token.type == tokenize.STRING and statement
        ):
            parts.append((token.start[0], token.string))
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            before = token.type
    return parts


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_forbidden_word(page):
    assert not find_forbidden((ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_has_no_forbidden_word(path):
    sections = binding_sections(path)
    parts = read_code(path.read_text("utf-8"))
    wrong = {line: words for line, text in parts if (words := find_forbidden(text, sections))}
    assert not wrong


def test_the_glossary_has_terms_and_forbids_none_of_them():
    terms = {term: words for section in SECTIONS.values() for term, words in section.items()}
    assert len(terms) >= 25
    assert "mend" in terms["refine"]
    assert not set(terms) & {word for words in terms.values() for word in words}


def test_words_are_found_in_names_docstrings_and_comments_only():
    source = (
        '"""Joiners wait."""\nmended_area = 1  # a shot\nscreenshot = "rough"\nrough_planes = 2\n'
    )
    parts = [find_forbidden(text) for _, text in read_code(source)]
    assert [word for words in parts for word in words] == ["joiners", "mended", "shot"]
