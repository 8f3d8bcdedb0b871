"""The exit statuses of the command line."""

from enum import IntEnum


class Exit(IntEnum):
    """An exit status, with its meaning in a sentence."""

    meaning: str

    def __new__(cls, status: int, meaning: str = "") -> "Exit":
        """A status with its meaning; the status is the value."""
        member = int.__new__(cls, status)
        member._value_ = status
        member.meaning = meaning
        return member

    OK = 0, "It is done, or Ctrl-C has ended `up`, `connect` or `show`."
    ERROR = 1, "It could not be done; standard error says why."
    USAGE = 2, "What was typed can't be understood."
    FINDINGS = 3, "Kept for findings of a check; no command ends with it now."
    UNREACHABLE = 4, "No node answers at the address."
