"""Whether some program has a file open for writing at this moment.

An editor that writes a file in several steps leaves half of it for a moment; who then replaces the
file takes the other half away. The system tells: it grants a lease for reading only on a file that
nobody has open for writing.
"""

import contextlib
import errno
import fcntl
import os
import signal

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_being_written(path: str) -> bool:
    """Say whether a file is open for writing; False where the system doesn't tell."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    with contextlib.suppress(OSError):
        descriptor = os.open(path, _READ)
        try:
            # Who opens it right now breaks the lease; the usual signal would end this process.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as problem:
            return problem.errno == errno.EAGAIN
        finally:
            os.close(descriptor)
    return False
