"""Messages that arrive at a session as lines. Pure; nothing that a peer sent is trusted."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from geometry_ws.cli.values import brief, escape, one_line, shorten, size
from geometry_ws.protocol.names import short
from geometry_ws.protocol.outputs import Outputs
from geometry_ws.protocol.projects import Projects
from geometry_ws.protocol.registry import topic_of
from geometry_ws.protocol.surfaces import Surfaces

_SHOWN = 3
_DIM, _CYAN, _PLAIN = "\x1b[2m", "\x1b[36m", "\x1b[0m"

Keywords = Mapping[str, Any]


def text_line(time: float, topic: str, summary: str, colour: bool) -> str:
    """A message as ``11:29:03.123  topic  summary``; time in seconds since 1970."""
    clock = datetime.datetime.fromtimestamp(time).strftime("%H:%M:%S.%f")[:-3]
    name = escape(short(topic))
    if colour:
        return f"{_DIM}{clock}{_PLAIN}  {_CYAN}{name}{_PLAIN}  {summary}"
    return f"{clock}  {name}  {summary}"


def json_line(
    time: float, topic: str, keywords: Keywords, args: Iterable[Any], count: int, data: bool
) -> str:
    """A message as one JSON object; its ``size`` is ``count``, the bytes on the wire."""
    fields: dict[str, Any] = {"time": round(time, 6), "topic": topic, "size": count}
    fields["keywords"] = keywords
    if given := list(args):
        fields["args"] = given
    return one_line(fields, data)


def summarise(topic: str, keywords: Keywords, args: Iterable[Any] = ()) -> str:
    """What a message says, in a few words, by its topic."""
    declared = topic_of(topic)
    special = _SUMMARIES.get(declared.name) if declared else None
    if special is not None:
        try:
            return special(keywords)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            pass  # not what its topic promises: shown as it is
    words = brief(keywords)
    if given := list(args):
        words = f"{words} {shorten(one_line(given), 160)}".strip()
    return words or "(empty)"


def summarise_frame(frame: Keywords, damage: Mapping[str, Any], count: int) -> str:
    """A frame as ``frame 13 ← 12  2 planes  3 ops  412 B  damage s1 40×20 at 0, 0``."""
    words = [f"frame {frame['seq']} ← {frame['base']}"]
    if frame.get("keyframe"):
        words.append("keyframe")
    index, parts = frame.get("part", (0, 1))
    if parts > 1:
        words.append(f"part {index + 1} of {parts}")
    for name, singular, plural in (
        ("planes", "plane", "planes"),
        ("removed", "removed", "removed"),
        ("ops", "op", "ops"),
    ):
        if number := len(frame.get(name, ())):
            words.append(f"{number} {singular if number == 1 else plural}")
    words.append(size(count))
    if damage:
        shown = [f"{escape(plane)} {_rect(rect)}" for plane, rect in list(damage.items())[:_SHOWN]]
        rest = f" and {len(damage) - _SHOWN} more" if len(damage) > _SHOWN else ""
        words.append(f"damage {', '.join(shown)}{rest}")
    return "  ".join(words)


def _rect(rect: Any) -> str:
    x, y, width, height = rect
    return f"{width}×{height} at {x}, {y}"


def _surface(keywords: Keywords) -> str:
    what = f"{escape(keywords['change'])} {escape(keywords['id'])}"
    info = keywords.get("surface")
    if not info:
        return what
    title = escape(shorten(str(info["title"]), 60))
    place = f"{info['width']}×{info['height']} at {info['x']}, {info['y']}"
    return escape(f'{what} "{title}" {place}')


def _output(keywords: Keywords) -> str:
    info = keywords["output"]
    camera = info.get("camera")
    looks = "everything"
    if camera:
        looks = f"{camera['x']:g}, {camera['y']:g} at {camera['zoom']:g}×"
    return escape(f"{info['output']} {info['width']}×{info['height']}, shows {looks}")


def _project(keywords: Keywords) -> str:
    words = [_happening(event) for event in keywords["events"][:_SHOWN]]
    if (more := len(keywords["events"]) - _SHOWN) > 0:
        words.append(f"and {more} more")
    if by := keywords.get("by"):
        words.append(f"by session {by['session']}")
    return escape("; ".join(words))


def _happening(event: Keywords) -> str:
    words = [event["kind"].replace("_", " "), event.get("name", "")]
    if detail := event.get("detail"):
        words.append(f"{detail['state'].replace('_', ' ')} {detail['done']}/{detail['total']}")
    for ticked in event.get("ticked", ())[:_SHOWN]:
        mark = "✓" if ticked["done"] else "✗"
        words.append(f"{mark} {shorten(ticked['text'], 60)}")
    words += [event.get("problem") or "", event.get("notice") or ""]
    return " ".join(word for word in words if word)


_SUMMARIES: dict[str, Callable[[Keywords], str]] = {
    Surfaces.on_changed.name: _surface,
    Outputs.on_changed.name: _output,
    Projects.on_changed.name: _project,
}
