"""Streams at a real node: loss that is mended, sessions that are resumed, a process that stands."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from twisted.internet.defer import Deferred

from geometry_ws.client import Connection, Viewer
from geometry_ws.protocol.seats import PointerInput
from geometry_ws.render.codecs import FRAME_CODECS, VIDEO_CODECS
from geometry_ws.render.video import encodable

pytestmark = pytest.mark.router


async def at(node, main):
    return await Connection(node.url, retry=False).serve(main)


def photo(width: int, height: int, seed: int) -> np.ndarray:
    """Soft shapes with grain, (height, width, 3): nothing that compresses without loss."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([np.sin(x / 9 + seed), np.cos(y / 7), np.sin((x + y) / 13)], axis=2)
    grain = np.random.default_rng(seed).integers(-20, 20, (height, width, 3))
    return np.clip(waves * 90 + 128 + grain, 0, 255).astype(np.uint8)


def codecs_of(plane: str):
    """The codecs of all pictures of a plane, as a viewer hears of them."""
    codecs: list[str] = []

    def heard(painted):
        ops = painted.frame.get("ops", ())
        codecs.extend(op[3] for op in ops if op[0] == "image" and op[1] == plane)

    return codecs, heard


def bgra(rgb: np.ndarray) -> bytes:
    alpha = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    return np.concatenate([rgb[..., ::-1], alpha], axis=2).tobytes()


async def test_a_video_comes_with_loss_and_rests_without(node):
    async def main(client):
        surface = await client.create_surface(width=320, height=180, opaque=True, content="video")
        codecs, heard = codecs_of(surface.id)
        viewer = Viewer(on_frame=heard, codecs=FRAME_CODECS)
        await viewer.attach(client)
        for step in range(5):
            await surface.commit(photo(320, 180, step))
        assert set(codecs) == {"jpeg"}
        last = bgra(photo(320, 180, 4))
        await viewer.until(lambda v: v.planes[surface.id].pixels.tobytes() == last)
        assert codecs[-1] in ("webp", "png", "deflate", "raw")
        await viewer.detach()

    await at(node, main)


async def test_attaching_again_needs_no_patience(node):
    """What came last before detaching has come, though the pace left no time to say so."""

    async def main(client):
        surface = await client.create_surface(width=64, height=48, opaque=True)
        viewer = Viewer()
        for step in range(3):
            await viewer.attach(client)
            await viewer.until(lambda v, step=step: v.statistics.keyframes > step)
            for red in range(4):
                await surface.commit(np.full((48, 64, 3), (step, red, 0), np.uint8))
            await viewer.detach()
            heard = viewer.statistics.messages
            await client.sleep(0.5)  # longer than the node waits for an ack
            assert viewer.statistics.messages == heard
        stats = (await client.call("stream.stats"))["totals"]
        assert stats["stuck"] == 0
        assert viewer.statistics.refreshes == 0

    await at(node, main)


@pytest.mark.skipif(not encodable(), reason="PyAV isn't installed")
@pytest.mark.parametrize("codec", VIDEO_CODECS)
async def test_who_decodes_videos_gets_a_video_that_rests_exactly(node, codec):
    async def main(client):
        surface = await client.create_surface(width=321, height=180, opaque=True, content="video")
        kinds: list[tuple[str, str, object]] = []

        def heard(painted):
            ops = [op for op in painted.frame.get("ops", ()) if op[1] == surface.id]
            kinds.extend((op[0], op[3], op[-1] if op[0] == "video" else None) for op in ops)

        def videos():
            return [kind for kind in kinds if kind[0] == "video"]

        viewer = Viewer(on_frame=heard, codecs=("jpeg", codec))
        attached = await viewer.attach(client)
        assert {"jpeg", codec} <= set(attached.codecs)
        await viewer.until(lambda v: surface.id in v.planes)
        shown = []
        for step in range(8):
            await surface.commit(photo(321, 180, step))
            await viewer.until(lambda v, count=step: len(videos()) > count)
            shown.append(viewer.planes[surface.id].pixels.copy())
        assert videos() == [("video", codec, number == 0) for number in range(8)]
        # A step that took so long that the picture was at rest was refined, beside the video.
        since = kinds[kinds.index(videos()[0]) :]
        assert {kind[1] for kind in since if kind[0] == "image"} <= {"deflate", "raw"}
        for step, pixels in enumerate(shown):
            difference = pixels[..., 2::-1].astype(float) - photo(321, 180, step)
            assert np.square(difference).mean() < 600, "nearly the same, in the same colours"
        last = bgra(photo(321, 180, 7))
        await viewer.until(lambda v: v.planes[surface.id].pixels.tobytes() == last)
        assert kinds[-1][0] == "image"
        assert viewer.statistics.refreshes == 0
        stats = await client.call("stream.stats", stream="world")
        assert stats["totals"]["videos"] >= 8
        await viewer.detach()

    await at(node, main)


async def test_text_is_never_sent_with_loss(node):
    async def main(client):
        surface = await client.create_surface(width=320, height=180, opaque=True, content="text")
        codecs, heard = codecs_of(surface.id)
        viewer = Viewer(on_frame=heard)
        await viewer.attach(client)
        for step in range(3):
            await surface.commit(photo(320, 180, step))
        await viewer.detach()
        assert codecs
        assert "jpeg" not in codecs

    await at(node, main)


async def test_a_viewer_goes_on_over_another_session_without_a_keyframe(node):
    viewer = Viewer()

    async def main(client):
        surface = await client.create_surface(width=60, height=50)
        await surface.fill((200, 0, 0))

        async def first(other):
            await viewer.attach(other)
            await viewer.until(lambda v: surface.id in v.planes)

        async def second(other):
            attached = await viewer.attach(other)
            assert attached.resumed
            expected = bgra(np.full((50, 60, 3), (0, 9, 0), np.uint8))
            await viewer.until(lambda v: v.planes[surface.id].pixels.tobytes() == expected)
            await viewer.detach()

        await at(node, first)
        keyframes = viewer.statistics.keyframes
        await surface.fill((0, 9, 0))
        await at(node, second)
        assert viewer.statistics.keyframes == keyframes
        assert viewer.statistics.resumes == 1
        assert viewer.statistics.refreshes == 0

    await at(node, main)


async def test_an_input_is_followed_to_the_frame_that_answers_it(node):
    """Its owner names it as the cause; the frame says so, and the ledger how long it took."""
    causes: list[dict] = []
    shown: Deferred = Deferred()

    def heard(painted):
        if "cause" in painted.frame:
            causes.append({**painted.frame["cause"], **painted.frame})

    def presented(event):
        if causes and event.frame >= causes[0]["seq"] and not shown.called:
            shown.callback(event)

    async def main(client):
        surface = await client.create_surface(width=50, height=50, x=9000, presented=True)

        async def pressed(event):
            await surface.commit(ops=[["fill", [0, 0, 50, 50], [9, 9, 9, 255]]], cause=event.input)

        await surface.on_input(pressed)
        await surface.on_presented(presented)
        viewer = Viewer(on_frame=heard)
        attached = await viewer.attach(client)
        await viewer.until(lambda v: surface.id in v.planes)
        down = PointerInput(phase="down", x=9005.0, y=5.0, buttons=1)
        client.tell("seat.pointer", {"phase": down.phase, "x": down.x, "y": down.y, "buttons": 1})
        event = await shown
        assert (event.surface, event.epoch, event.viewers) == (surface.id, attached.epoch, 1)
        (cause,) = causes
        assert 0 <= cause["input_us"] <= cause["commit_us"] <= cause["time_us"] <= event.time_us
        stats = await client.call("stream.stats")
        assert stats["ledger"]["input_ack"]["count"] >= 1
        assert stats["ledger"]["input_ack"]["max_ms"] > 0
        (mine,) = [
            viewer for viewer in stats["viewers"] if viewer["acks"] and viewer["frames"] >= 2
        ]
        assert mine["quality"] == "sharp"
        assert mine["window_bytes"] >= mine["in_flight_bytes"]
        await viewer.detach()

    await at(node, main)


FROZEN = """
import sys
from geometry_ws.client import Connection, Viewer, run

async def main(client):
    viewer = Viewer(on_frame=lambda painted: print(painted.frame["seq"], flush=True))
    await viewer.attach(client)
    await viewer.until(lambda v: False)

run(main, sys.argv[1])
"""


async def test_a_process_that_stands_still_costs_little_and_comes_back_to_the_present(node):
    child = subprocess.Popen(
        [sys.executable, "-c", FROZEN, node.url], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline(), "it gets its keyframe"

        async def main(client):
            surface = await client.create_surface(width=160, height=120)
            viewer = Viewer()
            await viewer.attach(client)
            os.kill(child.pid, signal.SIGSTOP)
            before = await client.call("stream.stats")
            picture = np.random.default_rng(3).integers(0, 256, (120, 160, 3), np.uint8)
            for step in range(120):
                await surface.commit(np.roll(picture, step, axis=1))
            stats = await client.call("stream.stats")
            frozen = max(stats["viewers"], key=lambda viewer: viewer["in_flight_bytes"])
            assert frozen["state"] == "waiting"
            assert frozen["in_flight_bytes"] < frozen["window_bytes"] + 260_000
            assert frozen["skipped"] >= 60
            assert stats["seq"] - before["seq"] >= 120, "the other one got every step"
            os.kill(child.pid, signal.SIGCONT)
            while True:
                await client.sleep(0.1)
                stats = await client.call("stream.stats")
                same = [
                    viewer for viewer in stats["viewers"] if viewer["viewer"] == frozen["viewer"]
                ]
                if same and same[0]["state"] == "live" and not same[0]["in_flight_bytes"]:
                    break
            assert same[0]["frames"] <= 60, "nothing old was kept for it"
            await viewer.detach()

        await at(node, main)
    finally:
        os.kill(child.pid, signal.SIGCONT)
        child.kill()
        child.wait()
        child.stdout.close()
