"""Viewers get a video's pictures as they came, and right pixels wherever these are needed."""

import random

import pytest

from geometry_ws.render.decode import decode
from geometry_ws.render.jpeg import encode_jpeg
from geometry_ws.scene.attention import Look
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill
from geometry_ws.scene.surface import Unread
from tests.stream.streaming import JPEG, RED, Node, draw, noise, picture, sent

WHOLE = Rect(0, 0, 100, 80)


class Film:
    """A video whose program has encoded it, and which of its pictures were read."""

    def __init__(self, node, surface):
        self.node, self.surface, self.read, self.number = node, surface, [], 0

    def step(self):
        self.number = number = self.number + 1
        tile = Tile("jpeg", file_of(number), lossless=False)
        draw(self.node, self.surface, Unread(WHOLE, tile, lambda: self._read(number)))

    def _read(self, number):
        self.read.append(number)
        return decode("jpeg", file_of(number), 100, 80, opaque=True)


def file_of(number):
    return encode_jpeg(noise(100, 80, number), 60)


def showing(*viewers):
    """A node with a film that has begun, and viewers that bring something along."""
    node = Node()
    film = Film(node, picture(node, content="video"))
    for number, joining in enumerate(viewers, 1):
        node.join(number, joining=joining)
    film.step()
    node.settle()
    film.read.clear()
    return node, film


def test_viewers_of_jpeg_need_no_pixels():
    node, film = showing(JPEG, JPEG)
    for _ in range(10):
        film.step()
        [publish] = sent(node, 1)
        assert [op.data for op in publish.frame.ops] == [file_of(film.number)]
    assert film.read == []


def test_a_viewer_that_knows_no_jpeg_gets_pixels():
    node, film = showing(JPEG, None)
    film.step()
    node.settle()
    node.check_pictures()
    assert film.read == [2]


def test_the_last_picture_is_read_when_it_rests():
    node, film = showing(JPEG)
    for _ in range(5):
        film.step()
        sent(node, 1)
    node.settle()
    node.check_pictures()
    assert film.read == [6]


def test_a_viewer_that_joins_gets_the_newest_picture():
    node, film = showing(JPEG)
    for _ in range(5):
        film.step()
        sent(node, 1)
    node.join(7)
    node.settle()
    node.check_pictures()


@pytest.mark.parametrize("seed", range(8))
def test_everybody_has_the_world_in_the_end(seed):
    rng = random.Random(seed)
    node, film = showing(JPEG, None, JPEG)
    for _ in range(60):
        what = rng.choice(["film"] * 6 + ["fill", "look", "join", "away", "read"])
        if what == "film":
            film.step()
        elif what == "fill":
            draw(node, film.surface, Fill(Rect(rng.randrange(60), 5, 30, 30), RED))
        elif what == "look":
            node.look(2, rng.choice([Look(0, 0, 50, 50), Look(5000, 0, 10, 10)]))
        elif what == "join":
            node.rejoin(3)
        elif what == "away":
            node.clients[1].paused = not node.clients[1].paused
            node.stream.pause(1, node.now, paused=node.clients[1].paused)
        else:
            for client, own in node.clients.items():
                while (done := own.read()) is not None:
                    node.stream.ack(client, "e1", *done, 0, node.now)
        node.now += rng.choice([0.0, 0.02, 0.04, 0.3])
        node.tick()
    node.settle()
    node.check_pictures()
