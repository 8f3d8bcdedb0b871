"""Child: tasks of a change done and undone, as editors and programs do it.

``saves`` times, by ``how``: "rename" (a new file takes the old one's place), "write" (into the
file itself), "set" (task.set). Report: for each change when it was begun, answered, and heard of.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from benchmarks.processes.children import say, serve
from geometry_ws.client import Client, Message, run

PAUSE_SECONDS = 0.35
"""Between changes: longer than any takes to be shown, or it would count for the next."""

EVENT_SECONDS = 5.0


class Saving:
    """Does and undoes the tasks of one change, and waits for the event of each."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._file = Path(settings["file"])
        self._change = self._file.parent.name
        self._saves = settings["saves"]
        self._save = getattr(self, f"_{settings['how']}")
        self._waiting: tuple[int, Deferred[float]] | None = None
        self._client: Client
        self.notes: list[dict[str, Any]] = []

    async def main(self, client: Client) -> None:
        self._client = client
        await client.subscribe("project.on_changed.", self._heard, prefix=True)
        say({"ready": True})
        for number in range(self._saves):
            # Not in step with anything that might go by a clock.
            await client.sleep(PAUSE_SECONDS + (number * 37 % 100) / 1000)
            await self._once(number)
        await client.sleep(PAUSE_SECONDS)

    def report(self) -> list[dict[str, Any]]:
        return self.notes

    async def _once(self, number: int) -> None:
        lines = self._file.read_text().splitlines(keepends=True)
        tasks = [index for index, line in enumerate(lines) if line.startswith("- [")]
        task = number % len(tasks)
        line = lines[tasks[task]]
        done = line.startswith("- [ ]")
        lines[tasks[task]] = f"- [{'x' if done else ' '}]{line[5:]}"
        event: Deferred[float] = Deferred()
        self._waiting = sum(lines[index].startswith("- [x]") for index in tasks), event
        event.addTimeout(EVENT_SECONDS, _reactor())
        begun = time.monotonic()
        await self._save("".join(lines), task + 1, done, line[6:].strip())
        answered = time.monotonic()
        self.notes.append({"begun": begun, "answered": answered, "event": await event})

    async def _rename(self, text: str, *_: Any) -> None:
        beside = self._file.with_name(f".{self._file.name}.new")
        beside.write_text(text)
        beside.replace(self._file)

    async def _write(self, text: str, *_: Any) -> None:
        self._file.write_text(text)

    async def _set(self, text: str, task: int, done: bool, words: str) -> None:
        await self._client.call("task.set", change=self._change, task=task, done=done, expect=words)

    def _heard(self, message: Message) -> None:
        moment = time.monotonic()
        for event in message.keywords["events"]:
            detail = event.get("detail") or {}
            known = event.get("name") == self._change and self._waiting is not None
            if known and detail.get("done") == self._waiting[0] and not self._waiting[1].called:
                self._waiting[1].callback(moment)


def _reactor() -> Any:
    from twisted.internet import reactor

    return reactor


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    saving = Saving(settings)
    run(saving.main, settings["address"], quiet=True, twisted=True)
    return saving.report


if __name__ == "__main__":
    serve(main)
