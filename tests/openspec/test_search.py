"""Search finds every line that holds all words, the best places first, whatever the case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.search import (
    MOST_PER_DOCUMENT,
    MOST_WORDS,
    SearchResult,
    change_documents,
    kind_of,
    open_documents,
    search_documents,
    search_words,
)


def _source(text):
    return Source(text.encode())


def _change(name, **texts):
    paths = {"proposal": "proposal.md", "tasks": "tasks.md", "delta": "specs/lamp/spec.md"}
    sources = {paths[key]: _source(text) for key, text in texts.items()}
    return ChangeFiles(name, dict.fromkeys(sources, "file"), sources)


SPECS = {
    "lamp": _source("# Lamp\n\n## Purpose\nHow it shines.\n\n### Requirement: Dimming\nIt dims.\n"),
    "shade": _source("## Purpose\nDimming is not for shades.\n"),
}
CHANGES = {
    "add-dimmer": _change(
        "add-dimmer",
        proposal="# Change: a knob\n\n## Why\nDimming is wished for.\n",
        tasks="## 1. Work\n- [ ] Solder the dimming knob\n- [x] Write\n",
        delta="## ADDED Requirements\n### Requirement: Knob\nTurning SHALL dim.\n",
    )
}


def _search(query, specs=SPECS, changes=CHANGES, **named):
    return search_documents(query, open_documents(changes, specs), **named)


def _places(result):
    return [(hit.kind, hit.id, hit.path, hit.line) for hit in result.hits]


def test_headers_come_first_then_lines_by_kind():
    assert _places(_search("DIMMING")) == [
        ("spec", "lamp", "spec.md", 6),
        ("spec", "shade", "spec.md", 2),
        ("proposal", "add-dimmer", "proposal.md", 4),
        ("tasks", "add-dimmer", "tasks.md", 2),
    ]


def test_a_hit_says_what_it_stands_under_and_where_the_words_are():
    hit = _search("knob solder").hits[0]
    assert (hit.heading, hit.snippet) == ("1. Work", "- [ ] Solder the dimming knob")
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["Solder", "knob"]
    (hit,) = _search("requirement dimming").hits
    assert hit.heading == "Requirement: Dimming"
    assert hit.line == 6


def test_what_a_change_is_called_is_found_in_its_proposal():
    assert _places(_search("add-dimmer"))[0] == ("proposal", "add-dimmer", "proposal.md", 1)
    assert _places(_search("dimmer knob"))[0] == ("proposal", "add-dimmer", "proposal.md", 1)
    unproposed = {"quiet": _change("quiet", tasks="- [ ] a\n")}
    assert _places(_search("quiet", {}, unproposed)) == [("tasks", "quiet", "tasks.md", 1)]


def test_whole_words_come_before_parts_of_words():
    specs = {"a": _source("A theme.\n"), "b": _source("Not the one.\n")}
    assert [hit.id for hit in _search("the", specs, {}).hits] == ["b", "a"]


def test_words_may_be_scattered_over_a_section_or_a_document():
    section = _source("# T\nnothing\n## One\nred\n\nblue\n## Two\ngreen\n")
    (hit,) = _search("blue red", {"a": section}, {}).hits
    assert (hit.line, hit.heading) == (4, "One")
    (hit,) = _search("green red", {"a": section}, {}).hits
    assert (hit.line, hit.snippet) == (4, "red")
    assert _search("green red pink", {"a": section}, {}) == SearchResult()


def test_a_section_that_holds_all_words_comes_before_a_document_that_does():
    specs = {
        "a": _source("# One\nred\n# Two\nblue\n"),
        "b": _source("# One\nred\n\nblue\n"),
    }
    assert [hit.id for hit in _search("red blue", specs, {}).hits] == ["b", "a"]


def test_what_stands_in_quotes_is_one_word():
    specs = {"a": _source("red blue\n"), "b": _source("blue red\n")}
    assert [hit.id for hit in _search('"Blue  " "red"', specs, {}).hits] == ["a", "b"]
    assert [hit.id for hit in _search('"blue red"', specs, {}).hits] == ["b"]
    assert search_words('  a "b c" A') == ("a", "b c")
    assert search_words('""  "') == ()


def test_headers_in_fences_are_text():
    specs = {"a": _source("# Real\n```\n# Fenced\n```\nword\n")}
    (hit,) = _search("word", specs, {}).hits
    assert hit.heading == "Real"
    (hit,) = _search("fenced", specs, {}).hits
    assert (hit.line, hit.heading) == (3, "Real")


@pytest.mark.parametrize(
    ("text", "query", "matches"),
    [
        ("Straße", "STRASSE", ["Straße"]),
        ("die STRASSE", "straße", ["STRASSE"]),
        ("ÄPFEL", "äpfel", ["ÄPFEL"]),
        ("İstanbul x", "x", ["x"]),
        ("한국어 사양", "사양", ["사양"]),
        ("ﬁne", "fin", ["ﬁn"]),
    ],
)
def test_case_is_folded_as_unicode_says(text, query, matches):
    (hit,) = _search(query, {"a": _source(f"\n\nßß {text}\n")}, {}).hits
    assert hit.line == 3
    assert [hit.snippet[start:end] for start, end in hit.matches] == matches


def test_long_lines_are_cut_around_the_first_word():
    line = "a" * 500 + " needle " + "b" * 500 + " needle"
    (hit,) = _search("needle", {"a": _source(line)}, {}).hits
    assert hit.snippet.startswith("…a")
    assert hit.snippet.endswith("b…")
    assert len(hit.snippet) == 202
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["needle"]
    (hit,) = _search("needle", {"a": _source("needle" + "b" * 500)}, {}).hits
    assert hit.snippet.startswith("needleb")
    (hit,) = _search("needle", {"a": _source("b" * 500 + "needle")}, {}).hits
    assert hit.snippet.endswith("needle")
    (hit,) = _search("z", {"a": _source("z" * 500)}, {}).hits
    assert hit.matches == ((0, 200),)


def test_hits_are_bounded_and_what_is_left_out_is_counted():
    specs = {"a": _source("word\n" * 100), "b": _source("word\n")}
    result = _search("word", specs, {}, most=5)
    assert (len(result.hits), result.documents, result.more) == (5, 2, MOST_PER_DOCUMENT + 1 - 5)
    headers = {"a": _source("# word\n" * 100)}
    assert len(_search("word", headers, {}).hits) == MOST_PER_DOCUMENT
    assert len(search_words(" ".join(map(str, range(100))))) == MOST_WORDS


def test_only_the_kinds_that_are_wanted_are_looked_at():
    assert {hit.kind for hit in _search("dimming", kinds=["tasks", "proposal"]).hits} == {
        "tasks",
        "proposal",
    }
    assert [hit.path for hit in _search("knob", kinds=["delta"]).hits] == ["specs/lamp/spec.md"]


def test_archived_changes_come_last_and_are_only_asked_for_when_wanted():
    archived = ChangeFiles("2026-01-02-old", {}, {"design.md": _source("Dimming.\n")})
    result = _search("dimming", archived=change_documents(archived, archived=True))
    assert _places(result)[-1] == ("archived", "2026-01-02-old", "design.md", 1)

    def asked():
        raise AssertionError
        yield

    assert _search("dimming", kinds=["spec"], archived=asked()).documents == 2
    only = _search(
        "dimming", kinds=["archived"], archived=change_documents(archived, archived=True)
    )
    assert only.documents == 1


def test_without_words_nothing_is_found():
    assert _search("   ") == SearchResult()


def test_unreadable_documents_are_passed_over():
    assert _search("a", {"b": Source(b"", "can't be read")}, {}) == SearchResult()


def test_kinds_follow_from_paths():
    assert [
        kind_of(path)
        for path in ("proposal.md", "design.md", "tasks.md", "specs/a/spec.md", "notes.md")
    ] == ["proposal", "design", "tasks", "delta", "document"]


_text = st.text(alphabet="aAbßİ# \n`\ufeff\u2028~ſﬁ", max_size=60)


@given(_text, st.text(alphabet="aAbßi# f", min_size=1, max_size=4))
def test_whatever_is_found_is_there(text, query):
    words = search_words(query)
    result = _search(query, {"doc": _source(text)}, {})
    lines = text.split("\n")
    whole = text.casefold() + "doc"
    assert bool(result.hits) == (bool(words) and all(word in whole for word in words))
    for hit in result.hits:
        assert hit.snippet in lines[hit.line - 1]
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.matches)
        for start, end in hit.matches:
            part = hit.snippet[start:end].casefold()
            assert any(word in part for word in words)


def test_a_long_first_line_that_holds_no_word_is_cut_at_its_end():
    specs = {"needle": _source("b" * 3000 + "\nx\n")}
    (hit,) = _search("needle", specs, {}).hits
    assert (hit.snippet, hit.matches) == ("b" * 200 + "…", ())
    (hit,) = _search("needle", {"a": _source("b" * 2990 + "needle" + "b" * 3000)}, {}).hits
    assert [hit.snippet[start:end] for start, end in hit.matches] == ["needle"]
