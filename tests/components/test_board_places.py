"""Places of cards survive, and no file on disk can stop the board."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.board.model import Lane
from geometry_ws.components.board.places import Places, read_places, write_places

names = st.text(max_size=9)
orders = st.dictionaries(st.sampled_from(Lane), st.lists(names, max_size=4))
views = st.dictionaries(names, st.dictionaries(st.integers(0, 40), st.integers(0, 9)), max_size=4)


@pytest.mark.slow
@given(orders, views)
def test_what_was_written_is_read(tmp_path_factory, order, views):
    path = tmp_path_factory.mktemp("state") / "deep" / "board.json"
    write_places(path, Places(order, views, {"one"}).to_json())
    assert read_places(path) == Places(order, views, {"one"})
    assert [entry.name for entry in path.parent.iterdir()] == ["board.json"]


def test_of_an_older_board_open_cards_stay_and_places_are_counted_and_dropped(tmp_path):
    path = tmp_path / "board.json"
    path.write_bytes(b'{"places": {"a": [1, 2], "b": [3, 4]}, "expanded": ["c"]}')
    places = read_places(path)
    assert (places.strays, places.expanded, places.order) == (2, {"c"}, {})
    write_places(path, places.to_json())
    assert read_places(path).strays == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"order": {"a": [1]}}', b"\xff\xfe"])
def test_a_broken_file_gives_no_places(tmp_path, content):
    path = tmp_path / "board.json"
    path.write_bytes(content)
    assert read_places(path) == Places()


def test_no_file_gives_no_places(tmp_path):
    assert read_places(tmp_path / "nothing") == Places()
