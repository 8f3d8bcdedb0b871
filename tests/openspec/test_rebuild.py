"""The text of a main spec after a merge: laws that hold for any text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geometry_ws.openspec.format.sections import requirement_name
from geometry_ws.openspec.format.specs import parse_spec
from geometry_ws.openspec.merging.rebuild import purpose_of, rebuild, with_line_ends_of
from geometry_ws.openspec.merging.retire import loose_lines
from geometry_ws.openspec.rules.merge import Refused
from tests.openspec.archive_cases import ADDED, BASE, LONE, block, remove, spec

_LINES = st.sampled_from([
    "## Purpose", "## Requirements", "## ADDED Requirements", "## MODIFIED Requirements",
    "## REMOVED Requirements", "## RENAMED Requirements", "### Requirement: A",
    "### Requirement: B", "###Requirement: a ##", "### Requirement: ", "#### Scenario: s",
    "- FROM: `### Requirement: A`", "- TO: `### Requirement: C`", "It SHALL do.", "", "", "```",
    "~~~~", "<!--", "-->", "--!>", "- step", "  wraps", "# Top", "### Notes", "\u2028", "\ufeff",
    "| t |", "===", "<h2>", "100. x", "\t\ty", "p" * 60,
])  # fmt: skip
_ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
_TEXTS = st.builds(lambda lines, end: end.join(lines), st.lists(_LINES, max_size=25), _ENDS)


@given(_TEXTS, st.none() | _TEXTS)
def test_any_two_texts_are_merged_or_refused(delta, base):
    try:
        done = rebuild("lamp", delta, base, "it")
    except Refused:
        return
    assert done.text.endswith("\n")
    assert not done.text.endswith("\n\n")
    assert done.is_new is (base is None)
    loose_lines(done)


# A fence that is never closed swallows what comes after it, and a header without a name is none
# without its last blank: so it is in the official tool too.
_CALM = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(_LINES.filter(lambda line: line[:3] not in ("```", "~~~") and line[-2:] != ": ")),
    _ENDS,
)


@given(_CALM, st.sampled_from(["A", "B", "C", "c"]))
def test_what_was_added_is_there_and_adding_it_again_changes_nothing(base, name):
    delta = ADDED + block(name)
    try:
        done = rebuild("lamp", delta, base, "it")
    except Refused:
        return
    assert name in [block.name for block in parse_spec(done.text).blocks]
    again = rebuild("lamp", delta, done.text, "it")
    assert again.counts.total == 0
    if "\r" not in base and "\ufeff" not in base:
        assert again.text == done.text


@given(_CALM)
def test_adding_and_removing_leaves_the_other_requirements_as_they_were(base):
    """Of requirements of one name a merge keeps one, as the official tool does."""
    blocks = parse_spec(base).blocks
    assume(len({requirement_name(block.name) for block in blocks}) == len(blocks))
    try:
        added = rebuild("lamp", ADDED + block("Quite new"), base, "it")
        done = rebuild("lamp", remove("Quite new"), added.text, "it")
    except Refused:
        return
    raws = [block.raw for block in blocks]
    if "\n\n\n" not in base.replace("\r\n", "\n").replace("\r", "\n"):
        assert [block.raw for block in parse_spec(done.text).blocks] == raws


@pytest.mark.parametrize(
    ("text", "old", "expected"),
    [
        ("a\nb\n", "x", "a\nb\n"),
        ("a\nb\n", "x\r\ny\n", "a\r\nb\r\n"),
        ("a\nb\n", "x\r\ny\nz\n", "a\nb\n"),
        ("a\r\nb\n", "x\n", "a\nb\n"),
        ("a\r\nb\n", "x\ry", "a\r\nb\n"),
        ("a\n", "\r\n", "a\r\n"),
    ],
)
def test_most_ends_of_lines_win(text, old, expected):
    assert with_line_ends_of(text, old) == expected


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("## Purpose\nIt is.\n## Next\n", "It is."),
        ("##  PURPOSE \n\n It is. \n\n", "It is."),
        ("x\n## Purpose\n```\n## no\n```\nIt is.", "```\n## no\n```\nIt is."),
        ("```\n## Purpose\nNo.\n```\n", ""),
        ("<!-- \n## Purpose\nNo.\n", ""),
        ("<!-- --!>\n## Purpose\nIt is.", "It is."),
        ("## Purpose\n<!-- a -->It is.<!-- b", "<!-- a -->It is.<!-- b"),
        ("## Purpose\n<!-- only -->\n", ""),
        ("\ufeff## Purpose\nNo.\n", ""),
        ("### Purpose\nNo.\n", ""),
    ],
)
def test_a_purpose_is_what_a_reader_would_see(text, purpose):
    assert purpose_of(text) == purpose


def test_what_stands_in_the_way_of_deleting_a_spec_is_named_once_each():
    base = spec(block("A"), after="\n## Notes\nx\nx\n", title="Hello\n\n# t\n\n")
    done = rebuild("lamp", remove("A"), base, "it")
    assert loose_lines(done) == ("Hello", "## Notes", "x")
    assert loose_lines(rebuild("lamp", remove("A"), LONE, "it")) == ()
    assert BASE.count("### Requirement") == 2
