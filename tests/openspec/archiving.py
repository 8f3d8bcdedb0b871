"""What tests of archiving share: a day, options, a folder's contents, and an editor that saves."""

import datetime

import pytest

from geometry_ws.openspec.format import errors
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions

TODAY = datetime.date(2026, 11, 24)
OPTIONS = ArchiveOptions(allow_incomplete=True)
LOCK = "changes/archive/.openspec-archive.lock"


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def refusal(store, change="dimmer", options=OPTIONS, **more):
    with pytest.raises(errors.ArchiveRefused) as caught:
        store.archive(change, TODAY, options, **more)
    return caught.value.code


def save_once(monkeypatch, where, name, save):
    """Have somebody save right before the first call of a function."""
    real, saved = getattr(where, name), []

    def call(*args, **kwargs):
        if not saved:
            saved.append(True)
            save()
        return real(*args, **kwargs)

    monkeypatch.setattr(where, name, call)
