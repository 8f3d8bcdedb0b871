"""The exit statuses of the command line."""

from enum import IntEnum


class Exit(IntEnum):
    """An exit status."""

    OK = 0
    ERROR = 1
    USAGE = 2
    FINDINGS = 3
    UNREACHABLE = 4
