"""What viewers behind need, put together from what each of them needs."""

from collections.abc import Mapping
from typing import NamedTuple

from geometry_ws.scene.geometry import Region


class CatchUp(NamedTuple):
    """What one frame brings to several viewers; no pixel is named twice.

    ``floors`` says since which frame each plane has been missed, ``regions`` what of it; others are
    ``downscaled`` and needed in more pixels, or ``lossy`` and needed exactly.
    """

    floors: dict[str, int]
    regions: dict[str, Region]
    downscaled: dict[str, Region]
    lossy: dict[str, Region]


def add(regions: dict[str, Region], more: Mapping[str, Region]) -> None:
    """One more viewer needs these, too."""
    for plane, region in more.items():
        regions[plane] = regions[plane].union(region) if plane in regions else region


def without(regions: dict[str, Region], others: Mapping[str, Region]) -> dict[str, Region]:
    """What of them isn't in the others."""
    left = {
        plane: region.subtract(others[plane]) if plane in others else region
        for plane, region in regions.items()
    }
    return {plane: region for plane, region in left.items() if region}
