"""Conflicts of open changes over the wire: told where the changes are, and by whom they came."""

import pytest

from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.documents import ServedDocuments
from geometry_ws.components.openspec.views import ServedViews
from geometry_ws.components.openspec.wire import MOST_OPPONENTS, change_info
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.openspec.format.model import ChangeState, Conflict, Progress, Status
from geometry_ws.protocol import changes, documents, projects, writing
from tests.components.served_project import (
    CALLER,
    SPEC,
    answer,
    serving,
    take_turns_at_once,
    write_project,
)

LIGHT = "The lamp SHALL give light."


def modified(sentence):
    block = SPEC.split("## Requirements\n\n")[1].replace(LIGHT, f"{LIGHT}\n{sentence}")
    return f"## MODIFIED Requirements\n\n{block}"


@pytest.fixture
def served(tmp_path):
    files = {"specs/lamp/spec.md": SPEC}
    for name in ("dim", "blink"):
        files[f"changes/{name}/proposal.md"] = f"# {name}\n"
        files[f"changes/{name}/tasks.md"] = "- [ ] 1.1 Do it\n"
        files[f"changes/{name}/specs/lamp/spec.md"] = modified(f"The lamp SHALL {name}.")
    for registry in serving(write_project(tmp_path, files)):
        take_turns_at_once(registry)
        yield registry


def listed(served):
    answered = answer(ServedChanges(served).list_changes(CALLER, changes.ListChanges()))
    return {change.change: change.conflicts for change in answered.changes}


def test_each_change_names_the_other_and_all_say_the_same_as_the_overlaps(served):
    overlaps = answer(ServedViews(served).find_overlaps(CALLER, projects.OneProject()))
    (overlap,) = overlaps.requirements
    for name, other in (("dim", "blink"), ("blink", "dim")):
        (conflict,) = listed(served)[name]
        assert (conflict.spec, conflict.requirement) == (overlap.spec, overlap.requirement)
        assert (conflict.changes, conflict.why, conflict.more) == ([other], overlap.why, 0)


def write(served, change, document, text):
    asked = documents.OneDocument(change=change, document=document)
    known = answer(ServedDocuments(served).get_document(CALLER, asked)).document
    request = writing.SetDocument(
        change=change, document=document, text=text, revision=known.revision
    )
    answer(ServedWriting(served).set_document(CALLER, request))


def test_whoever_ends_a_conflict_is_the_author_of_the_event_about_both(served):
    write(served, "dim", "specs/lamp/spec.md", modified("The lamp SHALL blink."))
    (event,) = served.announced
    assert (event.by.session, event.by.authid) == (CALLER.session, CALLER.authid)
    assert {each.name: each.detail.conflicts for each in event.events} == {"dim": [], "blink": []}
    assert listed(served) == {"dim": [], "blink": []}
    create = writing.CreateChange(
        change="glow",
        documents=[
            writing.DocumentText(name="specs/lamp/spec.md", text=modified("It SHALL glow."))
        ],
    )
    answer(ServedWriting(served).create_change(CALLER, create))
    created = served.announced[-1]
    assert created.by is not None
    assert {each.name for each in created.events} == {"blink", "dim", "glow"}


def test_of_very_many_opponents_the_first_are_listed_and_the_others_counted():
    names = tuple(f"c{number:02}" for number in range(MOST_OPPONENTS + 7))
    conflict = Conflict("lamp", "Light", names, "Make one change of them.")
    state = ChangeState(
        "a", "A", Status.IN_PROGRESS, Progress(0, 1), "", conflicts=(conflict,) * 60
    )
    info = change_info(state)
    assert len(info.conflicts) == 50
    assert (len(info.conflicts[0].changes), info.conflicts[0].more) == (MOST_OPPONENTS, 7)
