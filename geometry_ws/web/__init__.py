"""The dashboard, built into dist/ by build.mjs. Must not know who serves it."""

import pathlib


def dist() -> pathlib.Path:
    """The folder of the built dashboard; it has an index.html once it was built."""
    return pathlib.Path(__file__).parent / "dist"
