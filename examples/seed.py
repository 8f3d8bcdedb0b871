"""Opens ws://localhost:8081, prints what it receives, sends b"hello", and comes back when closed.

python examples/seed.py [http://localhost:8081]
"""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def main(address: str) -> None:
    """Talk to a node for ever; waits between attempts grow while it isn't there."""
    async for socket in connect(address.replace("http", "ws", 1), max_size=2**24):
        try:
            await socket.send(b"hello")
            async for message in socket:
                print(message, flush=True)
        except ConnectionClosed as closed:
            print(f"closed: {closed}", flush=True)


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8081"))
