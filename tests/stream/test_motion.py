"""What is noticed without a word of the program: videos, while they move and don't compress."""

import numpy as np
import pytest

from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.stream import motion
from tests.stream.playing import FRAME, H264, NONE, kind, watched
from tests.stream.streaming import EPOCH, Node, draw, noise


def played(node: Node, surface: str, op: object, gap: float = FRAME) -> str:
    """What viewers get of one picture: the kinds of all operations, those of the first first."""
    draw(node, surface, op)
    node.now += gap
    node.frames.clear()
    node.tick()
    for number, client in node.clients.items():
        while (done := client.read()) is not None:
            node.stream.ack(number, EPOCH, *done, 100, node.now)
    in_order = sorted(node.frames, key=lambda publish: publish.eligible)
    return "".join(kind(op) for publish in in_order for op in publish.frame.ops)


def photo(seed: int) -> Image:
    return Image(Rect(0, 0, 100, 80), noise(100, 80, seed))


def drawing(seed: int) -> Image:
    """Many colours, but each row is nearly the one before."""
    pixels = np.full((80, 100, 4), 255, np.uint8)
    pixels[..., 0] = np.arange(100, dtype=np.uint8) + seed
    pixels[..., 1] = seed % 250
    return Image(Rect(0, 0, 100, 80), pixels)


def videos(node: Node) -> tuple[str, ...]:
    return node.stream.stats(node.now).videos


def test_what_moves_all_over_and_does_not_compress_is_a_video_and_exact_at_rest() -> None:
    node, surface = watched(H264, NONE, content="auto")
    kinds = [played(node, surface, photo(seed)) for seed in range(30)]
    begun = next(number for number, each in enumerate(kinds) if "K" in each)
    assert begun == motion.PICTURES - 1
    assert set(kinds[:begun]) == {"i"}, "one exact picture for both"
    assert kinds[begun] == "Ki", "a video for who decodes one, pictures with loss for the other"
    assert set(kinds[begun + 1 :]) == {"vi"}
    assert videos(node) == (surface,)
    node.settle()
    node.check_pictures()
    node.now += motion.REST_SECONDS
    assert videos(node) == ()


@pytest.mark.parametrize("gap", [FRAME, 0.12])
def test_what_compresses_stays_exact_however_fast_it_moves(gap) -> None:
    node, surface = watched(H264, content="auto")
    kinds = {played(node, surface, drawing(seed), gap) for seed in range(40)}
    assert kinds == {"i"}
    assert not videos(node)


@pytest.mark.parametrize("content", ["lossless", "text", "photo"])
def test_a_word_of_the_program_is_not_overruled(content) -> None:
    node, surface = watched(H264, content=content)
    kinds = {played(node, surface, photo(seed)) for seed in range(20)}
    assert kinds == {"i"}
    assert not videos(node)


def test_slow_pictures_are_exact_each() -> None:
    node, surface = watched(H264, content="auto")
    gap = motion.SECONDS / (motion.PICTURES - 2)
    kinds = {played(node, surface, photo(seed), gap) for seed in range(20)}
    assert kinds == {"i"}


def test_small_changes_make_no_video() -> None:
    node, surface = watched(H264, content="auto")
    small = [Image(Rect(0, 0, 60, 60), noise(60, 60, seed)) for seed in range(20)]
    assert {played(node, surface, op) for op in small} == {"i"}


def test_a_change_after_a_rest_is_exact() -> None:
    node, surface = watched(H264, content="auto")
    for seed in range(20):
        played(node, surface, photo(seed))
    node.settle()
    node.now += motion.REST_SECONDS
    assert played(node, surface, photo(99)) == "i"
    node.check_pictures()


def test_a_video_that_becomes_a_drawing_is_exact_again_after_a_while() -> None:
    node, surface = watched(H264, content="auto")
    for seed in range(20):
        played(node, surface, photo(seed))
    kinds = [played(node, surface, drawing(seed)) for seed in range(2 * motion.LOOK_AGAIN)]
    ended = kinds.index("i")
    assert ended <= motion.LOOK_AGAIN + 1
    assert set(kinds[ended:]) == {"i"}


def test_fills_over_all_are_no_video() -> None:
    node, surface = watched(H264, content="auto")
    whole = Rect(0, 0, 100, 80)
    assert {played(node, surface, Fill(whole, (seed, 0, 0, 255))) for seed in range(20)} == {"f"}


def test_a_surface_that_goes_is_forgotten() -> None:
    node, surface = watched(H264, content="auto")
    for seed in range(20):
        played(node, surface, photo(seed))
    node.act("destroy", "a", surface)
    node.settle()
    assert not videos(node)
