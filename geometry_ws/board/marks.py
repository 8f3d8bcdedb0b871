"""The small shapes of the board: grounds, signs, check boxes, progress.

Each takes a canvas and logical pixels; edges lie on whole logical pixels so that they are sharp.
"""

from functools import lru_cache
from typing import Any

from geometry_ws.board.card import BOX_SIZE
from geometry_ws.board.notes import PlacedNote
from geometry_ws.board.placing import Rect
from geometry_ws.board.theme import Rgb, Theme
from geometry_ws.design.icons import icon, state
from geometry_ws.design.tokens import TOKENS
from geometry_ws.render.drawing import colour, skia

CORNER = 10.0
LANE_CORNER = 14.0

_PIE_STEPS = 24
_FRESHEST = 5


def fill(tone: Rgb, alpha: int = 255) -> skia.Paint:
    """Give a paint that fills smoothly with one colour."""
    return skia.Paint(Color=colour(*tone, alpha), AntiAlias=True)


def line(tone: Rgb, width: float, alpha: int = 255) -> skia.Paint:
    """Give a paint that draws lines with round ends."""
    return skia.Paint(
        Color=colour(*tone, alpha),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def round_rect(canvas: skia.Canvas, area: Rect, radius: float, paint: skia.Paint) -> None:
    """Draw a rectangle with round corners."""
    canvas.drawRoundRect(skia.Rect.MakeXYWH(*area), radius, radius, paint)


def panel(
    canvas: skia.Canvas,
    size: tuple[float, float],
    theme: Theme,
    ground: Rgb | None = None,
    *,
    fresh: int = 0,
) -> None:
    """Draw a card's body with its hairline; outside of the corners nothing is drawn.

    The lower edge is a little darker, as things that lie on others are. `fresh` (0 to 5) is how
    strong the ring along its edge is.
    """
    width, height = size
    edge = theme.rgb("line")
    below = theme.rgb("line-2")
    round_rect(canvas, Rect(0, 0, width, height), CORNER, fill(below))
    round_rect(canvas, Rect(0, 0, width, height - 1), CORNER, fill(edge))
    inner = Rect(1, 1, width - 2, height - 2)
    round_rect(canvas, inner, CORNER - 1, fill(ground or theme.rgb("card-bg")))
    if fresh:
        glow(canvas, Rect(0, 0, width, height), CORNER, theme, fresh)


def glow(
    canvas: skia.Canvas, area: Rect, radius: float, theme: Theme, fresh: int, *, width: int = 2
) -> None:
    """Draw that something moved lately: a ring of the accent, `width` wide, along the edge."""
    share = min(max(fresh, 0), _FRESHEST) / _FRESHEST
    half = width / 2
    ring = Rect(area.x + half, area.y + half, area.width - width, area.height - width)
    round_rect(canvas, ring, radius - half, line(theme.rgb("accent"), width, round(255 * share)))


def segments(
    canvas: skia.Canvas, parts: tuple[tuple[Rect, float], ...], theme: Theme, *, full: bool
) -> None:
    """Draw progress: a beginning is always seen, an end only when it is reached."""
    tone = theme.rgb("ok-fill" if full else "accent")
    for area, share in parts:
        radius = area.height / 2
        round_rect(canvas, area, radius, fill(theme.rgb("track")))
        if share <= 0:
            continue
        width: float = round(area.width * min(share, 1.0))
        if share < 1:
            width = max(min(max(width, area.height), area.width - area.height), 1)
        round_rect(canvas, area._replace(width=width), radius, fill(tone))


def check_box(canvas: skia.Canvas, box: Rect, done: bool, theme: Theme) -> None:
    """Draw a box to tick, or a ticked one, which is quieter."""
    inner = Rect(box.x + 0.75, box.y + 0.75, BOX_SIZE - 1.5, BOX_SIZE - 1.5)
    if not done:
        round_rect(canvas, inner, 3.25, line(theme.rgb("line-3"), 1.5))
        return
    round_rect(canvas, inner, 3.25, fill(theme.rgb("accent-wash")))
    round_rect(canvas, inner, 3.25, line(theme.rgb("accent-line"), 1.5))
    tick(canvas, box.x, box.y, theme.rgb("accent"))


def tick(canvas: skia.Canvas, x: float, y: float, tone: Rgb) -> None:
    """Draw a tick within 14 x 14."""
    path = skia.Path()
    path.moveTo(x + 3.75, y + 7.25)
    path.lineTo(x + 6, y + 9.5)
    path.lineTo(x + 10.25, y + 4.75)
    canvas.drawPath(path, line(tone, 1.75))


def state_sign(
    canvas: skia.Canvas,
    at: tuple[float, float, float],
    name: str,
    theme: Theme,
    progress: float = 0.0,
) -> None:
    """Draw a state's sign, of which there is one for each of `design.icons.STATES`, at x, y, size.

    Its pie fills in steps, so that a tick in a long list rarely changes it.
    """
    steps = round(min(max(progress, 0.0), 1.0) * _PIE_STEPS)
    _draw(canvas, _state(name, theme, steps), at, 16)


def sign(
    canvas: skia.Canvas, at: tuple[float, float, float], name: str, theme: Theme, token: str
) -> None:
    """Draw one of the design's signs for things in a colour, at x, y, size."""
    _draw(canvas, _icon(name, theme, token), at, 24)


def _draw(
    canvas: skia.Canvas, picture: skia.Picture, at: tuple[float, float, float], own: int
) -> None:
    x, y, size = at
    canvas.save()
    canvas.translate(x, y)
    canvas.scale(size / own, size / own)
    canvas.drawPicture(picture)
    canvas.restore()


@lru_cache(maxsize=500)
def _state(name: str, theme: Theme, steps: int) -> skia.Picture:
    return _recorded(state(name, TOKENS.colours[theme.value], steps / _PIE_STEPS), 16)


@lru_cache(maxsize=100)
def _icon(name: str, theme: Theme, token: str) -> skia.Picture:
    return _recorded(icon(name, TOKENS.colours[theme.value][token]), 24)


def _recorded(svg: str, size: int) -> skia.Picture:
    drawing: Any = skia.SVGDOM.MakeFromStream(skia.MemoryStream(svg.encode()))
    drawing.setContainerSize(skia.Size(size, size))
    recorder = skia.PictureRecorder()
    drawing.render(recorder.beginRecording(skia.Rect.MakeWH(size, size)))
    return recorder.finishRecordingAsPicture()


def paint_note(canvas: skia.Canvas, placed: PlacedNote, theme: Theme) -> None:
    """Draw a note: its sentence on a ground."""
    round_rect(canvas, placed.panel, 6, fill(theme.wash(placed.note.tone)))
    placed.text.layout.paint(canvas, placed.text.x, placed.text.y)


def dashed(canvas: skia.Canvas, area: Rect, theme: Theme) -> None:
    """Draw the outline of what isn't there yet."""
    paint = line(theme.rgb("line-2"), 1)
    paint.setPathEffect(skia.DashPathEffect.Make([4.0, 4.0], 0))
    inner = Rect(area.x + 0.5, area.y + 0.5, area.width - 1, area.height - 1)
    round_rect(canvas, inner, CORNER, paint)
