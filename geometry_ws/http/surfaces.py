"""Surfaces by HTTP: ``PUT /surfaces/NAME`` with a picture shows it, ``DELETE`` takes it away.

A program by WAMP owns its surfaces by its session. A script that makes one request has none, so
these belong to whoever knows a key, and last until they are deleted, their time is up or the
compositor is started again.
"""

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred, DeferredLock

from geometry_ws.http.decide import NOT_AUTHORIZED, Refused
from geometry_ws.protocol.errors import InvalidArgument, LimitExceeded, NoSuchSurface
from geometry_ws.protocol.names import is_id, uri
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.headers import codec_of, declared_size
from geometry_ws.scene.limits import DOCK_LENGTH, TEXT_LENGTH, TITLE_LENGTH, WORLD_PX

MOST_NAMES: Final = 256
"""Surfaces that are shown so at a time."""

MOST_OF_PERSON: Final = 64
"""Those of somebody who came by name."""

LEFT_TO_GUESTS: Final = 64
"""Names that only guests of the node's own machine get."""

LONGEST_SECONDS: Final = 7 * 24 * 3600
"""The longest time that may be asked for; without one there is no end."""

LONGEST_KEY: Final = 100
_WORDS: Final = ("key", "title", "text", "x", "y", "ttl", "change", "project")
_WHOLE: Final = re.compile(r"-?[0-9]{1,8}")

Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
"""Calls a procedure by its URI, with keywords; raises ApplicationError."""


@dataclass(frozen=True)
class Picture:
    """A picture to be shown, and how; places in world pixels, ``seconds`` until it goes."""

    codec: str
    data: bytes
    width: int
    height: int
    key: str = ""
    title: str | None = None
    text: str | None = None
    place: tuple[int, int] | None = None
    dock: dict[str, str] | None = None
    seconds: int | None = None


@dataclass
class _Shown:
    """What is shown under a name."""

    key: str
    owner: str = ""
    surface: str = ""
    size: tuple[int, int] = (0, 0)
    timer: Any = None


def read_picture(query: str, body: bytes) -> Picture:
    """A picture with what the query says of it. Raises a declared error that names the field."""
    given = read_words(query)
    codec = codec_of(body)
    if codec is None:
        raise InvalidArgument("The body must be a PNG, JPEG or WebP picture.", field="body")
    try:
        width, height = declared_size(codec, body)
    except BadPicture as problem:
        raise InvalidArgument(str(problem), field="body") from None
    if ("x" in given) != ("y" in given):
        raise InvalidArgument("Give both x and y, or neither.", field="y" if "x" in given else "x")
    place = None
    if "x" in given:
        place = _whole(given, "x", -WORLD_PX, WORLD_PX), _whole(given, "y", -WORLD_PX, WORLD_PX)
    return Picture(
        codec,
        body,
        width,
        height,
        given.get("key", ""),
        _short(given, "title", TITLE_LENGTH),
        _short(given, "text", TEXT_LENGTH),
        place,
        _dock(given),
        _whole(given, "ttl", 1, LONGEST_SECONDS) if "ttl" in given else None,
    )


def _dock(given: Mapping[str, str]) -> dict[str, str] | None:
    """Beside which change's card it shall lie; an empty name is nowhere."""
    words = {name: _short(given, name, DOCK_LENGTH) or "" for name in ("change", "project")}
    return words if "change" in given else None


def read_words(query: str) -> dict[str, str]:
    """What a query says, each word once. Raises InvalidArgument."""
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, max_num_fields=len(_WORDS), errors="strict"
        )
    except ValueError:
        raise InvalidArgument("The query is too long, or no UTF-8.", field="query") from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise InvalidArgument("Each word of the query may come once.", field=pairs[0][0][:40])
    for name in given:
        if name not in _WORDS:
            raise InvalidArgument(
                f"{name[:40]!r} isn't known here; there are {', '.join(_WORDS)}.", field=name[:40]
            )
    if len(given.get("key", "")) > LONGEST_KEY:
        raise InvalidArgument(f"A key has at most {LONGEST_KEY} characters.", field="key")
    return given


def _short(given: Mapping[str, str], name: str, most: int) -> str | None:
    value = given.get(name)
    if value is not None and len(value) > most:
        raise InvalidArgument(f"{name} has at most {most:,} characters.", field=name)
    return value


def _whole(given: Mapping[str, str], name: str, least: int, most: int) -> int:
    value = given[name]
    if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
        words = f"{name} must be a whole number from {least:,} to {most:,}."
        raise InvalidArgument(words, field=name)
    return int(value)


class PictureSurfaces:
    """The surfaces that are shown by HTTP, by their names."""

    def __init__(self, call: Call, clock: Any) -> None:
        self._call = call
        self._clock = clock
        self._shown: dict[str, _Shown] = {}
        self._locks: dict[str, DeferredLock] = {}

    async def show(
        self, name: str, picture: Picture, person: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """Show a picture under a name, in place of what was there; says whether it is new.

        Whoever shows it by name needs no key to replace it.

        Raises declared errors of ours, and ApplicationErrors of the compositor.
        """
        async with _Turn(self._locks, name):
            shown = self._shown.get(name)
            if shown is None:
                self._check_room(person)
            if shown is not None:
                _check_key(name, shown, picture.key, person)
                is_there = await self._replace(shown, picture)
            else:
                is_there = False
                shown = _Shown(picture.key or secrets.token_urlsafe(9), person)
            if not is_there:
                await self._make(shown, name, picture)
                self._shown[name] = shown
            self._let_end(name, shown, picture.seconds)
            answer = {"surface": shown.surface, "name": name, "key": shown.key}
            return {**answer, "width": picture.width, "height": picture.height}, not is_there

    def _check_room(self, person: str) -> None:
        """Raise LimitExceeded where somebody, or all together, show as many as they may."""
        most, count = MOST_NAMES - (LEFT_TO_GUESTS if person else 0), len(self._shown)
        whose = "are"
        if person:
            theirs = sum(each.owner == person for each in self._shown.values())
            if theirs >= MOST_OF_PERSON:
                most, count, whose = MOST_OF_PERSON, theirs, f"of {person} are"
        if count >= most:
            raise LimitExceeded(
                f"At most {most} surfaces {whose} shown by HTTP; delete one.",
                limit="surfaces_by_http",
                maximum=most,
            )

    def find(self, file: str) -> str:
        """The surface that `NAME.png` means: by its name here, or by the id of anybody's."""
        stem = file.removesuffix(".png")
        shown = self._shown.get(file) or self._shown.get(stem)
        if shown is not None:
            return shown.surface
        if not is_id(stem):
            raise NoSuchSurface(f"There is no surface {stem!r}.", surface=stem)
        return stem

    async def remove(self, name: str, key: str, person: str = "") -> None:
        """Take away what is shown under a name. Raises NoSuchSurface or Refused."""
        async with _Turn(self._locks, name):
            shown = self._shown.get(name)
            if shown is None:
                raise NoSuchSurface(f"There is no surface {name!r} by HTTP.", surface=name)
            _check_key(name, shown, key, person)
            await self._forget(name, shown)

    async def _make(self, shown: _Shown, name: str, picture: Picture) -> None:
        keywords: dict[str, Any] = {
            "width": picture.width,
            "height": picture.height,
            "title": name if picture.title is None else picture.title,
            "text": picture.text or "",
            "keyboard": "none",
        }
        if picture.dock is not None:
            keywords["dock"] = picture.dock
        if picture.place is None:
            keywords["place"] = "free"
        else:
            keywords["x"], keywords["y"] = picture.place
        made = await self._call(uri("surface.create"), keywords)
        shown.surface = made["surface"]
        try:
            await self._paint(shown, picture)
        except ApplicationError:
            await self._destroy(shown)
            raise

    async def _replace(self, shown: _Shown, picture: Picture) -> bool:
        """Paint anew; says whether the surface is still there."""
        try:
            await self._paint(shown, picture)
            words = {"title": picture.title, "text": picture.text, "dock": picture.dock}
            given = {word: value for word, value in words.items() if value is not None}
            if given:
                keywords = {"surface": shown.surface, **given}
                await self._call(uri("surface.configure"), keywords)
        except ApplicationError as problem:
            if problem.error == NoSuchSurface.uri:
                return False
            raise
        return True

    async def _paint(self, shown: _Shown, picture: Picture) -> None:
        width, height = picture.width, picture.height
        image = ["image", [0, 0, width, height], picture.codec, picture.data]
        update: dict[str, Any] = {"surface": shown.surface, "ops": [image]}
        if shown.size not in ((0, 0), (width, height)):
            update["width"], update["height"] = width, height
        if picture.place is not None:
            update["x"], update["y"] = picture.place
        await self._call(uri("surface.commit"), {"updates": [update]})
        shown.size = width, height

    def _let_end(self, name: str, shown: _Shown, seconds: int | None) -> None:
        if shown.timer is not None and shown.timer.active():
            shown.timer.cancel()
        shown.timer = None
        if seconds is not None:
            shown.timer = self._clock.callLater(seconds, self._end, name, shown)

    def _end(self, name: str, shown: _Shown) -> None:
        async def end() -> None:
            async with _Turn(self._locks, name):
                if self._shown.get(name) is shown and not (shown.timer and shown.timer.active()):
                    await self._forget(name, shown)

        Deferred.fromCoroutine(end()).addErrback(lambda _: None)

    async def _forget(self, name: str, shown: _Shown) -> None:
        del self._shown[name]
        self._let_end(name, shown, None)
        await self._destroy(shown)

    async def _destroy(self, shown: _Shown) -> None:
        try:
            await self._call(uri("surface.destroy"), {"surface": shown.surface})
        except ApplicationError as problem:
            if problem.error != NoSuchSurface.uri:
                raise


class _Turn:
    """One request of a name after the other; names that nobody waits for take no memory."""

    def __init__(self, locks: dict[str, DeferredLock], name: str) -> None:
        self._locks = locks
        self._name = name

    async def __aenter__(self) -> None:
        await self._locks.setdefault(self._name, DeferredLock()).acquire()

    async def __aexit__(self, *_: object) -> None:
        lock = self._locks[self._name]
        lock.release()
        if not lock.locked and not lock.waiting:
            del self._locks[self._name]


def _check_key(name: str, shown: _Shown, key: str, person: str) -> None:
    if person and person == shown.owner:
        return
    if not hmac.compare_digest(shown.key.encode(), key.encode()):
        raise Refused(
            403, NOT_AUTHORIZED, f"{name} is shown by somebody else: give its key as ?key=…"
        )
