"""Cards and lanes say in a sentence what is wrong with a change."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.card import (
    arrange_card,
)
from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import lay_out_board
from geometry_ws.board.model import (
    Archiving,
    CardFace,
    ChangeCard,
    Conflict,
    Lane,
    State,
    Tone,
)
from geometry_ws.board.notes import curly, in_short
from geometry_ws.board.words import badge, describe, icon_of
from tests.support.board_builders import board, change


def shown_notes(plan):
    """Give the tones and sentences of a card's notes."""
    return [(note.note.tone, note.text.layout.shown) for note in plan.notes]


def test_a_broken_change_says_what_is_wrong():
    plan = arrange_card(CardFace(change("a", 1, state=State.INVALID, problem="Bad.", issues=3)))
    assert shown_notes(plan) == [(Tone.BAD, "Bad (3 issues)")]
    for card in (ChangeCard("a", State.UNREADABLE), ChangeCard("a", State.INVALID, issues=2)):
        assert [tone for tone, _ in shown_notes(arrange_card(CardFace(card)))] == [Tone.BAD]


def test_a_change_whose_specs_are_not_written_yet_is_not_broken():
    """It stands where its tasks say; only once all is done it is somebody's turn."""
    begun = ChangeCard("a", State.NOT_STARTED, unwritten=True)
    assert shown_notes(arrange_card(CardFace(begun))) == [(None, "Specs aren't written yet.")]
    assert (begun.lane, icon_of(begun)) == (Lane.NOT_STARTED, "not-started")
    assert badge(begun) == ("Specs not written", None)
    assert "Specs aren't written yet." in describe(begun).splitlines()
    done = change("a", 2, 2, state=State.COMPLETE, unwritten=True, archiving=Archiving.READY)
    ((tone, _),) = shown_notes(arrange_card(CardFace(done)))
    assert (tone, badge(done)[1], icon_of(done)) == (Tone.WARN, Tone.WARN, "refused")


def test_what_contradicts_others_is_not_said_to_be_ready_too():
    conflicts = (Conflict("Sign in", ("b",)),)
    card = change("a", 1, 1, archiving=Archiving.READY, conflicts=conflicts)
    assert [tone for tone, _ in shown_notes(arrange_card(CardFace(card)))] == [Tone.WARN]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (
            'ADDED "Sign in" has no scenario. Write at least one "#### Scenario: Name".',
            "“Sign in” has no scenario",
        ),
        ('MODIFIED "A. B" has no scenario. Write one.', "“A. B” has no scenario"),
        (
            'MODIFIED "X" leaves out scenarios that the spec has: "A", "B". Copy them into it.',
            "“X” leaves out scenarios that the spec has: “A”, “B”",
        ),
        ('FROM "A" has no TO. Write each rename as two lines.', "FROM “A” has no TO"),
        ('REMOVED "Say "hi"" is gone. Look.', "“Say “hi”” is gone"),
        ("tasks.md is not UTF-8 text. Save it as UTF-8.", "tasks.md is not UTF-8 text"),
        ("`Sign in. Out` has no scenario: write one.", "`Sign in. Out` has no scenario: write one"),
        ("Write it, e.g. `Sign in`. Then go on.", "Write it, e.g. `Sign in`"),
        ('ADDED "Not closed. Write one.', "“Not closed. Write one."),
        ("no full stop", "no full stop"),
        ("", ""),
    ],
)
def test_a_card_says_in_short_what_is_wrong(text, short):
    assert in_short(text) == short


@given(st.from_regex(r"[abA!?.]([abA!?. ]{0,20}[abA!?.])?", fullmatch=True))
def test_a_name_in_quotes_is_never_cut_off_in_short(name):
    assert in_short(f'ADDED "{name}" has no scenario. Write one.') == f"“{name}” has no scenario"


def test_a_change_that_was_written_against_an_older_spec_says_so_whatever_its_state():
    card = change("a", 1, 1, moved=("Sign in", "Sign out", "Lock"))
    words = '"Sign in" and 2 others have changed since this was written.'
    assert shown_notes(arrange_card(CardFace(card))) == [(Tone.WARN, curly(words))]
    assert words in describe(card).splitlines()
    both = replace(card, state=State.INVALID, problem="Bad.", moved=("Sign in",))
    assert shown_notes(arrange_card(CardFace(both))) == [
        (Tone.BAD, "Bad"),
        (Tone.WARN, "“Sign in” has changed since this was written."),
    ]


def test_a_change_that_contradicts_others_says_which_and_in_what():
    def words(*conflicts):
        card = change("a", 3, 1, conflicts=conflicts)
        ((tone, text),) = shown_notes(arrange_card(CardFace(card)))
        assert tone is Tone.WARN
        assert text in curly(describe(card)).splitlines()
        return text

    sign_in, sign_out = Conflict("Sign in", ("b",)), Conflict("Sign out", ("b", "c"))
    assert words(sign_in) == "Conflicts with b in “Sign in”."
    assert words(sign_in, sign_out) == (
        "Conflicts with b and 1 other change in “Sign in” and 1 other requirement."
    )
    assert words(replace(sign_out, more=30)) == (
        "Conflicts with b and 31 other changes in “Sign out”."
    )


def test_a_complete_change_says_whether_it_can_be_archived_and_why_not():
    done = change("a", 3, 3, archiving=Archiving.READY)
    assert shown_notes(arrange_card(CardFace(done))) == [(Tone.GOOD, "Ready to archive.")]
    assert "Ready to archive." in describe(done).splitlines()
    refused = replace(done, archiving=Archiving.REFUSED, refusal='"Gone" is not in login.')
    words = 'Archiving would be refused: "Gone" is not in login.'
    assert shown_notes(arrange_card(CardFace(refused))) == [(Tone.WARN, curly(words))]
    assert words in describe(refused).splitlines()
    assert not np.array_equal(
        draw_face(CardFace(refused))[16:32, 16:32], draw_face(CardFace(done))[16:32, 16:32]
    )


def test_what_has_changed_since_is_said_once_where_it_is_why_archiving_would_be_refused():
    card = change("a", 3, 3, moved=("Sign in",), archiving=Archiving.REFUSED)
    assert shown_notes(arrange_card(CardFace(card))) == [
        (
            Tone.WARN,
            "“Sign in” has changed since this was written. Archiving would be refused.",
        )
    ]


def test_notes_stand_below_each_other_within_the_card_and_hide_no_task():
    card = change("a", 3, 1, state=State.INVALID, problem="Bad. " * 99, moved=("Sign in",))
    face = CardFace(replace(card, conflicts=(Conflict("Sign in", ("b" * 200,)),)))
    plan = arrange_card(face)
    panels = [note.panel for note in plan.notes]
    assert len(panels) == 3
    for upper, lower in itertools.pairwise(panels):
        assert upper.y + upper.height < lower.y
    assert panels[-1].y + panels[-1].height < plan.opener.y
    for note in plan.notes:
        assert note.text.x + note.text.layout.width <= note.panel.x + note.panel.width
        assert note.text.y + note.text.layout.height <= note.panel.y + note.panel.height


def test_what_is_wrong_in_the_settings_stands_above_the_board_once():
    notice = "config.yaml, line 3: rules are ignored: name an artifact, and below it a list."
    plain_header = lay_out_board(board(change("a"))).items["header"]
    model = replace(board(change("a"), problem="There is no openspec/ folder."), notice=notice)
    items = lay_out_board(model).items
    assert items["header"].height > plain_header.height
    assert [key for key, item in items.items() if notice in item.text] == ["header"]
    assert not np.array_equal(
        draw_face(items["header"].face), draw_face(replace(items["header"].face, notice="Other."))
    )
