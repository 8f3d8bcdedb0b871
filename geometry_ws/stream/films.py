"""Which surfaces go out as video in a tick, in which codec, and when a key is due.

Each surface has one encoder, whoever looks. A viewer that is out of step (it has just come, was
left out of a frame, or looked elsewhere) gets pictures that need nothing before them, as others
do that know no video; a key for it is made at most once a second. Encoders that nobody has used
for a while are given up, and so are those of surfaces where encoding failed several times.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.pixels import is_opaque
from geometry_ws.render.video import Opener, Recorder, fits
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.pending import PendingPlane
from geometry_ws.stream.plan import SLOW_PART_BYTES
from geometry_ws.stream.video import Shot, Step
from geometry_ws.stream.viewer import Profile, Viewer

MOST_FILMS: Final = 8
"""Encoders at a time: what two cores can do beside everything else, at some megabytes each."""

KEY_SECONDS: Final = 1.0
"""From one key of a surface to the next, whoever is out of step: a key has as many bytes as six
other pictures."""

IDLE_SECONDS: Final = 5.0
"""An encoder from which nobody has taken anything for so long is given up."""

RUNNING_SECONDS: Final = 0.16
"""A video that has had no picture for so long is at rest, and what came with loss is mended."""

MOST_FAILURES: Final = 3
"""One after the other, of one surface."""

Sees = Callable[[Viewer, str], bool]


@dataclass(slots=True)
class _Film:
    """One surface's encoder, and how many pictures it has been given."""

    codec: str
    size: tuple[int, int]
    chain: int
    recorder: Recorder
    used: float
    count: int = 0


class Shots:
    """What goes out as video in one tick, to which profiles."""

    def __init__(
        self,
        shots: Mapping[str, Shot] | None = None,
        changes: Mapping[str, PendingPlane] | None = None,
    ) -> None:
        self._shots = shots or {}
        self._changes = changes or {}

    def __bool__(self) -> bool:
        return bool(self._shots)

    def get(self, profile: Profile, plane: str) -> Shot | None:
        """The plane's picture as video, if viewers of the profile get it as such."""
        shot = self._shots.get(plane)
        if shot is None or not serves(shot.codec, profile, self._changes[plane]):
            return None
        return shot

    def of(self, profile: Profile) -> list[Shot]:
        """All for a profile."""
        return [shot for plane in self._shots if (shot := self.get(profile, plane)) is not None]

    def reduced(self, profile: Profile) -> Profile:
        """A profile without the videos of which there is none for it: others may be equal to it."""
        codecs = profile.codecs.difference(VIDEO_CODECS)
        return profile._replace(codecs=codecs.union(shot.codec for shot in self.of(profile)))

    def split(
        self, profile: Profile, viewers: list[Viewer]
    ) -> tuple[list[Viewer], list[Viewer]]:  # fmt: skip
        """Viewers who can decode all for their profile, and those who are out of step."""
        shots = self.of(profile)
        if not shots:
            return viewers, []
        able, late = list[Viewer](), list[Viewer]()
        for one in viewers:
            (able if all(shot.fits(one.steps) for shot in shots) else late).append(one)
        return able, late


class Films:
    """All encoders of a stream. ``opener`` makes them; without there is no video."""

    def __init__(self, opener: Opener | None) -> None:
        self._opener = opener
        self._films: dict[str, _Film] = {}
        self._key_times: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._chains = itertools.count(1)

    def __len__(self) -> int:
        return len(self._films)

    @property
    def closes_at(self) -> float | None:
        """When the next encoder will be given up; None without encoders."""
        used = [film.used for film in self._films.values()]
        return min(used) + IDLE_SECONDS if used else None

    def expire(self, now: float) -> None:
        """Give up encoders that nobody uses any more."""
        for plane in [
            name for name, film in self._films.items() if film.used + IDLE_SECONDS <= now
        ]:
            del self._films[plane]

    def drop(self, plane: str) -> None:
        """A plane is gone."""
        for known in (self._films, self._key_times, self._failures):
            known.pop(plane, None)

    def is_running(self, plane: str, steps: Mapping[str, Step], now: float) -> bool:
        """Whether who got these pictures last is about to get the plane's next one."""
        film, step = self._films.get(plane), steps.get(plane)
        return (
            film is not None
            and step is not None
            and step.chain == film.chain
            and now - film.used < RUNNING_SECONDS
        )

    def failed(self, shot: Shot, *, itself: bool) -> None:
        """A tick with this picture came to nothing: what its encoder has seen isn't known.

        It counts against the surface only where its encoder ``itself`` has failed.
        """
        self._films.pop(shot.plane, None)
        if itself:
            self._failures[shot.plane] = self._failures.get(shot.plane, 0) + 1

    def succeeded(self, shot: Shot) -> None:
        """A picture was encoded."""
        self._failures.pop(shot.plane, None)

    def used(self, shot: Shot, now: float) -> None:
        """This picture goes to somebody."""
        film = self._films[shot.plane]
        film.count, film.used = shot.step.number, now
        if shot.key:
            self._key_times[shot.plane] = now

    def shots(
        self,
        surfaces: Mapping[str, Surface],
        changes: Mapping[str, PendingPlane],
        ready: Iterable[tuple[Viewer, Profile, bool]],
        audience: Iterable[Viewer],
        sees: Sees,
        now: float,
    ) -> Shots:
        """What may go out as video in this tick.

        ``ready`` are the viewers who may get something, as what, and whether each
        missed nothing before;
        ``audience`` is everybody, for the codec. Nothing changes but that encoders are made.
        """
        films: dict[str, _Film] = {}
        for plane, change in changes.items():
            surface = surfaces[plane]
            if self._opener is None or not self._may_be_video(surface, change):
                continue
            if len(self._films | films) >= MOST_FILMS and plane not in self._films:
                continue
            lookers = [one.profile(now) for one in audience if not one.hidden and sees(one, plane)]
            codec = _codec_for(lookers, change)
            opaque = codec and (surface.opaque or is_opaque(surface.buffer))
            film = self._film(surface, codec, now) if opaque else None
            if film is not None:
                films[plane] = film
        if not films:
            return Shots()
        takers = [
            (viewer, current, [
                plane for plane, film in films.items()
                if serves(film.codec, profile, changes[plane]) and sees(viewer, plane)
            ])
            for viewer, profile, current in ready
        ]  # fmt: skip
        keys = self._keys(films, takers, now)
        moving = {
            plane for viewer, _, planes in takers for plane in planes
            if _is_in_step(viewer, plane, films[plane])
        }  # fmt: skip
        shots = {
            plane: Shot(
                plane, film.codec, Step(film.chain, film.count + 1), plane in keys, film.recorder
            )
            for plane, film in films.items()
            if plane in keys or plane in moving
        }
        for plane in shots:
            self._films[plane] = films[plane]
        return Shots(shots, changes)

    def _may_be_video(self, surface: Surface, change: PendingPlane) -> bool:
        """Whether a change is worth a picture of a video, if it is opaque."""
        height, width = surface.buffer.shape[:2]
        return (
            surface.content == "video"
            and fits(width, height)
            and change.painted.area * 2 >= width * height
            and self._failures.get(surface.id, 0) < MOST_FAILURES
        )

    def _film(self, surface: Surface, codec: str, now: float) -> _Film | None:
        """The encoder of a surface, perhaps a new one that isn't kept yet."""
        height, width = surface.buffer.shape[:2]
        film = self._films.get(surface.id)
        if film is not None and (film.codec, film.size) == (codec, (width, height)):
            return film
        if self._opener is None:
            return None
        recorder = self._opener(codec, width, height)
        return _Film(codec, (width, height), next(self._chains), recorder, now)

    def _keys(
        self,
        films: Mapping[str, _Film],
        takers: Iterable[tuple[Viewer, bool, list[str]]],
        now: float,
    ) -> set[str]:
        """The planes for which a key is made.

        Viewers who are out of step get one, unless they missed a frame just now: who always does
        would cost the others a key each second. Of somebody who is out of step with several
        planes all or none are keys, for one picture that can't be decoded keeps a frame away.
        """
        may = {
            plane for plane in films
            if self._key_times.get(plane, float("-inf")) + KEY_SECONDS <= now
        }  # fmt: skip
        keys: set[str] = set()
        for viewer, current, planes in takers:
            lacking = {one for one in planes if not _is_in_step(viewer, one, films[one])}
            if current and lacking <= may:
                keys |= lacking
        return keys


def serves(codec: str, profile: Profile, change: PendingPlane) -> bool:
    """Whether viewers of a profile get a change as video, if they are in step.

    Over good lines a picture that the program has encoded travels as it came; who looks from afar
    gets shrunk pictures.
    """
    if codec not in profile.codecs or profile.shrink > 1:
        return False
    return profile.fast or not any(
        tile.codec in profile.codecs and len(tile.data) <= SLOW_PART_BYTES
        for tile in change.tiles.values()
    )


def _codec_for(lookers: Iterable[Profile], change: PendingPlane) -> str:
    """What most of those who look decode; of equally many the preferred one. Empty: nothing."""
    counts = dict.fromkeys(VIDEO_CODECS, 0)
    for profile in lookers:
        for codec in VIDEO_CODECS:
            counts[codec] += serves(codec, profile, change)
    best = max(VIDEO_CODECS, key=lambda codec: counts[codec])
    return best if counts[best] else ""


def _is_in_step(viewer: Viewer, plane: str, film: _Film) -> bool:
    return film.count > 0 and viewer.steps.get(plane) == (film.chain, film.count)
