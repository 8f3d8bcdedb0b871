"""The register's file: only its user reads it, it is written as a whole or not at all."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from geometry_ws.access import file as access_file
from geometry_ws.access.file import BadAccessFile, change_register, read_register, stamp
from geometry_ws.access.register import Register, add_person, add_token
from geometry_ws.access.tokens import new_token


def added(name, role="viewer", token=""):
    def change(register):
        register = add_person(register, name, role, 1000)
        if token:
            register = add_token(register, name, token, "key", 1000)
        return register, name

    return change


@pytest.fixture
def file(tmp_path):
    return tmp_path / "access.json"


def names(file):
    return [person.name for person in read_register(file).people]


def test_what_is_written_is_read(file):
    assert read_register(file) == Register()
    assert stamp(file) is None
    token = new_token()
    assert change_register(file, added("ann", token=token)) == "ann"
    before = stamp(file)
    assert names(file) == ["ann"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token not in file.read_text()
    change_register(file, added("bob"))
    assert stamp(file) != before
    assert names(file) == ["ann", "bob"]


def test_a_change_that_changes_nothing_writes_nothing(file):
    change_register(file, added("ann"))
    before = stamp(file)
    change_register(file, lambda register: (register, None))
    assert stamp(file) == before


def test_changes_at_once_lose_nothing(file):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: change_register(file, added(f"p{number}")), range(24)))
    assert sorted(names(file)) == sorted(f"p{number}" for number in range(24))


def fails(problem):
    def fail(*_):
        raise OSError(problem, os.strerror(problem))

    return fail


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(file, monkeypatch, step):
    change_register(file, added("ann"))
    if step == "fsync":
        monkeypatch.setattr(access_file.os, "fsync", fails(errno.ENOSPC))
    else:
        monkeypatch.setattr(Path, "replace", fails(errno.ENOSPC))
    with pytest.raises(BadAccessFile, match="No space left on device; it is as it was"):
        change_register(file, added("bob"))
    assert names(file) == ["ann"]
    assert sorted(path.name for path in file.parent.iterdir()) == ["access.json", "access.lock"]


BROKEN = {
    "empty": b"",
    "cut": b'{"version": 1, "register": {"peo',
    "no JSON": b"\xff\xfe",
    "something else": b"[]",
    "another version": b'{"version": 2, "register": {}}',
    "an unknown role": b'{"version":1,"register":{"people":[{"name":"a","role":"root","made":1}]}}',
    "no name": b'{"version":1,"register":{"people":[{"name":"a b","role":"viewer","made":1}]}}',
    "twice": b'{"version":1,"register":{"people":['
    b'{"name":"a","role":"viewer","made":1},{"name":"A","role":"viewer","made":1}]}}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_in_a_sentence_and_not_overwritten(file, kind):
    file.write_bytes(BROKEN[kind])
    file.chmod(0o600)
    with pytest.raises(BadAccessFile, match=r"access\.json .*; repair it, or delete it"):
        read_register(file)
    with pytest.raises(BadAccessFile):
        change_register(file, added("ann"))
    assert file.read_bytes() == BROKEN[kind]


def test_a_file_that_others_can_read_is_not_believed(file):
    change_register(file, added("ann"))
    file.chmod(0o640)
    with pytest.raises(BadAccessFile, match="run chmod 600"):
        read_register(file)


def test_a_foreign_file_is_not_believed(file, monkeypatch):
    change_register(file, added("ann"))
    monkeypatch.setattr(access_file.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(BadAccessFile, match="belongs to another user"):
        read_register(file)


def test_neither_a_link_nor_a_folder_nor_a_pipe_is_the_file(file, tmp_path):
    other = tmp_path / "other.json"
    change_register(other, added("ann"))
    file.symlink_to(other)
    with pytest.raises(BadAccessFile):
        read_register(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(BadAccessFile):
        read_register(file)
    file.rmdir()
    os.mkfifo(file)
    with pytest.raises(BadAccessFile, match="is no file"):
        read_register(file)
