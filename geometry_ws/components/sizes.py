"""How large a value is as a message, and how large a message of a component may be.

A raw socket carries 16 MiB; what is larger is lost there, and whoever waits for it waits for ever.
Serializers differ a little and the router adds its own, so what we send ends well below that.
"""

import msgspec

SENT_BYTES = 12 * 2**20


def size_of(value: msgspec.Struct) -> int:
    """The bytes of a value as MessagePack, which is close to what CBOR needs."""
    return len(msgspec.msgpack.encode(value))
