"""Open changes that touch the same requirement are found, and whether the one undoes the other."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.merging.archive_order import MOST_OPERATIONS
from geometry_ws.openspec.merging.rebuild import rebuild
from geometry_ws.openspec.rules.merge import Refused
from geometry_ws.openspec.views.overlap import MOST_COMPARED, find_overlaps


def _block(name, text="The lamp SHALL.", scenarios=("On",)):
    steps = "".join(f"\n#### Scenario: {scenario}\n- x\n" for scenario in scenarios)
    return f"### Requirement: {name}\n{text}\n{steps}\n"


MAIN = Source(("## Purpose\nWhy.\n\n## Requirements\n\n" + _block("One") + _block("Two")).encode())


def _change(name, text, id_="lamp"):
    path = f"specs/{id_}/spec.md"
    return ChangeFiles(name, {path: "file"}, {path: Source(text.encode())})


def _added(*args, **named):
    return "## ADDED Requirements\n" + _block(*args, **named)


def _modified(*args, **named):
    return "## MODIFIED Requirements\n" + _block(*args, **named)


def _removed(name):
    return f"## REMOVED Requirements\n### Requirement: {name}\n"


def _renamed(source, target):
    return (
        f"## RENAMED Requirements\n- FROM: `### Requirement: {source}`\n"
        f"- TO: `### Requirement: {target}`\n"
    )


def _overlaps(**texts):
    changes = {name: _change(name, text) for name, text in texts.items()}
    return find_overlaps(changes, {"lamp": MAIN})


@pytest.mark.parametrize(
    ("first", "second", "kind", "order"),
    [
        (_added("New", "A SHALL."), _added("New", "B SHALL."), "conflict", ()),
        (_added("New"), _added("New"), "same_requirement", ()),
        (_added("New"), _added("NEW"), "conflict", ()),
        (_modified("One", "A SHALL."), _modified("One", "B SHALL."), "conflict", ()),
        (_modified("One", "A SHALL."), _modified("One", "A SHALL."), "same_requirement", ()),
        (_modified("One", "A SHALL."), _removed("One"), "conflict", ()),
        (_removed("One"), _removed("One"), "same_requirement", ()),
        (_removed("One"), _removed("one"), "conflict", ("a", "b")),
        (_added("New"), _modified("New", "B SHALL."), "conflict", ("a", "b")),
        (_modified("New", "B SHALL."), _added("New"), "conflict", ("b", "a")),
        (_removed("One"), _added("One", "B SHALL."), "conflict", ("a", "b")),
        (_renamed("One", "Uno"), _renamed("One", "Un"), "conflict", ()),
        (_renamed("One", "Uno"), _renamed("One", "Uno"), "same_requirement", ()),
        (_renamed("One", "Uno"), _renamed("Two", "Uno"), "conflict", ()),
        (_renamed("One", "Uno"), _modified("One", "B SHALL."), "conflict", ("b", "a")),
        (_renamed("One", "Uno"), _modified("Uno", "B SHALL."), "conflict", ("a", "b")),
        (_renamed("One", "Uno"), _removed("One"), "conflict", ()),
        (_renamed("One", "Uno"), _added("Uno", "B SHALL."), "conflict", ()),
        (_renamed("One", "Uno"), _added("One", "B SHALL."), "conflict", ("a", "b")),
        (_renamed("One", "Uno"), _renamed("Uno", "Un"), "conflict", ("a", "b")),
        (_renamed("One", "Uno"), _removed("Uno"), "conflict", ()),
        (_added("New"), _removed("New"), "conflict", ()),
        (_renamed("One", "Uno"), _renamed("Two", "One"), "conflict", ("a", "b")),
        (_modified("Gone", "A SHALL."), _modified("Gone", "A SHALL."), "conflict", ()),
    ],
)
def test_what_two_changes_come_to_one_after_the_other(first, second, kind, order):
    overlaps = _overlaps(a=first, b=second).requirements
    assert {overlap.kind for overlap in overlaps} == {kind}
    assert {overlap.order for overlap in overlaps} == {order}
    assert all(bool(overlap.pairs) == (kind == "conflict") for overlap in overlaps)


def test_a_change_that_holds_all_of_another_can_follow_it():
    less = _modified("One", "The lamp SHALL.\nAlso this.")
    more = _modified("One", "The lamp SHALL.\nAlso this.\nAnd that.", scenarios=("On", "Off"))
    (overlap,) = _overlaps(a=more, b=less).requirements
    assert (overlap.kind, overlap.order) == ("conflict", ("b", "a"))


def test_a_line_that_one_change_drops_and_the_other_keeps_is_undone():
    drops = _modified("One", "Short.")
    keeps = _modified("One", "The lamp SHALL.\nShort.")
    (overlap,) = _overlaps(a=drops, b=keeps).requirements
    assert overlap.order == ("b", "a")


def test_a_rename_counts_for_both_of_its_names():
    overlaps = _overlaps(
        a=_renamed("One", "Uno"), b=_modified("ONE"), c=_modified("uno"), d=_added("Other")
    ).requirements
    assert [
        (overlap.requirement, [claim.change for claim in overlap.claims]) for overlap in overlaps
    ] == [
        ("One", ["a", "b"]),
        ("Uno", ["a", "c"]),
    ]
    assert overlaps[0].claims[1].names == ("ONE",)
    assert overlaps[0].claims[0].operations == ("renamed",)


def test_several_operations_of_one_change_are_one_claim():
    text = _renamed("One", "Uno") + _modified("Uno", "A SHALL.")
    overlaps = _overlaps(a=text, b=_removed("One")).requirements
    (overlap,) = overlaps
    assert overlap.claims[0].operations == ("renamed",)
    (overlap,) = _overlaps(a=text, b=_added("Uno")).requirements
    assert overlap.claims[0].operations == ("modified", "renamed")
    twice = _removed("One") + "### Requirement: One\n### Requirement: ONE\n"
    (overlap,) = _overlaps(a=twice, b=_removed("One")).requirements
    assert (overlap.claims[0].operations, overlap.claims[0].names) == (("removed",), ("One", "ONE"))
    aside = _removed("Two") + _renamed("Else", "Other")
    (overlap,) = _overlaps(a=aside, b=_removed("Two")).requirements
    assert overlap.kind == "same_requirement"


def test_an_order_is_found_among_three():
    texts = {
        "a": _renamed("Uno", "Un"),
        "b": _renamed("One", "Uno"),
        "c": _modified("One", "C SHALL."),
    }
    for names in permutations(texts):
        overlaps = _overlaps(**{name: texts[name] for name in names}).requirements
        assert [overlap.requirement for overlap in overlaps] == ["One", "Uno"]
        assert overlaps[0].order == ("c", "b")
        assert overlaps[1].order == ("b", "a")
    three = _overlaps(
        a=_modified("New", "The lamp SHALL."), b=_added("New"), c=_renamed("New", "Newer")
    ).requirements
    assert three[0].requirement == "New"
    assert three[0].order == ("b", "a", "c")
    assert three[0].pairs == (("a", "b"), ("a", "c"), ("b", "c"))


def test_where_too_many_meet_they_count_as_a_conflict_untried():
    texts = {f"c{at:02}": _removed("One") for at in range(MOST_COMPARED + 1)}
    (overlap,) = _overlaps(**texts).requirements
    assert (overlap.kind, overlap.pairs, overlap.order) == ("conflict", (), ())
    assert len(overlap.claims) == MOST_COMPARED + 1


def test_changes_that_touch_one_spec_are_listed_in_order_even_without_a_common_requirement():
    changes = {
        "b-c": _change("b-c", _added("X")),
        "b_a": _change("b_a", _added("Y")),
        "other": _change("other", _added("X"), id_="shade"),
    }
    report = find_overlaps(changes, {})
    assert report.requirements == ()
    assert [(spec.spec, spec.changes, spec.requirements) for spec in report.specs] == [
        ("lamp", ("b_a", "b-c"), 0)
    ]


def test_deltas_that_cannot_be_read_touch_nothing():
    closed = Source(b"", "can't be read", "EACCES")
    path = "specs/lamp/spec.md"
    changes = {
        "a": ChangeFiles("a", {path: "file"}, {path: closed}),
        "b": _change("b", _modified("One")),
    }
    assert find_overlaps(changes, {"lamp": closed}) == find_overlaps({}, {})
    changes["a"] = _change("a", _modified("One"))
    assert find_overlaps(changes, {"lamp": closed}).requirements[0].kind == "conflict"


def test_a_conflict_says_what_to_do():
    def why(**texts):
        return [overlap.why for overlap in _overlaps(**texts).requirements]

    same = _modified("One", "A SHALL.")
    assert why(a=same, b=same) == [""]
    assert why(a=_added("New"), b=_modified("New", "B SHALL.")) == [
        "Archive them in this order, no other works: a, b."
    ]
    assert why(a=same, b=_removed("One"), c=same)[0].endswith("base one on the other: a, b, c.")
    many = {f"c{at:02}": _removed("One") for at in range(MOST_COMPARED + 1)}
    assert why(**many) == ["25 changes do more to it than can be tried out."]


def _archived(base, *deltas):
    """The main spec after these deltas, one after the other; None where one is refused."""
    for text in deltas:
        try:
            base = rebuild("lamp", text, base, "x").text
        except Refused:
            return None
    return base


_NAMES = ["One", "one", "Two", "New"]
_TEXTS = ["The lamp SHALL.", "A SHALL.", "The lamp SHALL.\nA SHALL."]
_OPERATIONS = [
    *(
        make(name, text, scenarios=scenarios)
        for make in (_added, _modified)
        for name in _NAMES
        for text in _TEXTS
        for scenarios in (("On",), ("On", "Off"))
    ),
    *map(_removed, _NAMES),
    *(_renamed(source, target) for source, target in permutations(_NAMES, 2)),
]
# Most of these could be archived alone, so that it shows what one makes of the other.
_alone = [text for text in _OPERATIONS if _archived(MAIN.text, text) is not None]
_delta = st.lists(
    st.one_of(st.sampled_from(_alone), st.sampled_from(_OPERATIONS)), min_size=1, max_size=2
).map("".join)


@settings(deadline=None)
@given(_delta, _delta)
def test_changes_without_a_conflict_can_be_archived_in_either_order(first, second):
    main = MAIN.text
    if _archived(main, first) is None or _archived(main, second) is None:
        return
    overlaps = _overlaps(a=first, b=second).requirements
    forth, back = _archived(main, first, second), _archived(main, second, first)
    if all(overlap.kind == "same_requirement" for overlap in overlaps):
        assert forth is not None
        assert back is not None
    for order, result in ((("a", "b"), forth), (("b", "a"), back)):
        if overlaps and all(overlap.order == order for overlap in overlaps):
            assert result is not None


def test_whatever_one_operation_spoils_for_another_is_told_as_a_conflict():
    """All pairs of single operations that could be archived alone."""
    for first in _alone:
        for second in _alone[::5]:
            forth, back = (
                _archived(MAIN.text, *pair) for pair in ((first, second), (second, first))
            )
            overlaps = _overlaps(a=first, b=second).requirements
            if forth is None or back is None:
                assert any(overlap.kind == "conflict" for overlap in overlaps)
            if any(overlap.order == ("a", "b") for overlap in overlaps):
                assert forth is not None


def test_a_change_that_names_a_requirement_too_often_is_not_tried_out():
    often = "## REMOVED Requirements\n" + "- `### Requirement: One`\n" * (MOST_OPERATIONS + 1)
    (overlap,) = _overlaps(a=often, b=_removed("One")).requirements
    assert (overlap.kind, overlap.pairs) == ("conflict", ())
    assert overlap.why == "2 changes do more to it than can be tried out."
    renames = "".join(_renamed(f"Other {at}", "One") for at in range(MOST_OPERATIONS))
    others = "## REMOVED Requirements\n" + "".join(
        f"- `### Requirement: Other {at}`\n" for at in range(MOST_OPERATIONS)
    )
    report = _overlaps(a=renames, b=_removed("One"), c=others + "- `### Requirement: One`\n")
    (overlap,) = [item for item in report.requirements if item.requirement == "One"]
    assert (overlap.kind, overlap.pairs) == ("conflict", ())
