"""Events as the board hears them: typed, or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from twisted.logger import Logger

from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import DeclaredError

log = Logger()


def read_event(kind: type[Any], args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """An event's keywords, typed; None where they aren't what was declared."""
    try:
        return decode(kind, args, keywords)
    except (DeclaredError, msgspec.ValidationError):
        log.warn("an event of {kind} can't be read", kind=kind.__name__)
        return None
