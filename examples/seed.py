"""Opens ws://localhost:8081, prints what it receives, sends b"hello", and comes back when closed.

python examples/seed.py [http://localhost:8081]
"""

import argparse
import asyncio

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


parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("address", nargs="?", default="http://localhost:8081", help="of the node")
asyncio.run(main(parser.parse_args().address))
