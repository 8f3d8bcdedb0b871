"""Projects that are read while the component waits for the router: whoever asks first finds them.

Each is taken once. What changes on the disk meanwhile is seen as what changes between reading and
watching always is: everything is looked at once more when the watches stand.
"""

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from twisted.logger import Logger

from geometry_ws.components.openspec.gc_tuning import without_collection
from geometry_ws.components.openspec.turns import short_turns
from geometry_ws.openspec.disk.find_project import find_openspec_folder
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import StoreError

log = Logger()


@dataclass(frozen=True, slots=True)
class Read:
    """A project that was read, and what its trees will share."""

    folder: Path
    store: Store
    shared: Shared


class ReadAhead:
    """Reads projects in threads of their own; `state` is where it is kept what is known of them."""

    def __init__(self, state: Path | None = None) -> None:
        self._state = state
        self._begun: dict[tuple[Path, str, str], Future[Read | None]] = {}

    def begin(self, path: Path, title: str, name: str) -> None:
        """Begin to read the project at a path; `name` is what its folder openspec/ is called."""
        future: Future[Read | None] = Future()
        self._begun[path, title, name] = future
        # A process that is told to end doesn't wait for it.
        thread = threading.Thread(
            target=self._read, args=(future, path, title, name), name="read-ahead", daemon=True
        )
        thread.start()

    def take(self, path: Path, title: str, name: str) -> Read | None:
        """The project, as soon as it is read; None where nobody began to, or it can't be read."""
        future = self._begun.pop((path, title, name), None)
        return None if future is None else future.result()

    def _read(self, future: "Future[Read | None]", path: Path, title: str, name: str) -> None:
        read = None
        try:
            folder = find_openspec_folder(path, name).absolute()
            shared = Shared()
            store = Store(folder, title, self._state, shared=shared, apart=True)
            with without_collection(), short_turns():
                store.load()
            read = Read(folder, store, shared)
            log.info("{path} is read", path=str(path))
        except StoreError:
            pass  # whoever opens it says so
        except Exception:  # noqa: BLE001 - likewise, in its own words
            log.failure("{path} can't be read ahead", path=str(path))
        finally:
            future.set_result(read)
