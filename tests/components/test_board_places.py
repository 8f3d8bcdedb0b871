"""Places of cards survive, and no file on disk can stop the board."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.components.board.places import Places, read_places, write_places


@pytest.mark.slow
@given(st.dictionaries(st.text(max_size=9), st.tuples(st.integers(-9999, 9999), st.integers(0, 9))))
def test_what_was_written_is_read(tmp_path_factory, places):
    path = tmp_path_factory.mktemp("state") / "deep" / "board.json"
    write_places(path, Places(places, {"one"}).to_json())
    assert read_places(path) == Places(places, {"one"})
    assert [entry.name for entry in path.parent.iterdir()] == ["board.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"places": {"a": [1]}}', b"\xff\xfe"])
def test_a_broken_file_gives_no_places(tmp_path, content):
    path = tmp_path / "board.json"
    path.write_bytes(content)
    assert read_places(path) == Places()


def test_no_file_gives_no_places(tmp_path):
    assert read_places(tmp_path / "nothing") == Places()
