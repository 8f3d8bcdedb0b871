"""A viewer with a connection of its own, as docs/viewer-howto.md explains it.

python examples/viewer.py [ws://localhost:8081/ws]
"""

import argparse
import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from geometry_ws.client.acks import Acks
from geometry_ws.client.canvas import Canvas
from geometry_ws.protocol.names import REALM, uri
from geometry_ws.render.codecs import FRAME_CODECS

ACK_SECONDS = 1 / 15  # no node asks for more acks a second


@dataclass
class State:
    canvas: Canvas = field(default_factory=Canvas)
    acks: Acks = field(default_factory=Acks)
    token: str = ""
    draw_us: int = 0


async def attach(session, state):
    keywords = {"stream": "world", "codecs": [*FRAME_CODECS]}
    if state.token and state.canvas.whole:
        shown = {"epoch": state.canvas.epoch, "seq": state.canvas.seq}
        keywords["resume"] = {"token": state.token, **shown}
    attached = await session.call(uri("stream.attach"), **keywords)
    if not attached["resumed"]:
        state.canvas.restart()
    state.token = attached["token"]
    state.acks.begin(attached["window_bytes"], attached["acks_per_second"])
    print("resumed" if attached["resumed"] else "attached", flush=True)


def take_frame(state, frame):
    started = time.monotonic()
    took = state.canvas.take(frame)
    state.draw_us = int((time.monotonic() - started) * 1e6)
    if took.acks_per_second:
        state.acks.pace(took.acks_per_second)
    if took.position is not None:
        values = [value for op in frame.get("ops", ()) for value in op]
        size = sum(len(value) for value in values if isinstance(value, bytes))
        state.acks.took(took.position, size)
    if took.damage:
        print(f"frame {state.canvas.seq} paints {', '.join(took.damage)}", flush=True)
    return took.reason


def acknowledge(session, state):
    if position := state.acks.next(time.monotonic()):
        ack = {"stream": "world", "draw_us": state.draw_us, **position._asdict()}
        session.publish(uri("stream.ack"), **ack)


async def follow(session, state):
    messages = asyncio.Queue()  # frames wait here until attach has answered
    await session.call(uri("compositor.hello"), major=1)
    await session.subscribe(lambda **new: messages.put_nowait(new), uri("stream.on_frame.world"))
    await session.subscribe(lambda **_: messages.put_nowait(None), uri("stream.on_detached.world"))
    await attach(session, state)
    refresh_at = 0.0
    while session.is_attached():
        with suppress(TimeoutError):
            frame = await asyncio.wait_for(messages.get(), ACK_SECONDS)
            if frame is None:
                state.token = ""
                await attach(session, state)
            elif (reason := take_frame(state, frame)) and time.monotonic() >= refresh_at:
                refresh_at = time.monotonic() + 0.5
                await session.call(uri("stream.refresh"), stream="world", reason=reason[:200])
        acknowledge(session, state)


def main(url):
    from autobahn.asyncio.component import Component, run

    state = State()
    transport = {"type": "websocket", "url": url, "serializers": ["msgpack"], "max_retries": -1}
    program = Component(lambda _, session: follow(session, state), [transport], realm=REALM)
    run([program], log_level="error")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Follows the world and prints each frame.")
    parser.add_argument("url", nargs="?", default="ws://localhost:8081/ws", help="of the node")
    main(parser.parse_args().url)
