"""Writes a PNG of all surfaces, with nothing but websockets, msgpack and docs/protocol.md."""

import argparse
import struct
import time
import zlib
from pathlib import Path

from msgpack import packb, unpackb
from websockets.sync.client import connect


class Planes:
    def __init__(self, epoch):
        self.epoch, self.seq, self.begun = epoch, 0, False
        self.planes, self.parts = {}, []  # name -> (place, (width, height), bytes)

    def take(self, frame):  # paints where the frame is complete; raises what `follow` catches
        index, count = frame.get("part", (0, 1))
        begins = frame.get("keyframe") or (self.begun and frame["base"] <= self.seq)
        goes_on = [part["seq"] for part in self.parts] == [frame["seq"]] * index
        parts, self.parts = [*self.parts[:index], frame], []
        if frame["epoch"] != self.epoch or not (goes_on if index else begins):
            raise ValueError(f"frame {frame['seq']}, part {index}, doesn't go on from {self.seq}")
        self.parts = parts if index + 1 < count else []
        if not self.parts:
            self.planes, self.seq, self.begun = self.painted(parts), frame["seq"], True

    def painted(self, parts):
        head, ops = parts[0], [op for part in parts for op in part.get("ops", ())]
        named = {place["plane"]: place for place in head.get("planes", ())}
        stay = set(named if head.get("keyframe") else self.planes) - set(head.get("removed", ()))
        planes = {name: plane for name, plane in self.planes.items() if name in stay}
        for name, place in named.items():
            is_for(place, "light", 1)  # raises ValueError where no look could be meant
            width, height = (place[side] * place.get("scale", 1) for side in ("width", "height"))
            _, before, pixels = planes.get(name, (place, (0, 0), b""))
            pixels = pixels if before == (width, height) else bytes(4 * width * height)
            planes[name] = place, (width, height), pixels
        buffers = {op[1]: bytearray(planes[op[1]][2]) for op in ops}
        for kind, name, *values in ops:
            paint(buffers[name], *planes[name][1:], kind, *values)
        return planes | {name: (*planes[name][:2], bytes(buffers[name])) for name in buffers}


def is_for(place, theme, scale):  # whether a look of this theme and scale shows a plane
    when = dict(place.get("shown_when") or {})
    least, below = when.get("scale", (None, None))
    ends = (1e-9 if least is None else least), (1e9 if below is None else below)
    if any(type(end) not in (int, float) for end in ends) or not 0 < ends[0] < ends[1]:
        raise ValueError("scales that no look has")
    if when.get("theme", theme) not in ("light", "dark"):
        raise ValueError("a theme that no look has")
    return when.get("theme", theme) == theme and ends[0] <= scale < ends[1]


def paint(buffer, size, before, kind, rect, value, *data):
    x, y, width, height = rect
    left, top = value if kind == "copy" else (x, y)
    outside = max(x, left) + width > size[0] or max(y, top) + height > size[1]
    match kind, value, data:
        case "copy", _, ():
            starts = range(4 * (y * size[0] + x), 4 * (y + height) * size[0], 4 * size[0])
            pixels = b"".join(before[at : at + 4 * width] for at in starts)
        case "fill", (red, green, blue, alpha), ():
            pixels = bytes((blue, green, red, alpha)) * (width * height)
        case "image", "raw" | "deflate", (pixels,):
            if value == "deflate":
                pixels = zlib.decompressobj().decompress(pixels, 4 * width * height + 1)
        case _:
            raise ValueError(f"{kind} in {value} is no operation that is known here")
    if outside or min(x, y, left, top) < 0 or not 0 < 4 * width * height == len(pixels):
        raise ValueError("an operation that doesn't fit its plane or its picture")
    for line in range(height):
        at = 4 * ((top + line) * size[0] + left)
        buffer[at : at + 4 * width] = pixels[4 * width * line : 4 * width * (line + 1)]


def picture(planes):  # a PNG of what an output shows at zoom 1 in light, all planes and no more
    planes = [plane for plane in planes if is_for(plane[0], "light", 1) and any(plane[2])]
    left, top = (min(place[at] for place, *_ in planes) for at in "xy")
    width = max(place["x"] + place["width"] for place, *_ in planes) - left
    height = max(place["y"] + place["height"] for place, *_ in planes) - top
    canvas = bytearray(bytes((243, 239, 237, 255)) * (width * height))
    for place, (columns, _), pixels in sorted(planes, key=lambda plane: plane[0]["z"]):
        opacity, scale = place.get("opacity", 1), place.get("scale", 1)
        for line in range(place["height"]):
            row = bytearray(memoryview(pixels).cast("I")[columns * line * scale :][:columns:scale])
            at = 4 * ((place["y"] - top + line) * width + place["x"] - left)
            alphas = [255] * place["width"] if place.get("opaque") else row[3::4]
            for channel in range(3 if opacity < 1 or min(alphas) < 255 else 0):
                below = canvas[at + channel : at + len(row) : 4]
                row[channel::4] = bytes(
                    round(new * opacity) + (old * (256 - round(alpha * opacity)) >> 8)
                    for new, old, alpha in zip(row[channel::4], below, alphas, strict=True)
                )
            canvas[at : at + len(row)] = row
    canvas[::4], canvas[2::4], canvas[3::4] = canvas[2::4], canvas[::4], b"\xff" * (width * height)
    rows = b"".join(b"\0" + canvas[at : at + 4 * width] for at in range(0, len(canvas), 4 * width))
    header = b"IHDR" + struct.pack("!IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = header, b"IDAT" + zlib.compress(rows), b"IEND"
    framed = (struct.pack("!I", len(c) - 4) + c + struct.pack("!I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


class Session:
    def __init__(self, url):
        self.socket = connect(url, subprotocols=["wamp.2.msgpack"], max_size=None)
        self.number, roles = 0, {"caller": {}, "subscriber": {}, "publisher": {}}
        self.socket.send(packb([1, "geometry", {"roles": roles}]))

    def send(self, kind, uri, *payload):
        self.number += 1
        self.socket.send(packb([kind, self.number, {}, "io.geometry_ws.v1." + uri, *payload]))

    def call(self, uri, **keywords):
        self.send(48, uri, [], keywords)
        while (message := unpackb(self.socket.recv(10)))[0] != 50:
            if message[0] in (3, 8):  # ABORT, ERROR
                raise SystemExit(f"{uri}: {message}")
        return message[3][0]


def follow(session):  # the planes, when nothing has come for a second
    session.send(32, "stream.on_frame.world")
    attached = session.call("stream.attach")
    view, pace = Planes(attached["epoch"]), attached["acks_per_second"]
    ack, arrived, acked_at, quiet_at = {}, 0, 0.0, time.monotonic() + 1
    while (now := time.monotonic()) < quiet_at:
        if 2 * arrived >= attached["window_bytes"] or (arrived and now >= acked_at + 1 / pace):
            session.send(16, "stream.ack", [], ack)
            arrived, acked_at = 0, now
        try:
            data = session.socket.recv(0.02)
            kind, *_, frame = unpackb(data)
            if kind == 36:
                arrived, quiet_at = arrived + len(data), now + 1
                pace, part = frame.get("acks_per_second", pace), frame.get("part", (0, 1))[0]
                ack = {"epoch": frame["epoch"], "seq": frame["seq"], "part": part}
                view.take(frame)
        except TimeoutError:
            continue
        except (LookupError, TypeError, ValueError, zlib.error) as problem:
            if view.begun:  # until a keyframe comes nothing else can be applied
                session.send(48, "stream.refresh", [], {"reason": str(problem)[:200]})
            view.begun = False
    session.send(16, "stream.ack", [], ack)
    return view.planes


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="ws://localhost:8081/ws", help="of the node")
    parser.add_argument("--png", default="world.png", help="the file to write")
    parser.add_argument("--tick", nargs=2, metavar=("CHANGE", "TASK"), help="tick a task first")
    options = parser.parse_args()
    session = Session(options.url)
    session.call("compositor.hello", major=1)
    if options.tick:
        change, number = options.tick
        task = session.call("task.list", change=change)["tasks"][int(number) - 1]
        session.call("task.set", change=change, task=task["id"], done=True, expect=task["text"])
    Path(options.png).write_bytes(picture(follow(session).values()))
