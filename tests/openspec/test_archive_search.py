"""Search through the archive finds what a look at each document finds, and nothing that was."""

import os
import shutil
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.disk import archive_search
from geometry_ws.openspec.disk.archive_reader import ArchiveReader
from geometry_ws.openspec.disk.archive_search import ArchiveSearch
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views import search_corpus
from geometry_ws.openspec.views.search import (
    Gathered,
    Place,
    SearchDocument,
    change_documents,
    search_documents,
    search_words,
)
from geometry_ws.openspec.views.search_block import piece_of
from geometry_ws.openspec.views.search_corpus import Corpus, piece_order
from geometry_ws.openspec.views.search_index import TextIndex

# --- the same as a look at each document --------------------------------------------------

_LINES = st.text(alphabet="aAbßİſﬁ#`\ufeff\u2028é -1", max_size=8)
_TEXTS = st.lists(st.one_of(_LINES, _LINES.map("# {}".format), st.just("```")), max_size=12).map(
    "\n".join
)
_PATHS = st.sampled_from(["proposal.md", "tasks.md", "design.md", "specs/a/spec.md", "É.md"])
_NAMES = st.sampled_from(["a", "ab", "2026-01-01-a", "B", "straße", "_b", "b-a", "c"])
_CHANGES = st.dictionaries(_NAMES, st.dictionaries(_PATHS, _TEXTS, max_size=4), max_size=6)
_QUERIES = st.lists(
    st.sampled_from(["a", "b", "ss", "aa", "f", "i", "#", "é", "1", "-", '"a b"', "ab", "`", "c"]),
    min_size=1,
    max_size=4,
).map(" ".join)


def _changes(texts):
    return {
        name: ChangeFiles(
            name, dict.fromkeys(files, "file"), {p: Source(t.encode()) for p, t in files.items()}
        )
        for name, files in texts.items()
    }


def _pieces(change):
    pieces = [
        piece_of(document.id, document.path, document.names, TextIndex(document.source))
        for document in change_documents(change, archived=True)
    ]
    return sorted(pieces, key=piece_order)


def _gathered(corpus, changes, query, most):
    """What the corpus finds, as the searcher takes it."""
    looked = corpus.look(search_words(query), most)
    places = []
    for place in looked.best:
        piece = place.document
        source = changes[piece.id].sources[piece.path]
        document = SearchDocument("archived", piece.id, piece.path, source, piece.names)
        places.append(Place(document, TextIndex(source), place.rank, place.line, place.parts))
    return Gathered(tuple(places), looked.documents, looked.count)


def _plain(changes, query, most):
    documents = [
        document
        for change in changes.values()
        for document in change_documents(change, archived=True)
    ]
    return search_documents(query, (), archived=documents, most=most)


@given(_CHANGES, _QUERIES, st.integers(1, 12), st.sampled_from([1, 20, 10_000]))
@example({"a": {"proposal.md": "# a\n" * 20 + "a\n" * 20}}, "a", 50, 1)
@example({"b": {"tasks.md": "a\n" * 9 + "# x\n" + "é\na\nb"}}, "a b é", 5, 1)
@example({"b": {"tasks.md": "éa\na\U0001f600\na"}}, "a", 5, 1)
@example({"straße": {"proposal.md": ""}}, "strasse", 5, 1)
@settings(max_examples=400)
def test_a_corpus_finds_what_a_look_at_each_document_finds(texts, query, most, block_bytes):
    changes = _changes(texts)
    corpus = Corpus(block_bytes)
    corpus.put({name: _pieces(change) for name, change in changes.items()})
    plain = _plain(changes, query, most)
    by_corpus = search_documents(
        query, (), elsewhere=_gathered(corpus, changes, query, most), most=most
    )
    assert by_corpus == plain


@given(
    st.lists(
        st.tuples(_NAMES, st.dictionaries(_PATHS, _TEXTS, max_size=3)), min_size=1, max_size=10
    ),
    _QUERIES,
)
def test_changes_may_be_put_in_one_after_the_other(steps, query):
    corpus, texts = Corpus(30), {}
    for name, files in steps:
        texts[name] = files
        corpus.put({name: _pieces(_changes({name: files})[name])})
    changes = _changes(texts)
    by_corpus = search_documents(query, (), elsewhere=_gathered(corpus, changes, query, 20))
    assert (by_corpus.documents, by_corpus.hits[:20]) == (
        (plain := _plain(changes, query, 50)).documents,
        plain.hits[:20],
    )


# --- from disk ----------------------------------------------------------------------------


def _search(archive, names, query, *, trust=None, most=50, **more):
    result = archive.search(search_words(query), names, most, trust=trust, **more)
    return search_documents(
        query, (), archived=result.documents, elsewhere=result.gathered, most=most
    )


def _there(project):
    folder = project.folder / "changes/archive"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def _plainly(project, names, query, most=50):
    documents = ArchiveReader(project.folder).documents(names)
    return search_documents(query, (), archived=documents, most=most)


_STEPS = st.lists(
    st.tuples(st.sampled_from("wdmst"), st.integers(0, 3), st.sampled_from(["lamp", "desk"])),
    max_size=14,
)


@given(room=st.sampled_from([64 * 2**20, 40, 0]), steps=_STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_search_finds_what_is_there(project, room, steps):
    """Edits, deletions and moves between searches, each of them reported as the watcher does."""
    shutil.rmtree(project.folder / "changes/archive", ignore_errors=True)
    names = [f"2026-02-0{number + 1}-more" for number in range(4)]
    archive = ArchiveSearch(ArchiveReader(project.folder), room)
    root = project.folder / "changes/archive"
    for step, number, word in steps:
        name = names[number]
        if step == "w":
            # The size stays the same, and often the time: only the word tells.
            archive.distrust([str(project.write(f"changes/archive/{name}/proposal.md", word))])
        elif step == "d":
            shutil.rmtree(root / name, ignore_errors=True)
            archive.distrust([str(root / name)])
        elif step == "m" and (root / name).is_dir():
            other = names[(number + 1) % 4]
            shutil.rmtree(root / other, ignore_errors=True)
            (root / name).rename(root / other)
            archive.distrust([str(root / name), str(root / other)])
        else:
            there = _there(project)
            trust = 1 if step == "s" else None
            for query in ("lamp", "desk more"):
                assert _search(archive, there, query, trust=trust) == _plainly(
                    project, there, query
                )


@pytest.fixture
def archive(project):
    """A project with two archived changes, written a while ago."""
    for name in ("2026-01-01-red", "2026-01-02-blue"):
        project.write(f"changes/archive/{name}/proposal.md", f"# A lamp for {name}\n")
        project.write(f"changes/archive/{name}/tasks.md", "- [x] Solder the lamp\n")
    _grow_old(project)
    return project


def _grow_old(project):
    past = time.time() - 60
    for path in (project.folder / "changes/archive").rglob("*"):
        os.utime(path, (past, past))


NAMES = ["2026-01-01-red", "2026-01-02-blue"]


def _counting(monkeypatch, reader):
    """The names of the changes that are read from now on."""
    read, real = [], reader.read_anew
    monkeypatch.setattr(reader, "read_anew", lambda name: read.append(name) or real(name))
    return read


def test_nothing_is_read_twice_while_the_watcher_is_trusted(archive, monkeypatch):
    reader = ArchiveReader(archive.folder)
    search, read = ArchiveSearch(reader), _counting(monkeypatch, reader)
    looked, same = [], reader.is_same
    monkeypatch.setattr(reader, "is_same", lambda *asked: looked.append(asked) or same(*asked))
    first = _search(search, NAMES, "lamp", trust=1)
    assert (first.documents, read) == (4, NAMES)
    read.clear()
    assert _search(search, NAMES, "lamp", trust=1) == first
    assert read == looked == []
    search.distrust([f"{archive.folder}/changes/archive/{NAMES[1]}/tasks.md"])
    assert _search(search, NAMES, "lamp", trust=1) == first
    assert read == [NAMES[1]]


def test_where_word_was_lost_everything_is_looked_at(archive, monkeypatch):
    reader = ArchiveReader(archive.folder)
    search = ArchiveSearch(reader)
    assert _search(search, NAMES, "violet", trust=1).documents == 0
    archive.write(f"changes/archive/{NAMES[0]}/tasks.md", "- [x] A violet lamp\n")
    assert _search(search, NAMES, "violet", trust=2).documents == 1


@pytest.mark.parametrize("trust", [1, None])
def test_no_hit_stands_on_a_document_that_is_another_by_now(archive, trust):
    """The watcher's word of it hasn't come yet."""
    search = ArchiveSearch(ArchiveReader(archive.folder))
    assert _search(search, NAMES, "solder", trust=trust).documents == 2
    archive.write(f"changes/archive/{NAMES[0]}/tasks.md", "- [x] Screw the lamps\n")
    shutil.rmtree(archive.folder / "changes/archive" / NAMES[1])
    assert _search(search, NAMES, "solder", trust=trust).hits == ()
    assert _search(search, NAMES, "screw", trust=trust).documents == 1


def test_a_hit_shows_the_document_as_it_is_written_now(archive):
    search = ArchiveSearch(ArchiveReader(archive.folder))
    _search(search, NAMES, "solder", trust=1)
    archive.write(f"changes/archive/{NAMES[0]}/tasks.md", "- [x] SOLDER the lamp\n")
    assert _search(search, NAMES[:1], "solder", trust=1).hits[0].snippet == "- [x] SOLDER the lamp"


def test_where_somebody_writes_all_the_time_each_document_is_searched_as_it_is(
    archive, monkeypatch
):
    search = ArchiveSearch(ArchiveReader(archive.folder))
    monkeypatch.setattr(archive_search, "_indexed", lambda _piece, _source: None)
    assert _search(search, NAMES, "solder", trust=1) == _plainly(archive, NAMES, "solder")


def test_a_link_and_what_may_not_be_read_are_looked_at_by_each_search(archive):
    notes = archive.write("notes.md", "violet\n")
    (archive.folder / f"changes/archive/{NAMES[0]}/notes.md").symlink_to(notes)
    search = ArchiveSearch(ArchiveReader(archive.folder))
    assert _search(search, NAMES, "violet", trust=1).documents == 1
    notes.write_text("indigo\n")
    assert _search(search, NAMES, "indigo", trust=1).documents == 1
    assert _search(search, NAMES, "violet", trust=1).documents == 0


def test_words_that_reach_over_lines_are_found_as_ever(archive):
    archive.write(f"changes/archive/{NAMES[0]}/notes.md", "one\ntwo\n")
    search = ArchiveSearch(ArchiveReader(archive.folder))
    query = '"one\ntwo"'
    assert _search(search, NAMES, query, trust=1) == _plainly(archive, NAMES, query)


def test_a_search_reads_no_longer_than_it_may_and_says_what_is_left(archive):
    search = ArchiveSearch(ArchiveReader(archive.folder))
    times = iter(range(100))
    words = search_words("solder")
    asked = {"trust": 1, "seconds": 1.0, "clock": lambda: next(times)}
    first = search.search(words, NAMES, 50, **asked)
    assert (first.gathered.documents, first.unread) == (1, 1)
    second = search.search(words, NAMES, 50, **asked)
    assert (second.gathered.documents, second.unread) == (2, 0)


def test_what_there_is_no_room_for_is_found_as_well(archive):
    size = len("# A lamp for 2026-01-01-red\n- [x] Solder the lamp\n") + 2
    search = ArchiveSearch(ArchiveReader(archive.folder), size)
    for _ in range(2):
        assert _search(search, NAMES, "lamp", trust=1) == _plainly(archive, NAMES, "lamp")
    assert search._corpus.size < size


def test_what_nobody_has_word_of_is_seen_after_a_while(archive, monkeypatch):
    """As on a disk that another machine writes to."""
    monkeypatch.setattr(archive_search, "_SETTLED_NANOSECONDS", 0)
    search = ArchiveSearch(ArchiveReader(archive.folder))
    _search(search, NAMES, "violet", trust=1)
    archive.write(f"changes/archive/{NAMES[1]}/tasks.md", "- [x] A violet lamp\n")
    search.look_again(seconds=-1.0)
    assert _search(search, NAMES, "violet", trust=1).documents == 0
    search.look_again(seconds=60.0)
    assert _search(search, NAMES, "violet", trust=1).documents == 1


def test_after_a_failure_everything_is_read_again(archive, monkeypatch):
    search = ArchiveSearch(ArchiveReader(archive.folder))
    _search(search, NAMES, "lamp", trust=1)
    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr(search_corpus, "Block", lambda _pieces: (_ for _ in ()).throw(MemoryError))
        search.distrust([f"{archive.folder}/changes/archive/{NAMES[1]}"])
        _search(search, NAMES, "lamp", trust=1)
    assert _search(search, NAMES, "lamp", trust=1).documents == 4
