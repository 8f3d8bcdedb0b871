"""The router colours no words of log lines that it never writes.

For every message that it gets or sends, libraries of the router put some words of a debug line into
a terminal's colours, also where no such line is written: a twentieth of the router's work with
fifty viewers. Our log goes to files and pipes, where colours are only in the way.
"""

from types import ModuleType

import autobahn.util
from crossbar import _util


def log_plainly(autobahn_util: ModuleType = autobahn.util, router: ModuleType = _util) -> None:
    """Leave words uncoloured from now on, in this process; a second call does no harm.

    The names that are replaced are private to the libraries: where they are gone, colours stay.
    """
    for module in (autobahn_util, router):
        if callable(getattr(module, "hl", None)):
            module.hl = _plain  # type: ignore[attr-defined]


def _plain(text: object, bold: bool = False, color: str = "") -> str:  # noqa: ARG001 - as it was
    return text if isinstance(text, str) else str(text)
