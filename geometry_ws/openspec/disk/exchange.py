"""Two files change places in one step: what lay at a path isn't gone, and can be looked at.

Replacing a file loses what somebody saved there a moment before. Linux and macOS can exchange
files instead, on most file systems; Python has no function for it.
"""

import errno
import functools
import os
import sys
from collections.abc import Callable

_HERE = -100
"""Paths are as they are for every other call (AT_FDCWD)."""
_EXCHANGE = 2
"""The flag of both systems."""
_CANT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def exchange(first: str, second: str) -> bool:
    """Let two files change places; False where that can't be done here. Raises OSError."""
    call = _function()
    if call is None:
        return False
    number = call(os.fsencode(first), os.fsencode(second))
    if not number:
        return True
    if number in _CANT:
        return False
    raise OSError(number, os.strerror(number), first, None, second)


@functools.cache
def _function() -> Callable[[bytes, bytes], int] | None:
    """The system's function, which gives the error's number or 0; None where there is none."""
    import ctypes

    name = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        function = getattr(library, name) if name else None
    except (AttributeError, OSError):
        return None
    if function is None:
        return None
    here = _HERE if sys.platform == "linux" else -2

    def call(first: bytes, second: bytes) -> int:
        failed = function(here, first, here, second, ctypes.c_uint(_EXCHANGE))
        return ctypes.get_errno() if failed else 0

    return call
