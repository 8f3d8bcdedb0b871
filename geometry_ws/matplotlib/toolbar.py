"""What matplotlib's keys do: h, left, right, p, o and s. There are no buttons to press."""

import os
from pathlib import Path
from typing import Any

from matplotlib import rcParams
from matplotlib.backend_bases import NavigationToolbar2

MOST_FILES = 1000


class Toolbar(NavigationToolbar2):
    """Home, back, forward, pan, zoom and save, of one canvas."""

    def draw_rubberband(self, event: Any, x0: float, y0: float, x1: float, y1: float) -> None:  # noqa: ARG002
        """Show the rectangle that will be zoomed to."""
        self.canvas.set_rubberband((x0, y0, x1, y1))

    def remove_rubberband(self) -> None:
        """Show no rectangle any more."""
        self.canvas.set_rubberband(None)

    def save_figure(self, *_: Any) -> str | None:
        """Save the figure where the program runs, beside what is there; gives the path."""
        folder = Path(os.path.expanduser(rcParams["savefig.directory"] or "."))  # noqa: PTH111
        name = Path(self.canvas.get_default_filename())
        for number in range(MOST_FILES):
            path = folder / (f"{name.stem}-{number + 1}{name.suffix}" if number else name.name)
            if not path.exists():
                break
        else:
            self.canvas.manager.say(f"Not saved: {folder} has {MOST_FILES} pictures of this name")
            return None
        try:
            self.canvas.figure.savefig(path)
        except (OSError, ValueError) as problem:
            self.canvas.manager.say(f"Not saved: {problem}")
            return None
        self.canvas.manager.say(f"Saved {path.resolve()}")
        return str(path.resolve())
