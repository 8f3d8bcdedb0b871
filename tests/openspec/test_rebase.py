"""A change merged with what has changed in the specs since: what is written, and what is left."""

import json

import pytest

from geometry_ws.openspec.commands import writes
from geometry_ws.openspec.disk.rebase_change import RebaseRequest
from geometry_ws.openspec.format import errors
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import (
    DONE,
    FIRST,
    LOCK,
    NAME,
    REMEMBER,
    SCENARIO,
    delta_of,
    lost,
    modified,
    opened,
    spec_of,
    two_changes,
)
from tests.openspec.openspec_answers import ours


def archived(project):
    """A store in which one of two changes was archived under the other."""
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    return store


def spec_changes(project, store, *sentences):
    """Somebody writes the requirement anew, in the spec itself."""
    path = project.folder / "specs/lamp/spec.md"
    path.write_text(spec_of(project).replace(FIRST, "\n".join(sentences)))
    store.reload()
    store.read_bases()


def test_what_does_not_touch_is_merged_by_itself_and_archived(project):
    store = archived(project)
    shown = store.rebase("remember", dry=True)
    assert delta_of(project).read_text() == modified(REMEMBER)
    done = store.rebase("remember")
    assert shown.documents == done.documents
    assert delta_of(project).read_text() == modified(LOCK, REMEMBER)
    assert not lost(store.state)
    store.archive("remember", TODAY, OPTIONS)
    assert LOCK in spec_of(project)
    assert REMEMBER in spec_of(project)


def test_nothing_else_in_the_document_changes_and_line_ends_stay(project):
    store = opened(two_changes(project))
    text = f"\ufeff# A title\n\nA note.\n\n{modified(REMEMBER)}\n## Notes\n\nThe end\n"
    delta_of(project).write_bytes(text.replace("\n", "\r\n").encode())
    store.archive("lock", TODAY, OPTIONS)
    store.rebase("remember")
    wanted = text.replace(FIRST, f"{FIRST}\n{LOCK}").replace("\n", "\r\n")
    assert delta_of(project).read_bytes().decode() == wanted


def test_a_sentence_that_both_rewrote_is_left_to_a_person(project):
    project.change("remember", tasks=DONE, delta=modified().replace(FIRST, REMEMBER))
    store = opened(project)
    spec_changes(project, store, LOCK)
    done = store.rebase("remember")
    assert not done.done
    assert not done.documents
    conflict = done.left[0].merge.conflicts[0]
    assert [side[0].text for side in (conflict.base, conflict.theirs, conflict.ours)] == [
        FIRST, LOCK, REMEMBER,
    ]  # fmt: skip
    both = f"The lamp SHALL lock and remember.\n{SCENARIO}"
    store.rebase("remember", RebaseRequest("lamp", NAME, text=both))
    assert "lock and remember" in delta_of(project).read_text()
    assert not lost(store.state)
    store.archive("remember", TODAY, OPTIONS)
    assert "lock and remember" in spec_of(project)


def test_a_delta_is_taken_as_it_is_where_somebody_says_so_but_no_further(project, tmp_path):
    store = opened(two_changes(project), tmp_path)
    store.archive("lock", TODAY, OPTIONS)
    done = store.rebase("remember", RebaseRequest(ours=True))
    assert not done.documents
    assert not lost(store.state)
    assert not lost(opened(project, tmp_path).state)
    spec_changes(project, store, FIRST, "The lamp SHALL hum.")
    assert lost(store.state) == {NAME: ("The lamp SHALL hum.",)}


REMOVAL = f"## REMOVED Requirements\n\n### Requirement: {NAME}\n**Reason**: old\n"


def test_a_removal_of_what_was_written_since_is_asked_for(project):
    project.change("away", tasks=DONE, delta=REMOVAL)
    project.write("specs/lamp/spec.md", spec_of(project) + "\n### Requirement: O\nIt SHALL.\n"
                  "\n#### Scenario: S\n- x\n")  # fmt: skip
    store = opened(project)
    spec_changes(project, store, FIRST, LOCK)
    assert lost(store.state, "away") == {NAME: (LOCK,)}
    assert [item.summary.operation for item in store.rebase("away").left] == ["removed"]
    with pytest.raises(errors.NotAllowed):
        store.rebase("away", RebaseRequest("lamp", NAME, text=FIRST))
    store.rebase("away", RebaseRequest(ours=True))
    store.archive("away", TODAY, OPTIONS)
    assert LOCK not in spec_of(project)


PAIR = f"- FROM: `### Requirement: {NAME}`\n- TO: `### Requirement: Power`\n"
RENAME = f"## RENAMED Requirements\n\n{PAIR}"


@pytest.mark.parametrize(
    ("delta", "after"),
    [
        (REMOVAL, REMOVAL.replace(NAME, "Power")),
        (modified(REMEMBER), modified(REMEMBER, name="Power")),
    ],
)
def test_a_delta_follows_a_requirement_to_its_new_name(project, delta, after):
    project.change("renames", tasks=DONE, delta=RENAME)
    project.change("follows", tasks=DONE, delta=delta)
    store = opened(project)
    store.archive("renames", TODAY, OPTIONS)
    moved = store.state.changes["follows"].moved[0]
    assert (moved.what, moved.renamed_to) == ("renamed", "Power")
    store.rebase("follows")
    assert delta_of(project, "follows").read_text() == after
    assert not lost(store.state, "follows")


def test_two_that_add_the_same_are_merged_into_a_modification(project):
    added = (
        "## ADDED Requirements\n\n### Requirement: New\nIt SHALL {}.\n\n#### Scenario: {}\n- x\n"
    )
    project.change("one", tasks=DONE, delta=added.format("glow", "Glow"))
    project.change("two", tasks=DONE, delta=added.format("hum", "Hum"))
    store = opened(project)
    store.archive("one", TODAY, OPTIONS)
    store.rebase("two")
    assert delta_of(project, "two").read_text().startswith("## MODIFIED Requirements")
    store.archive("two", TODAY, OPTIONS)
    for words in ("SHALL glow", "SHALL hum", "Scenario: Glow", "Scenario: Hum"):
        assert words in spec_of(project)


def test_what_was_removed_meanwhile_can_be_added_again(project):
    project.write("specs/lamp/spec.md", spec_of(project) + "\n### Requirement: O\nIt SHALL.\n"
                  "\n#### Scenario: S\n- x\n")  # fmt: skip
    project.change("away", tasks=DONE, delta=REMOVAL)
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    store = opened(project)
    store.archive("away", TODAY, OPTIONS)
    assert store.state.changes["remember"].moved[0].what == "removed"
    assert store.rebase("remember").left
    store.rebase("remember", RebaseRequest(ours=True))
    assert delta_of(project).read_text().startswith("## ADDED Requirements")
    store.archive("remember", TODAY, OPTIONS)
    assert REMEMBER in spec_of(project)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("### Requirement: Other\nIt SHALL.", "must be that of"),
        (f"{FIRST}\n\n### Requirement: Second\nIt SHALL.", "begin something else"),
        (f"{FIRST}\n## REMOVED Requirements", "begin something else"),
        (f"{FIRST}\n```\nopen", "never closed"),
        ("", "no statement"),
    ],
)
def test_a_text_that_would_be_something_else_is_refused(project, text, words):
    store = archived(project)
    with pytest.raises(errors.NotAllowed, match=words):
        store.rebase("remember", RebaseRequest("lamp", NAME, text=text))
    assert delta_of(project).read_text() == modified(REMEMBER)


def test_what_is_written_must_be_what_was_looked_at(project):
    store = archived(project)
    for wanted in (
        RebaseRequest("lamp", NAME, text=FIRST, revision="0" * 16),
        RebaseRequest("lamp", NAME, text=FIRST, base_revision="0" * 16),
    ):
        with pytest.raises(errors.StaleRevision):
            store.rebase("remember", wanted)
    with pytest.raises(errors.NotAllowed):
        store.rebase("remember", RebaseRequest("lamp", "Other", text=FIRST))
    with pytest.raises(errors.NoSuchChange):
        store.rebase("nothing")


# --- the command --------------------------------------------------------------------------


def answer(project, state, *words):
    return ours(project.root, *words, state=state)


def under_way(project, state):
    """Two changes that a command has seen, one of them archived by a command."""
    two_changes(project)
    assert answer(project, state, "archive", "lock", "--yes")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        "validate remember", "validate --all", "validate --changes --strict",
        "status --change remember", "status --all", "overlap", "overlap remember", "list",
    ],
)  # fmt: skip
def test_commands_tell_of_it_beside_what_the_official_tool_tells(project, tmp_path, words):
    under_way(project, tmp_path)
    status, out, beside = answer(project, tmp_path, *words.split())
    assert status == 0
    assert LOCK in beside
    assert "geometry-ws openspec rebase remember" in beside
    document = json.loads(answer(project, tmp_path, *words.split(), "--json")[1])
    assert [entry["lost"] for entry in document["baseMoved"]] == [[LOCK]]
    if words.startswith("overlap"):
        return
    status, out, beside = answer(project, tmp_path, *words.split(), "--official", "--json")
    assert (status, beside) == (0, "")
    del document["baseMoved"]
    assert without_times(json.loads(out)) == without_times(document)


@pytest.mark.parametrize("words", ["change validate remember", "change list", "change list --json"])
def test_the_old_forms_tell_of_it_too(project, tmp_path, words):
    under_way(project, tmp_path)
    status, _, beside = answer(project, tmp_path, *words.split())
    assert (status, LOCK in beside) == (0, True)
    if words.startswith("change validate"):
        document = json.loads(answer(project, tmp_path, *words.split(), "--json")[1])
        assert [entry["lost"] for entry in document["baseMoved"]] == [[LOCK]]


def without_times(document):
    return [{**item, "durationMs": 0} for item in document.get("items", [])] or document


def test_archive_by_command_is_refused_asks_or_does_as_it_is_told(project, tmp_path):
    under_way(project, tmp_path)
    status, _, beside = answer(project, tmp_path, "archive", "remember", "--yes")
    assert status == 1
    assert LOCK in beside
    document = json.loads(answer(project, tmp_path, "archive", "remember", "--yes", "--json")[1])
    assert document["status"][0]["code"] == "base_moved"
    questions = []

    def ask(question, _usual):
        questions.append(question)
        return "take away" not in question

    assert ours(project.root, "archive", "remember", state=tmp_path, ask=ask)[0] == 0
    assert LOCK in questions[-1]
    assert LOCK in spec_of(project)
    assert answer(project, tmp_path, "archive", "remember", "--yes", "--accept-base")[0] == 0
    assert LOCK not in spec_of(project)


def test_rebase_shows_and_writes_only_when_told(project, tmp_path):
    under_way(project, tmp_path)
    status, out, _ = answer(project, tmp_path, "rebase", "remember")
    assert status == 0
    assert f"+{LOCK}" in out.split("\n")
    assert delta_of(project).read_text() == modified(REMEMBER)
    document = json.loads(answer(project, tmp_path, "rebase", "remember", "--json")[1])["rebase"]
    assert not document["written"]
    assert answer(project, tmp_path, "rebase", "remember", "--write")[0] == 0
    assert delta_of(project).read_text() == modified(LOCK, REMEMBER)
    assert "nothing has changed" in answer(project, tmp_path, "rebase", "remember")[1]
    assert answer(project, tmp_path, "archive", "remember", "--yes")[0] == 0


def test_rebase_says_what_is_left_to_choose(project, tmp_path):
    two_changes(project)
    project.change("remember", tasks=DONE, delta=modified().replace(FIRST, REMEMBER))
    project.change("lock", tasks=DONE, delta=modified().replace(FIRST, LOCK))
    assert answer(project, tmp_path, "archive", "lock", "--yes")[0] == 0
    status, out, _ = answer(project, tmp_path, "rebase", "remember", "--write")
    assert status == 1
    for words in (f"base: {FIRST}", f"theirs: {LOCK}", f"ours: {REMEMBER}", "--ours --write"):
        assert words in out
    assert answer(project, tmp_path, "rebase", "remember", "--ours", "--write")[0] == 0
    assert answer(project, tmp_path, "archive", "remember", "--yes")[0] == 0
    assert answer(project, tmp_path, "rebase", "nothing")[0] == 1


def test_only_a_rebase_that_writes_needs_the_right_to_write():
    assert writes(["rebase", "remember", "--write"])
    assert not writes(["rebase", "remember", "--json"])
