"""Shows the plasma by geometry_ws: `python -m benchmarks.programs.plasma ADDRESS CONTENT START`.

It prints a line when the first picture was seen.
"""

import sys
from typing import Any

from benchmarks.programs.pictures import paced, plasma
from geometry_ws.client.showing import connect


def main(address: str, content: str, start: str) -> None:
    """Show it until the process ends."""
    screen = connect(address, keep=False, start=start or False, quiet=True)
    handle = screen.show(plasma(0), title="Plasma", content=content)
    while not handle.flush():
        handle.update(plasma(0))
    print("seen", flush=True)

    def show(picture: Any) -> None:
        handle.update(picture)
        handle.flush()

    paced(show)


if __name__ == "__main__":
    main(*sys.argv[1:4])
