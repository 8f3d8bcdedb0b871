"""What the router's libraries make of words for debug lines."""

from types import ModuleType

import autobahn.util
import pytest
from crossbar import _util

from geometry_ws.wamp.upstream.reading import log_plainly


@pytest.fixture
def coloured(monkeypatch):
    """Both modules as they are; what is changed in them is taken back."""
    for module in (autobahn.util, _util):
        monkeypatch.setattr(module, "hl", module.hl)
    return autobahn.util, _util


def test_words_stay_as_they_are(coloured):
    log_plainly()
    log_plainly()
    for module in coloured:
        assert module.hlid(7) == "7"
        assert module.hl("word", color="red", bold=True) == "word"
        assert "\x1b" not in module.hltype(test_words_stay_as_they_are)


def test_libraries_without_these_names_are_left_alone():
    empty = ModuleType("empty")
    log_plainly(empty, empty)
    assert not hasattr(empty, "hl")
