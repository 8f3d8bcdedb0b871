"""Runs the command line as people do: a process of its own."""

import os
import queue
import subprocess
import sys
import threading
import time

SECONDS = 60
QUIET = {**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def run(*arguments, stdin=b"", env=None, **more):
    """One command from beginning to end."""
    command = [sys.executable, "-m", "geometry_ws", *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
        env={**QUIET, **(env or {})},
        check=False,
        **more,
    )


class Running:
    """A program that runs beside the test; its lines can be waited for."""

    def __init__(self, *command):
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=QUIET,
        )
        self.lines = queue.Queue()
        self.seen = []
        self.pumps = [
            self._pump(self.process.stdout, "out"),
            self._pump(self.process.stderr, "err"),
        ]

    def _pump(self, stream, name):
        def copy():
            with stream:
                for line in stream:
                    self.lines.put((name, line.decode("utf-8").rstrip("\n")))

        thread = threading.Thread(target=copy, daemon=True)
        thread.start()
        return thread

    def line(self, *words, name=None):
        """The next line that has all the words, of one stream where it is named."""
        deadline = time.monotonic() + SECONDS
        while True:
            left = deadline - time.monotonic()
            try:
                stream, line = self.lines.get(timeout=max(left, 0.01))
            except queue.Empty:
                raise AssertionError(f"no line with {words} among {self.seen}") from None
            self.seen.append((stream, line))
            if all(word in line for word in words) and name in (None, stream):
                return line

    def end(self, number):
        """Send a signal and give the exit status."""
        self.process.send_signal(number)
        status = self.process.wait(SECONDS)
        for pump in self.pumps:
            pump.join(SECONDS)
        while not self.lines.empty():
            self.seen.append(self.lines.get())
        return status

    def text(self, name):
        """All that was printed on one stream so far."""
        return "\n".join(line for stream, line in self.seen if stream == name)
