"""Texts cut into sentences, and the merge of three texts and of three requirements."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.rebasing.blocks import merge_blocks
from geometry_ws.openspec.rebasing.sentences import joined, keys_of, merge_sentences, sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It SHALL do this. It MUST do that.", ["It SHALL do this.", "It MUST do that."]),
        ("It SHALL do,\nas wrapped.\nThen that.", ["It SHALL do, as wrapped.", "Then that."]),
        ("It SHALL, e.g. at night, do.", ["It SHALL, e.g. at night, do."]),
        ("Without a dot\nAnother without", ["Without a dot", "Another without"]),
        ("Of these:\n- a list\n  goes on\n- of two", ["Of these:", "- a list goes on", "- of two"]),
        ("First.\n\nSecond paragraph\ngoes on.", ["First.", "Second paragraph goes on."]),
        ("Before.\n```\na. B\n\nc\n```\nAfter.", ["Before.", "```\na. B\n\nc\n```", "After."]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("系统必须登录。它必须记住。", ["系统必须登录。", "它必须记住。"]),
        ('He says "no." Then goes.', ['He says "no."', "Then goes."]),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_is_cut_into_its_sentences(text, sentences):
    assert keys_of(sentences_of(text)) == sentences


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aB.!: \n-#`|>*。é1)("), max_size=60))
def test_sentences_and_what_is_between_them_are_the_text(text):
    sentences = sentences_of(text)
    whole = "".join(sentence.lead + sentence.text for sentence in sentences)
    assert text.startswith(whole)
    assert not text[len(whole) :].strip()


words = st.lists(st.sampled_from([f"Word{n} does." for n in range(6)]), max_size=5)


@settings(max_examples=400, deadline=None)
@given(words, words)
def test_a_side_without_edits_leaves_the_other_as_it_is(base, side):
    before, after = (sentences_of(" ".join(text)) for text in (base, side))
    for merged in (merge_sentences(before, after, before), merge_sentences(before, before, after)):
        assert keys_of(merged.sentences) == keys_of(after)
        assert not merged.conflicts
    assert keys_of(merge_sentences(before, after, after).sentences) == keys_of(after)


def merged(base, theirs, ours, settled=frozenset()):
    merge = merge_sentences(*map(sentences_of, (base, theirs, ours)), settled)
    return joined(merge.sentences), len(merge.conflicts)


@pytest.mark.parametrize(
    ("base", "theirs", "ours", "text", "conflicts"),
    [
        ("A does.", "A does.\nB does.", "A does.\nC does.", "A does.\nB does.\nC does.", 0),
        ("A does. B does.", "A did. B does.", "A does. B did.", "A did. B did.", 0),
        ("A does.", "A did.", "A will.", "A did.\nA will.", 1),
        ("A does.", "A did.", "A did. B does.", "A did. B does.", 0),
        ("A does. B does.", "B does.", "A does. C does.", "C does.", 0),
        ("A does. B does.", "A does.", "A does. B does. C does.", "A does. C does.", 0),
        ("A does. B does.", "A did. B does.", "B does.", "A did.\nB does.", 1),
        ("A does\nso. B does.", "A does so.\nB does.", "A does so. B did.", "A does so. B did.", 0),
        ("A does.", "A does. B does.", "B does. A does.", "B does. A does.", 0),
    ],
)  # fmt: skip
def test_what_comes_of_three_texts(base, theirs, ours, text, conflicts):
    assert merged(base, theirs, ours) == (text, conflicts)


def block(statement, **scenarios):
    lines = ["### Requirement: Sign in", statement]
    for name, steps in scenarios.items():
        lines += ["", f"#### Scenario: {name}", *steps]
    return "\n".join(lines)


def test_scenarios_of_both_stay_and_a_scenario_that_both_changed_is_merged_by_steps():
    base = block("It SHALL do.", old=["- **WHEN** x", "- **THEN** y"])
    theirs = block("It SHALL do.", old=["- **WHEN** x", "- **THEN** z"], theirs=["- **WHEN** t"])
    ours = block("It SHALL do.", old=["- **WHEN** w", "- **THEN** y"], ours=["- **WHEN** o"])
    merge = merge_blocks(base, theirs, ours)
    assert merge.text == block(
        "It SHALL do.", old=["- **WHEN** w", "- **THEN** z"], theirs=["- **WHEN** t"],
        ours=["- **WHEN** o"],
    )  # fmt: skip
    assert not merge.conflicts
    assert merge.lost == ("- **THEN** z", "Scenario: theirs", "- **WHEN** t")


def test_the_same_step_in_another_scenario_is_no_excuse():
    base = block("It SHALL do.", a=["- x"], b=["- y"])
    theirs = block("It SHALL do.", a=["- x", "- log it"], b=["- y"])
    ours = block("It SHALL do.", a=["- x"], b=["- y", "- log it"])
    assert merge_blocks(base, theirs, ours).lost == ("- log it",)


def test_what_was_agreed_to_is_not_asked_again_but_what_comes_after_is():
    base, theirs = block("It SHALL do."), block("It SHALL do.\nIt MUST lock.")
    ours = block("It SHALL do.\nIt MUST remember.")
    first = merge_blocks(base, theirs, ours)
    assert first.lost == ("It MUST lock.",)
    settled = merge_blocks(base, theirs, ours, first.marks)
    assert not settled.loses
    assert settled.text == ours
    more = block("It SHALL do.\nIt MUST lock.\nIt MUST warn.")
    assert merge_blocks(base, more, ours, first.marks).lost == ("It MUST warn.",)


def test_what_was_removed_meanwhile_is_told_where_it_would_come_back():
    base = block("It SHALL do.\nIt SHALL beep.")
    theirs, ours = block("It SHALL do."), block("It SHALL do.\nIt SHALL beep.\nIt SHALL blink.")
    merge = merge_blocks(base, theirs, ours)
    assert merge.back == ("It SHALL beep.",)
    assert merge.text == block("It SHALL do.\nIt SHALL blink.")


def test_an_order_that_others_gave_is_no_less_an_edit():
    base = block("It SHALL do.", on=["- **GIVEN** x", "- **WHEN** y", "- **THEN** z"])
    theirs = block("It SHALL do.", on=["- **WHEN** y", "- **GIVEN** x", "- **THEN** z"])
    ours = block("It SHALL do, too.", on=["- **GIVEN** x", "- **WHEN** y", "- **THEN** z"])
    merge = merge_blocks(base, theirs, ours)
    assert merge.lost == ("the order: - **WHEN** y / - **GIVEN** x / - **THEN** z",)
    assert merge.is_clean
    assert not merge_blocks(base, theirs, merge.text).loses
    other = block("It SHALL do.", on=["- **GIVEN** x", "- **THEN** z", "- **WHEN** y"])
    assert not merge_blocks(base, theirs, other).is_clean


def test_white_space_in_a_code_fence_counts():
    base = block("It SHALL read:\n```yaml\na:\n  b: 1\n```")
    theirs = block("It SHALL read:\n```yaml\na:\n    b: 1\n```")
    ours = block("It SHALL read:\n```yaml\na:\n  b: 1\n```\nIt MUST be quick.")
    assert merge_blocks(base, theirs, ours).lost == ("```yaml\na:\n    b: 1\n```",)


pieces = st.lists(
    st.sampled_from(["A does.", "B does.", "C does.", "- x", "- y", "#### Scenario: s",
                     "#### Scenario: t", "", "```", "  indented", "### Notes", "**P**: q"]),
    max_size=8,
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(pieces, pieces, pieces)
def test_a_clean_merge_of_any_three_texts_loses_nothing_and_needs_no_second(base, theirs, ours):
    texts = ["\n".join(["### Requirement: R", *lines]) for lines in (base, theirs, ours)]
    merge = merge_blocks(*texts)
    if merge.is_clean:
        assert not merge_blocks(texts[0], texts[1], merge.text).loses
    assert not merge_blocks(texts[0], texts[1], texts[1]).loses
    assert not merge_blocks(texts[0], texts[0], texts[2]).loses
