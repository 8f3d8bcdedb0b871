"""Viewers who may get something in a tick, by what they need and by what they have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geometry_ws.stream.video_encoders import Recipient, VideoFrames
from geometry_ws.stream.viewer import Profile, Viewer


@dataclass(slots=True)
class Kinds:
    """Viewers of one profile who are ready, by what they need (planner.py).

    ``mending`` are those behind who miss nothing, but have something to be mended.
    """

    level: list[Viewer] = field(default_factory=list)
    behind: list[Viewer] = field(default_factory=list)
    mending: list[Viewer] = field(default_factory=list)
    joining: list[Viewer] = field(default_factory=list)


def sharing(
    kinds: Mapping[Profile, Kinds], video_frames: VideoFrames, *, pixels: bool
) -> dict[Profile, Kinds]:
    """The same viewers in as few profiles as this tick needs.

    What differs in videos alone is equal where there are none. Where no ``pixels`` go out, places,
    fills and copies are the same for everybody who is level.
    """
    shared: dict[Profile, Kinds] = {}
    for profile, one in kinds.items():
        reduced = video_frames.reduced(profile)
        known = shared.setdefault(reduced, Kinds())
        level = known if pixels else shared.setdefault(Profile(), Kinds())
        level.level += one.level
        known.behind += one.behind
        known.joining += one.joining
    return shared


def may_get(kinds: Mapping[Profile, Kinds]) -> Iterable[Recipient]:
    """All who may get what changes, as what, and whether they missed nothing before it."""
    for profile, one in kinds.items():
        yield from (Recipient(viewer, profile, current=True) for viewer in one.level)
        mending = {viewer.id for viewer in one.mending}
        yield from (Recipient(viewer, profile, viewer.id in mending) for viewer in one.behind)
