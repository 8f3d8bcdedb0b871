"""Pictures of a video stay unread until somebody needs their pixels; nobody can tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.changes import Painted, Tile
from geometry_ws.scene.commit import MOST_UNREAD
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.scene.surface import Unread
from geometry_ws.scene.world import Update, World

WIDTH, HEIGHT = 100, 80
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


class Film:
    """Pictures by number, and which of them were read."""

    def __init__(self):
        self.read = []

    def op(self, number, rect=WHOLE):
        return Unread(rect, tile(number), lambda: self._read(number, rect))

    def _read(self, number, rect):
        self.read.append(number)
        return pixels(number, rect)


def tile(number):
    return Tile("jpeg", b"picture %d" % number, lossless=False)


def pixels(number, rect=WHOLE):
    drawn = np.random.default_rng(number).integers(0, 256, (rect.h, rect.w, 4), np.uint8)
    drawn[..., 3] = 255
    if number >= 100:  # these differ in a corner alone
        drawn = pixels(1, rect)
        drawn[:8, :8] = number % 256, 0, 0, 255
    return drawn


def shown(content="video", **more):
    """A world with a surface, and a function that commits to it and gives what changed of it."""
    world = World()
    surface, _ = world.create("a", WIDTH, HEIGHT, opaque=True, content=content, **more)

    def commit(*ops, **more):
        return world.commit("a", [Update(surface, ops=ops, **more)]).planes[surface]

    return world.get(surface), commit


def test_most_pictures_of_a_video_are_never_read():
    film = Film()
    surface, commit = shown()
    for number in range(1, 65):
        change = commit(film.op(number))
        assert change.strokes == (Painted(WHOLE, tile(number)),)
        assert change.damage == Region([WHOLE])
    # Each sixteenth is compared with the picture before it.
    assert film.read == [1, 16, 17, 32, 33, 48, 49]
    assert np.array_equal(surface.buffer, pixels(64))
    assert np.array_equal(surface.buffer, pixels(64))
    assert film.read.count(64) == 1


def test_a_video_that_becomes_calm_is_sent_in_parts_soon():
    film = Film()
    _, commit = shown()
    commit(film.op(1))
    areas = [commit(film.op(number)).damage.area for number in range(100, 140)]
    assert areas[MOST_UNREAD:] == [64] * (40 - MOST_UNREAD)


def test_the_same_picture_again_changes_nothing():
    film = Film()
    _, commit = shown()
    for number in (1, 2):
        commit(film.op(number))
    assert commit(film.op(2)).strokes == ()
    assert film.read == [1]


@pytest.mark.parametrize("content", ["auto", "photo", "text", "lossless"])
def test_what_is_no_video_is_read_at_once(content):
    film = Film()
    _, commit = shown(content)
    for number in (1, 2, 3):
        commit(film.op(number))
    assert film.read == [1, 2, 3]


def test_a_part_or_a_clipped_picture_is_read_at_once():
    film = Film()
    surface, commit = shown()
    commit(film.op(1))
    commit(film.op(2, Rect(0, 0, 50, 80)))
    commit(film.op(1))
    commit(film.op(3), damage=[Rect(0, 0, 10, 10)])
    commit(film.op(4), Fill(Rect(0, 0, 5, 5), (1, 2, 3, 255)))
    assert film.read == [1, 2, 1, 3, 4]
    assert surface.buffer[0, 0].tolist() == [1, 2, 3, 255]


def test_a_picture_that_cannot_be_read_leaves_the_one_before():
    film = Film()
    surface, commit = shown()
    commit(film.op(1))

    def fail():
        raise MemoryError

    commit(Unread(WHOLE, tile(2), fail))
    with pytest.raises(MemoryError):
        _ = surface.buffer
    assert np.array_equal(surface.buffer, pixels(1))


def test_a_thread_draws_over_what_was_read_before():
    film = Film()
    world = World()
    name, _ = world.create("a", WIDTH, HEIGHT, opaque=True, content="video")
    for number in (1, 2):
        world.commit("a", [Update(name, ops=[film.op(number)])])
    drawing = world.begin("a", [Update(name, ops=[Fill(Rect(0, 0, 5, 5), (9, 9, 9, 255))])])
    assert film.read == [1, 2]
    drawing.draw(apart=True)
    assert np.array_equal(world.get(name).buffer, pixels(2))
    world.finish(drawing)
    assert world.get(name).buffer[0, 0].tolist() == [9, 9, 9, 255]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("picture"), st.integers(1, 6)),
        st.tuples(st.just("picture"), st.integers(100, 104)),
        st.tuples(st.just("fill"), st.integers(0, 60)),
        st.tuples(st.just("copy"), st.integers(0, 40)),
        st.tuples(st.just("part"), st.integers(1, 40)),
        st.tuples(st.just("size"), st.sampled_from([60, WIDTH])),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=40,
)


@given(STEPS)
def test_a_surface_shows_the_same_whether_pictures_are_read_or_not(steps):
    film, now = Film(), WIDTH
    lazy, commit_lazy = shown()
    eager, commit_eager = shown()
    for kind, value in steps:
        more = {}
        rect = Rect(0, 0, now, HEIGHT)
        if kind == "look":
            assert np.array_equal(lazy.buffer, eager.buffer)
            continue
        if kind == "picture":
            ops = [film.op(value, rect)], [Image(rect, pixels(value, rect), tile(value))]
        elif kind == "part":
            part = Rect(0, 0, value, value)
            ops = [film.op(value, part)], [Image(part, pixels(value, part), tile(value))]
        elif kind == "size":
            more, now = {"width": value}, value
            ops = [], []
        else:
            square = Rect(value % 40, value % 30, 20, 20)
            op = Fill(square, (value, 0, 0, 255)) if kind == "fill" else Copy(square, (0, 0))
            ops = [op], [op]
        seen = commit_lazy(*ops[0], **more)
        exact = commit_eager(*ops[1], **more)
        assert seen.damage.contains(exact.damage)
    assert np.array_equal(lazy.buffer, eager.buffer)
