"""What each process of a node may write into the log: much at once, and little for ever. Pure.

The log keeps some megabytes. Guests who join and leave as fast as they can, or send what can't be
read, would push out within minutes everything that was written before.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

AT_ONCE_BYTES: Final = 512 * 2**10
"""What a process may write beyond its rate; the router's start takes a tenth of it."""

BYTES_PER_SECOND: Final = 128.0
"""What a process may write for ever: the log then goes back for eight hours of it."""

_AGAIN_BYTES: Final = 4096
"""Room for so much must be there before lines follow those that were left out."""

_MOST_PROCESSES: Final = 16
_LONGEST_LINE: Final = 2**16
_HEAD: Final = re.compile(rb"\S+ (\[[^\]\n]{1,40}\]) ")


@dataclass
class _Process:
    """A process by its name and number, as its lines have them."""

    left_bytes: float = AT_ONCE_BYTES
    since: float = 0.0
    left_out: int = 0


class LogBudget:
    """Lines in, and out again those for which there is room, with the number of the others."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = b""
        self._processes: OrderedDict[bytes, _Process] = OrderedDict()

    def take(self, data: bytes, now: float) -> bytes:
        """What is to be written; the end of an unfinished line comes with its rest."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        return b"".join(self._pass(line + b"\n", now) for line in lines)

    def rest(self) -> bytes:
        """The line that was never finished."""
        rest, self._rest = self._rest, b""
        return rest

    def _pass(self, line: bytes, now: float) -> bytes:
        head = _HEAD.match(line)
        if head:
            # Further lines of the same message have no head.
            self._name = head[1]
        process = self._process(now)
        needed = max(len(line), _AGAIN_BYTES if process.left_out else 0)
        if needed > process.left_bytes:
            process.left_out += 1
            return b""
        if process.left_out:
            words = b"%s %d lines are left out here: too many came at once\n"
            line = words % (self._name, process.left_out) + line
            process.left_out = 0
        process.left_bytes -= len(line)
        return line

    def _process(self, now: float) -> _Process:
        process = self._processes.setdefault(self._name, _Process(since=now))
        self._processes.move_to_end(self._name)
        if len(self._processes) > _MOST_PROCESSES:
            self._processes.popitem(last=False)
        earned = (now - process.since) * BYTES_PER_SECOND
        process.left_bytes = min(AT_ONCE_BYTES, process.left_bytes + earned)
        process.since = now
        return process
