"""Merging deltas into specs: what is there afterwards, and what is refused."""

import pytest

from geometry_ws.openspec.format.changes import change_title, parse_delta
from geometry_ws.openspec.format.model import Rename
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.specs import parse_spec
from geometry_ws.openspec.rules.merge import Refused, compare_scenarios, merge


def block(name, *scenarios, text="It SHALL do."):
    parts = [f"### Requirement: {name}\n{text}\n"]
    parts += [f"#### Scenario: {scenario}\n- x\n" for scenario in scenarios or ("s",)]
    return "".join(parts)


BASE = "## Purpose\nP\n## Requirements\n" + block("A", "one", "two") + block("B")
ADD = "## ADDED Requirements\n"
MODIFY = "## MODIFIED Requirements\n"
REMOVE = "## REMOVED Requirements\n"


def rename(source, target):
    pair = f"- FROM: `### Requirement: {source}`\n- TO: `### Requirement: {target}`\n"
    return "## RENAMED Requirements\n" + pair


def merged(delta, base=BASE):
    main = None if base is None else Source(base.encode())
    return list(merge(parse_delta(delta), main))


@pytest.mark.parametrize(
    ("delta", "names"),
    [
        (ADD + block("C"), ["A", "B", "C"]),
        (ADD + block("B"), ["A", "B"]),
        (MODIFY + block("A", "two", "one", "three"), ["A", "B"]),
        (REMOVE + "### Requirement: A\n", ["B"]),
        (REMOVE + "- `### Requirement: A`\n", ["B"]),
        (REMOVE + "### Requirement: Gone\n", ["A", "B"]),
        (rename("A", "Z"), ["B", "Z"]),
        (rename("A", "Y") + rename("Y", "Z"), ["B", "Z"]),
        (rename("Old", "A"), ["A", "B"]),
        (rename("A", "Z") + MODIFY + block("Z", "one", "two"), ["B", "Z"]),
        (rename("A", "Z") + ADD + block("A"), ["B", "Z", "A"]),
    ],
)
def test_what_is_there_afterwards(delta, names):
    assert merged(delta) == names


def test_a_new_spec_can_only_be_added_to():
    assert merged(ADD + block("A") + REMOVE + "### Requirement: X\n", None) == ["A"]
    for delta in (MODIFY + block("A"), rename("A", "B")):
        with pytest.raises(Refused):
            merged(delta, None)


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        ("# nothing\n", "says nothing"),
        ("## RENAMED Requirements\nFROM: ### Requirement: A\n", "half there"),
        (ADD + block("C") + block("C"), "added twice"),
        (MODIFY + block("A") + block("A"), "modified twice"),
        (REMOVE + "### Requirement: A\n### Requirement: A\n", "removed twice"),
        (rename("A", "Y") + rename("A", "Z"), "renamed twice"),
        (rename("A", "Z") + rename("B", "Z"), "new name of two"),
        (rename("A", "Z") + REMOVE + "### Requirement: a\n", "renamed and removed"),
        (rename("A", "Z") + MODIFY + block("A"), "by its new name"),
        (rename("A", "Z") + ADD + block("Z"), "both added and the new name"),
        (MODIFY + block("A") + REMOVE + "### Requirement: A\n", "modified and removed"),
        (MODIFY + block("A") + ADD + block("A"), "modified and added"),
        (ADD + block("C") + REMOVE + "### Requirement: C\n", "added and removed"),
        (rename("X", "Y"), "not in the spec"),
        (rename("a", "B"), 'spells it "A"'),
        (rename("A", "B"), "is taken"),
        (rename("A", "b"), "too much like"),
        (REMOVE + "### Requirement: a\n", 'spells it "A"'),
        (MODIFY + block("X"), "not in the spec"),
        (MODIFY + block("A", "one"), 'lose scenarios: "two"'),
        (ADD + block("A"), "has it already"),
        (ADD + block("a"), "too much like"),
    ],
)
def test_what_is_refused_and_why(delta, words):
    with pytest.raises(Refused, match=words):
        merged(delta)


def test_a_spec_in_disorder_is_not_merged_into():
    with pytest.raises(Refused, match="wrong place"):
        merged(ADD + block("C"), BASE + "## ADDED Requirements\n")


def test_scenarios_that_come_twice_count_twice():
    current, incoming = parse_spec(
        "## Purpose\nP\n## Requirements\n" + block("A", "s", "s", "t") + block("B", "s", "u")
    ).blocks
    balance = compare_scenarios(current, incoming)
    assert balance.missing == ("s", "t")
    assert balance.added == ("u",)


# --- reading deltas -----------------------------------------------------------------------


def test_renames_pair_within_their_own_section_only():
    delta = parse_delta(
        "## RENAMED Requirements\n- FROM: ### Requirement: A\n- FROM: ### Requirement: B\n"
        "+ TO: ### Requirement: C\nTO: `### Requirement: D`\n- FROM: ### Requirement: E\n"
        "## RENAMED Requirements\nTO: ### Requirement: F\n"
    )
    assert delta.renamed == (Rename("B", "C"),)
    assert [(rename.side, rename.name, rename.line) for rename in delta.unpaired] == [
        ("FROM", "A", 2), ("TO", "D", 5), ("FROM", "E", 6), ("TO", "F", 8),
    ]  # fmt: skip


def test_repeated_sections_all_count_and_one_space_is_asked_for():
    delta = parse_delta(
        ADD
        + block("A")
        + "## Added requirements\n"
        + block("B")
        + "## ADDED  Requirements\n"
        + block("C")
    )
    assert [block.name for block in delta.added] == ["A", "B"]
    assert [orphan.name for orphan in delta.orphans] == ["C"]


def test_headers_in_fences_are_text():
    delta = parse_delta(ADD + "```\n" + block("X") + "```\n" + block("A"))
    assert [block.name for block in delta.added] == ["A"]


def test_names_lose_closing_hashes_and_blank_ones_stay():
    delta = parse_delta(ADD + "###Requirement:  C# ##\n### requirement: \n### Requirement:\n")
    assert [block.name for block in delta.added] == ["C#", ""]


@pytest.mark.parametrize(
    ("proposal", "title"),
    [
        ("# Change: Add login\n", "Add login"),
        ("intro\n# Add login  \n", "Add login"),
        ("#\n\nchange: Add login\n", "Add login"),
        ("# Proposal\n", "add-login"),
        ("## Why\n", "add-login"),
        ("", "add-login"),
    ],
)
def test_the_title_of_a_change_is_its_proposals_first_header(proposal, title):
    assert change_title(proposal, "add-login") == title
