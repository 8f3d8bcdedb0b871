"""The fonts that text is drawn with: always our own dependencies, never the machine's.

So a card looks the same everywhere, on a machine without any font too. Inter sets Latin, Greek
and Cyrillic; Noto fonts, in a fixed order, everything else; Noto Sans CJK comes last because it is
the largest. Files are opened when the first text is drawn. Must not know about layout.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from geometry_ws.render.drawing import skia

UI_FAMILY = "Inter"
WEIGHTS = (400, 420, 500, 530, 600, 620, 700)
"""The weights that text may have; others are drawn with the nearest of these."""

OPTICAL_SIZES = (14, 20, 28)
"""The sizes in pixels that letters are made for: the larger, the finer and the closer they are."""

_CJK_FACES = {"Noto Sans CJK SC": 2, "Noto Sans CJK JP": 0}
_SYMBOLS = ("NotoEmoji[wght].ttf", "NotoSansSymbols[wght].ttf")


class FontSource(NamedTuple):
    """A font file in an installed package, and the face to take from a collection."""

    package: str
    file: str
    face: int = 0


class Fonts:
    """A set of opened fonts, in order of preference; knows which font has which character."""

    def __init__(self, sources: tuple[FontSource, ...]) -> None:
        manager = skia.FontMgr.New_Custom_Empty()
        provider = skia.textlayout.TypefaceFontProvider()
        self.families: list[str] = []
        self._faces: list[skia.Typeface] = []
        self._ui: dict[tuple[int, int], skia.Typeface] = {}
        self._index: dict[int, int] = {}
        for source in sources:
            face = manager.makeFromFile(str(path_of(source)), source.face)
            if face is None:
                raise FileNotFoundError(f"the font file {source.file} can't be read")
            family = face.getFamilyName()
            for clone in _at_weights(face):
                provider.registerTypeface(clone, family)
            if family == UI_FAMILY:
                self._ui = _ui_faces(face)
                for (size, _), clone in self._ui.items():
                    provider.registerTypeface(clone, ui_family(size))
            self.families.append(family)
            self._faces.append(face)
        self.collection = skia.textlayout.FontCollection()
        self.collection.setDefaultFontManager(provider)
        self._provider = provider

    def index_of(self, codepoint: int) -> int:
        """Give the place in `families` of the first font that has the character, or -1."""
        index = self._index.get(codepoint)
        if index is None:
            index = next(
                (n for n, face in enumerate(self._faces) if face.unicharToGlyph(codepoint)), -1
            )
            self._index[codepoint] = index
        return index

    def ui_font(self, size: float, weight: int) -> skia.Font:
        """Give the interface's font at a size in pixels, for text that is placed by hand."""
        nearest = min(WEIGHTS, key=lambda each: abs(each - weight))
        font = skia.Font(self._ui[_optical(size), nearest], size)
        font.setSubpixel(True)
        font.setEdging(skia.Font.Edging.kAntiAlias)
        font.setHinting(skia.FontHinting.kNone)
        return font


@lru_cache(maxsize=1)
def fonts() -> Fonts:
    """Open the fonts that this package depends on, once; ImportError names a missing package."""
    noto = _package_folder("manimgx_fonts")
    scripts = sorted(
        path.name
        for path in noto.glob("NotoSans*.ttf")
        if path.name not in _SYMBOLS and "Italic" not in path.name
    )
    return Fonts(
        (
            FontSource("fontpkg_inter", "files/Inter[opsz,wght].ttf"),
            *(FontSource("manimgx_fonts", name) for name in scripts),
            *(FontSource("manimgx_fonts", name) for name in _SYMBOLS),
            *(
                FontSource("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc", face)
                for face in _CJK_FACES.values()
            ),
        )
    )


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            f"The fonts of {package} are missing; install geometry_ws with its dependencies."
        )
    return Path(spec.submodule_search_locations[0])


def path_of(source: FontSource) -> Path:
    """Where a font's file lies; ImportError names a missing package."""
    return _package_folder(source.package) / source.file


def ui_family(size: float) -> str:
    """Give the family of the interface's letters that are made for a size in pixels."""
    return f"{UI_FAMILY} {_optical(size)}"


def _optical(size: float) -> int:
    return max((each for each in OPTICAL_SIZES if each <= size), default=OPTICAL_SIZES[0])


def _ui_faces(face: skia.Typeface) -> dict[tuple[int, int], skia.Typeface]:
    return {
        (size, weight): at_axes(face, wght=weight, opsz=size)
        for size in OPTICAL_SIZES
        for weight in WEIGHTS
    }


def _at_weights(face: skia.Typeface) -> list[skia.Typeface]:
    """Clone a variable font at all weights; a font that has just one stays as it is."""
    axes = {each.axis for each in face.getVariationDesignPosition()}
    if _tag("wght") not in axes:
        return [face]
    return [at_axes(face, wght=weight) for weight in WEIGHTS]


def at_axes(face: skia.Typeface, **axes: float) -> skia.Typeface:
    """Give a variable font at a place on its axes."""
    position = skia.FontArguments.VariationPosition
    wanted = [position.Coordinate(_tag(axis), float(place)) for axis, place in axes.items()]
    # Each step needs a name: skia keeps no reference, and silently ignores what is gone.
    coordinates = position.Coordinates(wanted)
    place = position(coordinates)
    arguments = skia.FontArguments().setVariationDesignPosition(place)
    return face.makeClone(arguments)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")
