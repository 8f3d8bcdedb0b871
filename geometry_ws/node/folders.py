"""The folder of a node: what is where in it, and the lock of the node that runs there.

node/       the configuration and what Crossbar.io itself writes
state/      what the components keep
private/    the router's own socket
logs/       what the node said
bytecode/   what Python compiled, where it can't be kept beside the packages
lock        held while a supervisor runs; says where the node can be reached
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.http.private_folder import make_private

_LONGEST_SOCKET = 100
"""Bytes of a socket's path; systems allow 104 to 108."""


class AlreadyRunning(Exception):
    """Another supervisor has this folder; the message says where its node is."""


@dataclass(frozen=True)
class Folders:
    """The folders of one node, all private."""

    root: Path
    node: Path
    state: Path
    private: Path
    logs: Path

    @property
    def configuration(self) -> Path:
        """What `crossbar start` reads."""
        return self.node / "config.json"

    @property
    def components(self) -> Path:
        """What the processes of the components read."""
        return self.node / "components.json"

    @property
    def bytecode(self) -> Path:
        """Where Python keeps what it compiled, if it can't beside the packages."""
        return self.root / "bytecode"


@contextmanager
def prepare(root: Path) -> Iterator[Folders]:
    """Make the folders, private ones, for as long as the node runs."""
    root = root.expanduser().absolute()
    make_private(root)
    private = root / "private"
    with ExitStack() as stack:
        if len(os.fsencode(private / "router.sock")) > _LONGEST_SOCKET:
            short = tempfile.TemporaryDirectory(prefix="geometry-ws-")
            private = Path(stack.enter_context(short)) / "private"
        folders = Folders(root, root / "node", root / "state", private, root / "logs")
        for folder in (folders.node, folders.state, folders.private, folders.logs):
            make_private(folder)
        yield folders


@contextmanager
def lock(folders: Folders, address: str) -> Iterator[bool]:
    """Hold the folder; the lock goes with its process, however that ends.

    Gives whether the last holder was killed, so that its node may just be ending. Raises
    AlreadyRunning.
    """
    descriptor = os.open(folders.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(_holder(descriptor)) from None
        killed = bool(os.pread(descriptor, 1, 0))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "address": address}).encode(), 0)
        yield killed
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        held = json.loads(os.pread(descriptor, 4096, 0))
        return (
            f"This project is shown already at {held['address']} (process {held['pid']}); "
            "to start it again, stop that with Ctrl-C first."
        )
    except (ValueError, KeyError, TypeError):
        return "This project is shown already; to start it again, stop that with Ctrl-C first."
