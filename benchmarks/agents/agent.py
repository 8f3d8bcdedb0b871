"""An agent without a model: the child that a program of agents starts, and what is said to it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

TASK = re.compile(r"[\w-]+(?:/[\d.]*\d|#\d+)")


class Agent:
    """`geometry-ws mcp` in a folder; `name` is what its first claim gives it."""

    def __init__(self, address: str, folder: Path, *words: str) -> None:
        self.name = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "geometry_ws", "mcp", "--url", address, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._number = 0

    def ask(self, method: str, **params):
        """One request and its answer."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def call(self, tool: str, **arguments) -> str:
        """What a tool answers."""
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        text = result["content"][0]["text"]
        if match := re.search(r"\(you are ([^)]+)\)", text):
            self.name = match[1]
        return text

    def claim(self) -> str:
        """The next task; empty where none is free."""
        text = self.call("claim")
        return TASK.search(text)[0] if text.startswith("Yours") else ""

    def end(self, *, killed: bool = False) -> None:
        """Its program ends, or is killed."""
        if killed:
            self.process.kill()
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
