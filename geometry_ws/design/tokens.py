"""The values of tokens.toml, for Python: the colours of both themes, and sizes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

Rgba = tuple[int, int, int, int]
"""Straight (not premultiplied) red, green, blue and alpha, each 0 to 255."""

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The look's values; colours by theme and name (``tokens.colours["dark"]["card-bg"]``).

    Everything else is as tokens.toml has it: sizes in CSS pixels, times in milliseconds.
    """

    colours: Mapping[str, Mapping[str, Rgba]]
    contrast: Mapping[float, tuple[tuple[str, str], ...]]
    type: Mapping[str, tuple[int, int]]
    weight: Mapping[str, int]
    space: Mapping[str, int]
    radius: Mapping[str, int]
    measure: Mapping[str, int]
    shadow: Mapping[str, tuple[int, int, str]]
    motion: Mapping[str, int]


def _read() -> Tokens:
    table = tomllib.loads(files(__package__).joinpath("tokens.toml").read_text("utf-8"))
    colours = {
        theme: MappingProxyType({n: _rgba(pair[place]) for n, pair in table["colour"].items()})
        for place, theme in enumerate(THEMES)
    }
    return Tokens(
        colours=MappingProxyType(colours),
        contrast=MappingProxyType(
            {float(least): _pairs(of) for least, of in table["contrast"].items()}
        ),
        type=_tuples(table["type"]),
        weight=MappingProxyType(table["weight"]),
        space=MappingProxyType(table["space"]),
        radius=MappingProxyType(table["radius"]),
        measure=MappingProxyType(table["measure"]),
        shadow=_tuples(table["shadow"]),
        motion=MappingProxyType(table["motion"]),
    )


def _rgba(text: str) -> Rgba:
    red, green, blue, *alpha = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue, alpha[0] if alpha else 255


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (on, under) for ons, unders in rows for on in ons.split() for under in unders.split()
    )


def _tuples(table: dict[str, list[Any]]) -> Mapping[str, Any]:
    return MappingProxyType({name: tuple(values) for name, values in table.items()})


def css(colour: Rgba) -> str:
    """Write a colour for CSS and SVG: ``#rrggbb``, with ``aa`` after it where it isn't opaque."""
    return "#" + bytes(colour if colour[3] < 255 else colour[:3]).hex()


TOKENS = _read()
