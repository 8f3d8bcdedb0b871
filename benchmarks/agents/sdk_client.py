"""A client made with the Python SDK, old or new: lists the tools and calls all six, both ways.

Started by clients.py with a Python that has the package mcp; nothing of geometry_ws is imported.
"""

import asyncio
import json
import re
import sys
from contextlib import asynccontextmanager

GIVEN = json.loads(sys.argv[1])
COMMAND, *WORDS = GIVEN["command"]


@asynccontextmanager
async def new_client(way, mode):
    """With mcp 2: one client for both eras."""
    from mcp import Client, StdioServerParameters

    child = StdioServerParameters(command=COMMAND, args=WORDS, cwd=GIVEN["cwd"])
    async with Client(child if way == "stdio" else GIVEN["url"], mode=mode) as client:
        yield client, client.protocol_version


@asynccontextmanager
async def old_client(way, _):
    """With mcp 1: only `initialize`."""
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamablehttp_client

    child = StdioServerParameters(command=COMMAND, args=WORDS, cwd=GIVEN["cwd"])
    streams = stdio_client(child) if way == "stdio" else streamablehttp_client(GIVEN["url"])
    async with streams as (reads, writes, *_), ClientSession(reads, writes) as client:
        begun = await client.initialize()
        yield client, begun.protocolVersion


async def trial(connect, way, mode):
    async with connect(way, mode) as (client, version):
        listed = await client.list_tools()
        names = [tool.name for tool in listed.tools]
        wrong, task, me = [], "", {}
        for name, arguments in GIVEN["calls"]:
            given = {**arguments, **(me if name != "show" and way == "http" else {})}
            given |= {"task": task} if task and "task" in given else {}
            given |= {} if name != "claim" else {"task": None}
            answer = await client.call_tool(name, {k: v for k, v in given.items() if v is not None})
            text = answer.content[0].text
            if getattr(answer, "is_error", None) or getattr(answer, "isError", None):
                wrong.append(f"{name}: {text}")
            elif name == "claim":
                task = re.search(r"[\w-]+/[\d.]*\d", text)[0]
                me = {"me": re.search(r"you are ([\w-]+)", text)[1]}
        expected = [name for name, _ in GIVEN["calls"]]
        wrong += [] if sorted(names) == sorted(expected) else [f"listed {names}"]
        return f"{way} {version}: {'; '.join(wrong) or 'lists and calls all six'}"


async def main():
    try:
        from mcp import Client  # noqa: F401
    except ImportError:
        connect, modes = old_client, ("",)
    else:
        connect, modes = new_client, ("auto", "legacy", "2026-07-28")
    for way in ("stdio", "http"):
        for mode in modes:
            print(await trial(connect, way, mode))


asyncio.run(main())
