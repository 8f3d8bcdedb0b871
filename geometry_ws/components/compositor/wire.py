"""Values and errors of scene and stream -> those of the wire. Pure."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from geometry_ws.protocol import errors, stream_stats, surfaces, values
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.headers import declared_size
from geometry_ws.scene import surface as scene
from geometry_ws.scene.errors import InvalidContent, LimitExceeded, NoSuchSurface
from geometry_ws.scene.faces import ALWAYS, ShownWhen, Theme
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.stats import Spread, StreamStats, ViewerStats


def surface_info(surface: Surface, caller: object = None) -> surfaces.SurfaceInfo:
    """What every client may know of a surface."""
    return surfaces.SurfaceInfo(
        surface=surface.id,
        title=surface.title,
        text=surface.text,
        x=surface.x,
        y=surface.y,
        width=surface.width,
        height=surface.height,
        scale=surface.scale,
        z=surface.z,
        opacity=surface.opacity,
        cursor=surface.cursor,
        keyboard=surface.keyboard,
        wheel=surface.wheel,
        shown_when=_shown_when_info(surface.shown_when),
        pointer=surface.pointer,
        files=surface.files,
        mine=surface.owner == caller,
        dock=_dock_info(surface.dock),
        cursor_picture=_cursor_picture_info(surface.cursor_picture),
        areas=[
            values.Area(rect=a.rect, cursor=a.cursor or None, link=a.link) for a in surface.areas
        ],
    )


def scene_areas(areas: Iterable[values.Area]) -> tuple[scene.Area, ...]:
    """Give the scene's areas for those of the wire."""
    return tuple(scene.Area(Rect(*area.rect), area.cursor or "", area.link) for area in areas)


def shown_when(wanted: values.ShownWhen | None) -> ShownWhen:
    """For which looks a program says that its surface is."""
    if wanted is None:
        return ALWAYS
    least, below = wanted.scale or (None, None)
    return ShownWhen(
        wanted.theme,
        ALWAYS.least if least is None else least,
        ALWAYS.below if below is None else below,
    )


def cursor_picture(wanted: values.CursorPicture | None) -> scene.CursorPicture:
    """A picture to point with, checked but for its pixels. Raises InvalidContent."""
    if wanted is None or not wanted.png:
        return scene.NO_PICTURE
    try:
        width, height = declared_size("png", base64.b64decode(wanted.png, validate=True))
    except (ValueError, BadPicture):
        raise InvalidContent("cursor_picture", "must be a PNG in base64") from None
    if not (0 < width <= values.CURSOR_SIDE and 0 < height <= values.CURSOR_SIDE):
        raise InvalidContent("cursor_picture", "must have at most 128 × 128 pixels")
    if wanted.x >= width or wanted.y >= height:
        raise InvalidContent("cursor_picture", "must point with one of its own pixels")
    return scene.CursorPicture(wanted.png, wanted.x, wanted.y)


def _cursor_picture_info(picture: scene.CursorPicture) -> values.CursorPicture | None:
    if not picture.png:
        return None
    return values.CursorPicture(png=picture.png, x=picture.x, y=picture.y)


def dock(wanted: values.Dock | None) -> scene.Dock:
    """Where a program says that its surface is to lie."""
    return scene.NOWHERE if wanted is None else scene.Dock(wanted.change, wanted.project)


def _dock_info(docked: scene.Dock) -> values.Dock | None:
    return values.Dock(change=docked.change, project=docked.project) if docked.change else None


def is_for(surface: Surface, theme: Theme | None, scale: float | None) -> bool:
    """Whether a surface is for looks of this theme and scale; None says nothing."""
    face = surface.shown_when
    return face.matches(theme or face.theme or "light", face.least if scale is None else scale)


def _shown_when_info(face: ShownWhen) -> values.ShownWhen | None:
    if face is ALWAYS:
        return None
    ends = (face.least or None, None if face.below == ALWAYS.below else face.below)
    return values.ShownWhen(theme=face.theme, scale=None if ends == (None, None) else ends)


@contextmanager
def declared() -> Iterator[None]:
    """Turn the scene's errors into those of the protocol."""
    try:
        yield
    except NoSuchSurface as problem:
        raise errors.NoSuchSurface(str(problem), surface=problem.surface) from None
    except LimitExceeded as problem:
        raise errors.LimitExceeded(
            str(problem), limit=problem.limit, maximum=problem.maximum
        ) from None
    except InvalidContent as problem:
        raise errors.InvalidContent(str(problem) + ".", field=problem.field) from None


def stream_stats_info(
    name: str, epoch: str, count: int, stats: StreamStats
) -> stream_stats.StreamStats:
    """The answer of `stream.stats`."""
    spreads = stats.ledger
    return stream_stats.StreamStats(
        stream=name,
        epoch=epoch,
        seq=stats.seq,
        uptime_s=round(stats.uptime, 3),
        fps=round(stats.fps, 2),
        surfaces=count,
        cached_bytes=stats.cached_bytes,
        transfer_bytes=stats.transfer_bytes,
        videos=list(stats.videos),
        totals=stream_stats.Totals(**stats.totals._asdict()),
        ledger=stream_stats.Ledger(
            **{name: _percentiles(spread) for name, spread in spreads.items()}
        ),
        viewers=[_viewer(viewer) for viewer in stats.viewers],
    )


def _percentiles(spread: Spread) -> stream_stats.Percentiles:
    return stream_stats.Percentiles(
        count=spread.samples,
        p50_ms=round(spread.p50 * 1e3, 3),
        p95_ms=round(spread.p95 * 1e3, 3),
        max_ms=round(spread.highest * 1e3, 3),
    )


def _viewer(stats: ViewerStats) -> stream_stats.ViewerStats:
    return stream_stats.ViewerStats(
        viewer=stats.name,
        quality="thumbnail" if stats.shrink > 1 else "fast" if stats.fast else "sharp",
        shrink=stats.shrink,
        codecs=sorted(stats.codecs),
        state=stats.state,
        fps=round(stats.fps, 2),
        frames=stats.frames,
        skipped=stats.skipped,
        messages=stats.messages,
        bytes=stats.bytes,
        in_flight_bytes=stats.in_flight_bytes,
        window_bytes=stats.window_bytes,
        bandwidth=round(stats.bandwidth),
        lag_ms=round(stats.lag * 1e3, 3),
        round_trip_ms=round(stats.round_trip * 1e3, 3),
        draw_us=stats.draw_us,
        acks=stats.acks,
        stale_planes=stats.stale_planes,
        rough_planes=stats.rough_planes,
        attached_s=round(stats.attached, 3),
    )
