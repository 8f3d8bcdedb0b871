"""Rows become pixels, each by itself."""

import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np

from geometry_ws.render.drawing import colour, new_sheet, skia
from geometry_ws.render.pixels import Pixels
from geometry_ws.render.text import TextStyle, lay_out
from geometry_ws.terminal.boxes import Part, parts_of
from geometry_ws.terminal.cells import UNDERLINES, Cursor, Row, Run, Style
from geometry_ws.terminal.colours import Rgb
from geometry_ws.terminal.faces import BASELINE, CELL, mono_font

_WIDTH, _HEIGHT = CELL
_UNDERLINE: Final = BASELINE + 1.5
_STRIKE: Final = BASELINE - 4.0
_OTHER_SIZE: Final = 12.0
"""Of signs that other faces have: theirs are larger at the same size."""
_parts_of = lru_cache(maxsize=200)(lambda sign: parts_of(sign, _WIDTH, _HEIGHT))


class Painter:
    """Paints rows of so many columns, with so many pixels for each logical one."""

    def __init__(self, columns: int, scale: int) -> None:
        self._scale = scale
        self._sheet = new_sheet(columns * _WIDTH * scale, _HEIGHT * scale)
        self._sheet.canvas.scale(scale, scale)
        self._paint = skia.Paint(AntiAlias=True)

    def paint(self, row: Row, ground: Rgb, cursor_colour: Rgb) -> Pixels:
        """A row's pixels (blue, green, red, alpha); the next row is painted over them."""
        canvas = self._sheet.canvas
        canvas.clear(colour(*ground))
        for run in row.runs:
            if run.style.ground is not None:
                self._fill(run.x * _WIDTH, 0, run.width * _WIDTH, _HEIGHT, run.style.ground)
        if row.cursor is not None and row.cursor.shape == "block":
            x, width = row.cursor.x * _WIDTH, row.cursor.width * _WIDTH
            self._fill(x, 0, width, _HEIGHT, cursor_colour)
        for run in row.runs:
            self._run(run)
        if row.cursor is not None:
            self._cursor(row, row.cursor, ground, cursor_colour)
        return self._sheet.pixels

    def _run(self, run: Run) -> None:
        style, left = run.style, run.x * _WIDTH
        if run.is_cluster:
            sign = unicodedata.normalize("NFC", run.text)
            if len(sign) == 1 and run.width == 1:
                self._signs(left, sign, style)
            else:
                self._other(left, run.width, run.text, style)
        else:
            self._signs(left, run.text, style)
        width = run.width * _WIDTH
        if style.underline:
            self._underline(left, width, style)
        if style.struck:
            self._fill(left, _STRIKE, width, 1, style.colour)
        if style.overlined:
            self._fill(left, 0, width, 1, style.colour)

    def _signs(self, left: float, text: str, style: Style) -> None:
        font = mono_font(style.bold, style.italic)
        letters, places = [], []
        for number, sign in enumerate(text):
            if sign == " ":
                continue
            x = left + number * _WIDTH
            if parts := _parts_of(sign):
                self._parts(x, parts, style)
            elif font.has(sign):
                letters.append(sign)
                places.append(x)
            else:
                self._other(x, 1, sign, style)
        if letters:
            self._paint.setColor(colour(*style.colour))
            blob = skia.TextBlob.MakeFromPosTextH("".join(letters), places, BASELINE, font.font)
            self._sheet.canvas.drawTextBlob(blob, 0, 0, self._paint)

    def _other(self, left: float, cells: int, text: str, style: Style) -> None:
        """A sign that needs another face; it is made as narrow as its cells."""
        weight = 700 if style.bold else 400
        layout = lay_out(text, TextStyle(_OTHER_SIZE, weight, style.colour, _HEIGHT / _OTHER_SIZE))
        width = cells * _WIDTH
        canvas = self._sheet.canvas
        canvas.save()
        canvas.clipRect(skia.Rect.MakeXYWH(left, 0, width, _HEIGHT))
        if layout.width > width:
            canvas.translate(left, 0)
            canvas.scale(width / layout.width, 1)
            layout.paint(canvas, 0, 0)
        else:
            layout.paint(canvas, left + (width - layout.width) / 2, 0)
        canvas.restore()

    def _parts(self, left: float, parts: tuple[Part, ...], style: Style) -> None:
        scale = self._scale
        for part in parts:
            edges = (
                left + part.left * _WIDTH, part.top * _HEIGHT,
                left + part.right * _WIDTH, part.bottom * _HEIGHT,
            )  # fmt: skip
            x, y, right, bottom = (round(edge * scale) / scale for edge in edges)
            self._fill(x, y, right - x, bottom - y, style.colour, part.strength)

    def _underline(self, left: float, width: float, style: Style) -> None:
        ink = style.underline_colour or style.colour
        kind = UNDERLINES[style.underline] if style.underline < len(UNDERLINES) else "single"
        if kind == "double":
            self._fill(left, _UNDERLINE, width, 1, ink)
            self._fill(left, _UNDERLINE + 2, width, 1, ink)
        elif kind == "curly":
            path = skia.Path()
            path.moveTo(left, _UNDERLINE + 1)
            for x in range(int(left), int(left + width), 4):
                up = -1.5 if x % 8 == 0 else 1.5
                path.quadTo(x + 2, _UNDERLINE + 1 + up, x + 4, _UNDERLINE + 1)
            self._paint.setColor(colour(*ink))
            self._paint.setStyle(skia.Paint.kStroke_Style)
            self._sheet.canvas.drawPath(path, self._paint)
            self._paint.setStyle(skia.Paint.kFill_Style)
        elif kind in ("dotted", "dashed"):
            length, step = (1, 2) if kind == "dotted" else (3, 4)
            for x in range(int(left), int(left + width), step):
                self._fill(x, _UNDERLINE, length, 1, ink)
        else:
            self._fill(left, _UNDERLINE, width, 1, ink)

    def _cursor(self, row: Row, cursor: Cursor, ground: Rgb, ink: Rgb) -> None:
        left, width = cursor.x * _WIDTH, cursor.width * _WIDTH
        if cursor.shape == "bar":
            self._fill(left, 0, 1.5, _HEIGHT, ink)
        elif cursor.shape == "underline":
            self._fill(left, _HEIGHT - 2, width, 2, ink)
        elif cursor.shape == "hollow":
            for box in (
                (left, 0, width, 1), (left, _HEIGHT - 1, width, 1),
                (left, 0, 1, _HEIGHT), (left + width - 1, 0, 1, _HEIGHT),
            ):  # fmt: skip
                self._fill(*box, ink)
        else:  # the sign below it, in the colour of the ground
            canvas = self._sheet.canvas
            canvas.save()
            canvas.clipRect(skia.Rect.MakeXYWH(left, 0, width, _HEIGHT))
            for run in row.runs:
                if run.x <= cursor.x < run.x + run.width:
                    self._run(run._replace(style=run.style._replace(colour=ground)))
            canvas.restore()

    def _fill(
        self, x: float, y: float, width: float, height: float, ink: Rgb, strength: float = 1.0
    ) -> None:
        paint = skia.Paint(Color=colour(*ink, round(255 * strength)), AntiAlias=False)
        self._sheet.canvas.drawRect(skia.Rect.MakeXYWH(x, y, width, height), paint)


def filled(width: int, height: int, ink: Rgb) -> Pixels:
    """Pixels of one colour."""
    red, green, blue = ink
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (blue, green, red, 255)
    return pixels
