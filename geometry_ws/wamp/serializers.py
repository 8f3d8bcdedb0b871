"""How messages are written: MessagePack first, then CBOR; JSON can't carry bytes."""

import sys
from typing import Any


def make_serializers() -> list[Any]:
    """The serializers to offer, the best first.

    UBJSON isn't wanted, and importing its library prints a page of warnings on stderr with a newer
    numpy: it is hidden while autobahn looks for it, unless somebody uses it already.
    """
    hidden = "bjdata" not in sys.modules
    if hidden:
        sys.modules["bjdata"] = None  # type: ignore[assignment]
    try:
        from autobahn.wamp.serializer import CBORSerializer, MsgPackSerializer
    finally:
        if hidden:
            sys.modules.pop("bjdata", None)
    return [MsgPackSerializer(), CBORSerializer()]
