"""Python runs this before anything else, in Crossbar.io's controller and in its workers.

Crossbar.io has no hook that comes before its own imports. The machine's own `sitecustomize`, which
this one hides, is run first.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

from geometry_ws.wamp.upstream.start import leave_out


def _run_the_hidden_one() -> None:
    here = Path(__file__).resolve().parent
    elsewhere = [place for place in sys.path if Path(place).resolve() != here]
    spec = PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if __name__ == "sitecustomize":
    try:
        _run_the_hidden_one()
    finally:
        leave_out()
