"""A delta is shown as what each requirement is now and what it becomes."""

from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.deltas import deltas_of

MAIN = """## Purpose
Says how a desk lamp behaves, so that its owner knows what to expect of it.

## Requirements

### Requirement: Switching
The lamp SHALL light.

#### Scenario: On
- lights

#### Scenario: Off
- is dark

### Requirement: Standing
The lamp SHALL stand.

#### Scenario: Table
- stands
"""
SPECS = {"lamp": Source(MAIN.encode())}


def _deltas(**files):
    sources = {f"specs/{id_}/spec.md": Source(text.encode()) for id_, text in files.items()}
    return deltas_of(ChangeFiles("a", dict.fromkeys(sources, "file"), sources), SPECS)


def _block(name, *scenarios):
    steps = "".join(f"\n#### Scenario: {scenario}\n- x\n" for scenario in scenarios)
    return f"### Requirement: {name}\nThe lamp SHALL.\n{steps}"


def test_an_added_requirement_has_nothing_before():
    (lamp,) = _deltas(lamp="## ADDED Requirements\n" + _block("Dimming", "Turn"))
    (delta,) = lamp.requirements
    assert (delta.operation, delta.name, delta.before) == ("added", "Dimming", None)
    assert delta.after == _block("Dimming", "Turn").rstrip()
    assert (delta.added, delta.line) == (("Turn",), 2)
    assert (lamp.spec, lamp.path, lamp.is_new, lamp.refused) == (
        "lamp",
        "specs/lamp/spec.md",
        False,
        "",
    )
    assert lamp.base_revision == SPECS["lamp"].revision
    assert lamp.revision


def test_a_modified_requirement_is_shown_with_its_scenarios_kept_added_and_missing():
    (lamp,) = _deltas(lamp="## MODIFIED Requirements\n" + _block("Switching", "Off", "Blink"))
    (delta,) = lamp.requirements
    assert delta.before.startswith("### Requirement: Switching\nThe lamp SHALL light.")
    assert (delta.unchanged, delta.added, delta.missing) == (("Off",), ("Blink",), ("On",))
    assert lamp.refused == 'Modifying "Switching" would lose scenarios: "On".'


def test_a_removed_requirement_has_nothing_after():
    (lamp,) = _deltas(
        lamp="## REMOVED Requirements\n### Requirement: Standing\n- `### Requirement: X`"
    )
    standing, missing = lamp.requirements
    assert standing.before.startswith("### Requirement: Standing")
    assert (standing.after, standing.missing) == (None, ("Table",))
    assert (missing.name, missing.before, missing.after) == ("X", None, None)


def test_a_renamed_requirement_keeps_its_text_below_the_new_header():
    renames = (
        "## RENAMED Requirements\n- FROM: `### Requirement: Standing`\n"
        "- TO: `### Requirement: Standing up`\n- FROM: `### Requirement: X`\n"
        "- TO: `### Requirement: Y`\n"
    )
    (lamp,) = _deltas(lamp=renames + "## MODIFIED Requirements\n" + _block("Standing up", "Table"))
    modified, renamed, unknown = lamp.requirements
    assert (renamed.name, renamed.source) == ("Standing up", "Standing")
    assert renamed.after == renamed.before.replace("Standing", "Standing up")
    assert (modified.source, modified.before) == ("Standing", renamed.before)
    assert modified.unchanged == ("Table",)
    assert (unknown.before, unknown.after) == (None, None)
    assert "not in the spec" in lamp.refused


def test_a_chain_of_renames_leads_to_the_present_requirement_and_a_circle_to_none():
    def rename(source, target):
        return f"- FROM: `### Requirement: {source}`\n- TO: `### Requirement: {target}`\n"

    text = "## RENAMED Requirements\n" + rename("Standing", "B") + rename("B", "C")
    text += "## MODIFIED Requirements\n" + _block("C", "Table")
    (lamp,) = _deltas(lamp=text)
    assert lamp.requirements[0].before.startswith("### Requirement: Standing")
    text = "## RENAMED Requirements\n" + rename("P", "Q") + rename("Q", "P")
    (lamp,) = _deltas(lamp=text)
    assert [delta.before for delta in lamp.requirements] == [None, None]


def test_a_new_spec_is_told_as_new_and_takes_only_additions():
    fresh, shade = _deltas(
        fresh="## ADDED Requirements\n" + _block("A", "s"),
        shade="## MODIFIED Requirements\n" + _block("A", "s"),
    )
    assert (fresh.is_new, fresh.refused, fresh.base_revision) == (True, "", "")
    assert shade.is_new
    assert shade.refused.startswith("There is no such spec yet")


def test_what_cannot_be_read_is_told_and_shown_empty():
    unreadable = Source(b"", "can't be read: permission denied", "EACCES")
    source = Source(("## ADDED Requirements\n" + _block("A", "s")).encode())
    change = ChangeFiles("a", {"specs/x/spec.md": "file"}, {"specs/x/spec.md": unreadable})
    (delta,) = deltas_of(change, {})
    assert (delta.requirements, delta.revision) == ((), "")
    assert delta.refused == "The delta can't be read: permission denied."
    change = ChangeFiles("a", {"specs/x/spec.md": "file"}, {"specs/x/spec.md": source})
    (delta,) = deltas_of(change, {"x": unreadable})
    assert delta.refused == "The main spec can't be read: permission denied."
    assert (delta.is_new, delta.requirements[0].before) == (False, None)


def test_an_addition_of_what_is_there_shows_both_texts():
    (lamp,) = _deltas(lamp="## ADDED Requirements\n" + _block("Standing", "Table"))
    (delta,) = lamp.requirements
    assert delta.before.startswith("### Requirement: Standing")
    assert "has it already" in lamp.refused
