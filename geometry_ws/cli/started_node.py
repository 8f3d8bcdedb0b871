"""A node that ends with the program that has started it: what `connect(start=True)` runs.

It is ``geometry-ws up``, and stops when its standard input is closed, which the system does even
where that program was killed.
"""

import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from geometry_ws.cli import main


def keep(folder: Path, port: str) -> int:
    """Run a node until the standard input is closed; gives its status."""
    from geometry_ws.openspec.disk.find_project import find_project
    from geometry_ws.openspec.format.errors import NoProject

    # Until the node listens to signals itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="geometry_ws-") as place:
        words = ["up", "--port", port]
        try:
            find_project(folder)
        except NoProject:
            folder = Path(place) / (folder.name or "programs")
            for part in ("specs", "changes"):
                (folder / "openspec" / part).mkdir(parents=True)
            words += ["--state", str(Path(place) / "state")]
        return main([*words, str(folder)])


def _stop_at_end_of_input() -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2]))
