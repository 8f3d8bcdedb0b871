"""Bytes that are no UTF-8 are shown as U+FFFD, and no writer of ours puts that in their place."""

import pytest

from geometry_ws.openspec.disk.rebase_change import RebaseRequest
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import Unreadable
from geometry_ws.openspec.format.text import decode, decode_exactly, encode_exactly
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import DONE, FIRST, LOCK, modified, opened, read, two_changes

ODD = b"caf\xe9 \xff\xc3("


def put_odd_bytes(path):
    """Put bytes that are no text behind a document's first sentence."""
    data = path.read_bytes().replace(FIRST.encode(), FIRST.encode() + b" " + ODD, 1)
    assert ODD in data
    path.write_bytes(data)


def test_they_come_through_a_merge_of_another_requirement(project):
    spec = project.folder / "specs/lamp/spec.md"
    put_odd_bytes(spec)
    addition = modified(LOCK, name="Locking").replace("MODIFIED", "ADDED")
    project.change("lock", tasks=DONE, delta=addition)
    store = project.store()
    assert "not UTF-8" in store.state.specs["lamp"].problem
    before = spec.read_bytes()
    store.archive("lock", TODAY, OPTIONS)
    after = spec.read_bytes()
    assert after.startswith(before.rstrip(b"\n"))
    assert LOCK.encode() in after
    assert b"\xef\xbf\xbd" not in after


def test_they_come_from_a_delta_into_its_spec(project):
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    put_odd_bytes(project.folder / "changes/lock/specs/lamp/spec.md")
    project.store().archive("lock", TODAY, OPTIONS)
    assert ODD in (project.folder / "specs/lamp/spec.md").read_bytes()


@pytest.mark.parametrize("place", ["specs/lamp/spec.md", "changes/remember/specs/lamp/spec.md"])
def test_a_rebase_that_would_write_them_anew_is_refused(project, place):
    store = opened(two_changes(project))
    store.archive("lock", TODAY, OPTIONS)
    put_odd_bytes(project.folder / place)
    before = (project.folder / place).read_bytes()
    read(store)
    with pytest.raises(Unreadable, match="UTF-8"):
        store.rebase("remember", RebaseRequest())
    assert (project.folder / place).read_bytes() == before


def test_a_page_that_shows_them_cannot_save_over_them(project):
    spec = project.folder / "specs/lamp/spec.md"
    put_odd_bytes(spec)
    store = Store(project.folder)
    store.load()
    source = store.files.specs["lamp"]
    shown = source.text
    with pytest.raises(Unreadable, match="line "):
        store.write_document(f"{shown}\n", revision=source.revision, spec="lamp")
    assert ODD in spec.read_bytes()
    meant = shown.replace(decode(ODD), "café")
    store.write_document(meant, revision=source.revision, spec="lamp")
    assert "café" in spec.read_text("utf-8")


def test_every_byte_comes_back():
    for data in (ODD, b"", bytes(range(256)), "é\ufffd".encode()):
        assert encode_exactly(decode_exactly(data)) == data
