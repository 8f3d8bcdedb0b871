"""Text is measured, wrapped, cut and painted; the same pixels on every machine.

The binding of the layout engine knows neither a largest number of lines nor ellipses nor text
direction, so cutting is done here, by searching for the longest text that fits, and right-to-left
text is set inside direction marks of our own. All measures are logical pixels: paint on a scaled
canvas to get sharp text at any scale. Not thread-safe, like everything that draws.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from geometry_ws.render.cleaning import ELLIPSIS, clean, cut_places, is_right_to_left, word_ends
from geometry_ws.render.drawing import colour, skia
from geometry_ws.render.fitting import guess_cut, largest
from geometry_ws.render.fonts import UI_FAMILY, Fonts, fonts, ui_family

_REMEMBERED_LAYOUTS = 4000
_WIDEST = 1_000_000.0
_RIGHT_TO_LEFT, _END_OF_ISOLATE = "\u2067", "\u2069"
_KANA = range(0x3040, 0x3100)
_JAPANESE = "Noto Sans CJK JP"
_NARROWEST_LETTER = 0.2  # of the font size; bounds how much text is looked at


class TextStyle(NamedTuple):
    """How text looks: size in logical pixels, weight, straight RGB, line height."""

    size: float
    weight: int = 400
    colour: tuple[int, int, int] = (0, 0, 0)
    line_height: float = 1.4
    letter_spacing: float = 0.0


class Span(NamedTuple):
    """A piece of text in one style."""

    text: str
    style: TextStyle


class Layout:
    """Text that has been laid out: `width`, `height` in logical pixels, `lines`, `cut`, `shown`.

    `width` is that of the longest line; `cut` says that an ellipsis stands for something;
    `shown` is the text as drawn; `right_to_left` text hugs the right edge of the wrap width.
    """

    def __init__(
        self, paragraph: skia.textlayout.Paragraph, line_height: float, shown: str, cut: bool
    ) -> None:
        self._paragraph = paragraph
        self.shown = shown
        self.cut = cut
        self.right_to_left = is_right_to_left(shown)
        self.width: float = paragraph.LongestLine
        self.height: float = paragraph.Height
        self.lines = max(round(self.height / line_height), 1)

    def paint(self, canvas: skia.Canvas, x: float, y: float) -> None:
        """Draw with the top left corner of the first line's box at (x, y)."""
        self._paragraph.paint(canvas, x, y)


_layouts: OrderedDict[tuple[object, ...], Layout] = OrderedDict()
_unicode = skia.Unicodes.ICU.Make()


def lay_out(
    text: str | Sequence[Span],
    style: TextStyle,
    width: float | None = None,
    max_lines: int | None = None,
) -> Layout:
    """Wrap text at `width` and end it in an ellipsis after `max_lines`.

    `style` is that of a plain text, and gives the line height of spans. Without `width` nothing
    wraps. Any string is drawable: see `cleaning`.
    """
    spans = (Span(text, style),) if isinstance(text, str) else tuple(text)
    key = ("end", spans, style, width, max_lines)
    return _remembered(key, lambda: _lay_out_end(spans, style, width, max_lines))


def lay_out_name(text: str, style: TextStyle, width: float) -> Layout:
    """Set a name on one line; one that is too long loses its middle, as prefixes repeat."""
    key = ("middle", text, style, width)
    return _remembered(key, lambda: _lay_out_middle(text, style, width))


def paint_digits(
    canvas: skia.Canvas, text: str, style: TextStyle, x: float, baseline: float
) -> None:
    """Draw a short number text (digits, ASCII) from `x`, all digits equally wide."""
    font = fonts().ui_font(style.size, style.weight)
    paint = skia.Paint(Color=colour(*style.colour), AntiAlias=True)
    for character, advance in _advances(text, font):
        middle = (advance - font.measureText(character)) / 2  # a narrow 1 stands in its cell
        canvas.drawString(character, x + middle, baseline, font, paint)
        x += advance


def digits_width(text: str, style: TextStyle) -> float:
    """Give the width of a text as `paint_digits` draws it."""
    font = fonts().ui_font(style.size, style.weight)
    return sum(advance for _, advance in _advances(text, font))


def _advances(text: str, font: skia.Font) -> list[tuple[str, float]]:
    digit = font.measureText("0")
    return [(each, digit if each.isdigit() else font.measureText(each)) for each in text]


def _remembered(key: tuple[object, ...], make: Callable[[], Layout]) -> Layout:
    known = _layouts.get(key)
    if known is None:
        known = _layouts[key] = make()
        if len(_layouts) > _REMEMBERED_LAYOUTS:
            _layouts.popitem(last=False)
    else:
        _layouts.move_to_end(key)
    return known


def _lay_out_end(
    spans: tuple[Span, ...], style: TextStyle, width: float | None, max_lines: int | None
) -> Layout:
    known = fonts()
    pieces = _clean_spans(spans, known)
    families = _families("".join(span.text for span in pieces), known)
    if width is None or max_lines is None:
        return _build(pieces, style, width, families, cut=False)
    most = int(width * max_lines / (style.size * _NARROWEST_LETTER)) + 2
    pieces, bounded = _first(pieces, most)
    text = "".join(span.text for span in pieces)
    places = [0, *word_ends(text)]
    guess, surely_too_long = guess_cut(
        text, places, known.ui_font(style.size, style.weight), width, max_lines
    )
    if not surely_too_long:
        whole = _build(pieces, style, width, families, cut=False)
        if whole.lines <= max_lines and not bounded:
            return whole

    def trial(place: int) -> Layout | None:
        beginning, _ = _first(pieces, places[place])
        layout = _build(_with_ellipsis(beginning, style), style, width, families, cut=True)
        return layout if layout.lines <= max_lines else None

    best = largest(trial, guess, len(places) - 1)
    return best or _build((Span(ELLIPSIS, style),), style, width, families, cut=True)


def _lay_out_middle(text: str, style: TextStyle, width: float) -> Layout:
    known = fonts()
    pieces = _clean_spans((Span(text, style),), known)
    name = pieces[0].text if pieces else ""
    families = _families(name, known)
    whole = _build((Span(name, style),), style, None, families, cut=False)
    if whole.width <= width:
        return whole
    places = cut_places(name)

    def trial(count: int) -> Layout | None:
        head, tail = places[count - count // 2], places[len(places) - 1 - count // 2]
        short = name[:head].rstrip() + ELLIPSIS + name[tail:].lstrip()
        layout = _build((Span(short, style),), style, None, families, cut=True)
        return layout if layout.width <= width else None

    guess = int(len(places) * width / whole.width) - 2
    best = largest(trial, guess, len(places) - 2)
    return best or _build((Span(ELLIPSIS, style),), style, None, families, cut=True)


def _clean_spans(spans: tuple[Span, ...], known: Fonts) -> tuple[Span, ...]:
    """Clean each span, keeping the spaces between them."""
    cleaned: list[Span] = []
    apart = False
    for span in spans:
        text = clean(span.text, lambda codepoint: known.index_of(codepoint) >= 0)
        if text:
            if cleaned and (apart or span.text[:1].isspace()):
                cleaned.append(Span(" ", cleaned[-1].style))
            cleaned.append(Span(text, span.style))
            apart = False
        apart = apart or span.text[-1:].isspace()
    return tuple(cleaned)


def _first(spans: tuple[Span, ...], length: int) -> tuple[tuple[Span, ...], bool]:
    """Give the first `length` characters, and whether anything was left out."""
    first: list[Span] = []
    for span in spans:
        if len(span.text) > length:
            first.append(Span(span.text[:length], span.style))
            return tuple(first), True
        first.append(span)
        length -= len(span.text)
    return tuple(first), False


def _with_ellipsis(spans: tuple[Span, ...], style: TextStyle) -> tuple[Span, ...]:
    """End the spans in an ellipsis, without spaces and commas before it."""
    for number in range(len(spans) - 1, -1, -1):
        text = spans[number].text.rstrip(" .,;:-")
        if text:
            return (*spans[:number], Span(text + ELLIPSIS, spans[number].style))
    return (Span(ELLIPSIS, style),)


def _build(
    spans: tuple[Span, ...],
    style: TextStyle,
    width: float | None,
    families: tuple[str, ...],
    *,
    cut: bool,
) -> Layout:
    shown = "".join(span.text for span in spans)
    right_to_left = is_right_to_left(shown)
    paragraph_style = skia.textlayout.ParagraphStyle()
    paragraph_style.setStrutStyle(_strut(style.size, style.line_height))
    if right_to_left and width is not None:
        paragraph_style.setTextAlign(skia.textlayout.TextAlign.kRight)
    collection = fonts().collection
    builder = skia.textlayout.ParagraphBuilder.make(paragraph_style, collection, _unicode)
    for number, span in enumerate(spans or (Span("", style),)):
        builder.pushStyle(_skia_style(span.style, families))
        text = span.text
        if right_to_left:
            text = (_RIGHT_TO_LEFT if number == 0 else "") + text
            text += _END_OF_ISOLATE if number == len(spans) - 1 else ""
        builder.addText(text)
        builder.pop()
    paragraph = builder.Build()
    paragraph.layout(_WIDEST if width is None else width)
    return Layout(paragraph, style.size * style.line_height, shown, cut)


def _families(text: str, known: Fonts) -> tuple[str, ...]:
    """Name the fonts that the text needs, in order; Japanese text takes the Japanese face."""
    if text.isascii():
        return (UI_FAMILY,)
    characters = {ord(each) for each in set(text)}
    needed = {known.index_of(each) for each in characters} - {-1, 0}
    families = [known.families[index] for index in sorted(needed)]
    if not characters.isdisjoint(_KANA):
        families.insert(0, _JAPANESE)
    return (UI_FAMILY, *families)


@lru_cache(maxsize=100)
def _strut(size: float, line_height: float) -> skia.textlayout.StrutStyle:
    """Make all lines equally high, whichever fonts they need."""
    strut = skia.textlayout.StrutStyle()
    strut.setStrutEnabled(True)
    strut.setForceStrutHeight(True)
    strut.setFontFamilies([UI_FAMILY])
    strut.setFontSize(size)
    strut.setHeight(line_height)
    strut.setHeightOverride(True)
    strut.setHalfLeading(True)
    return strut


@lru_cache(maxsize=500)
def _skia_style(style: TextStyle, families: tuple[str, ...]) -> skia.textlayout.TextStyle:
    result = skia.textlayout.TextStyle()
    # Letters are made for a size: those of a title stand closer than those of a small line.
    sized = ui_family(style.size)
    result.setFontFamilies([sized if each == UI_FAMILY else each for each in families])
    result.setFontSize(style.size)
    result.setColor(colour(*style.colour))
    result.setLetterSpacing(style.letter_spacing)
    result.setFontStyle(
        skia.FontStyle(style.weight, skia.FontStyle.kNormal_Width, skia.FontStyle.kUpright_Slant)
    )
    return result
