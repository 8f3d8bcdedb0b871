"""Programs of people, run as processes of their own: with a real node, and ended with the test."""

import subprocess
import sys
import time
from pathlib import Path

SECONDS = 40


def run_program(text, *arguments, timeout=SECONDS, **options):
    """Run a program to its end; gives it with its output."""
    return subprocess.run(
        [sys.executable, "-c", text, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **options,
    )


class Program:
    """A program that runs; its lines can be waited for."""

    def __init__(self, text, *arguments, **options):
        command = [sys.executable, "-u"]
        command += [str(text)] if isinstance(text, Path) else ["-c", text]
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()

    def say(self, line):
        """Write a line to its standard input."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def line(self):
        """Its next line of output."""
        return self.process.stdout.readline().rstrip("\n")

    def complaint(self):
        """Its next line of complaints."""
        return self.process.stderr.readline().rstrip("\n")

    def end(self, number):
        """Send a signal, and wait for its end; gives the status and the rest of its complaints."""
        self.process.send_signal(number)
        status = self.process.wait(SECONDS)
        return status, self.process.stderr.read()


def wait_for(condition, seconds=SECONDS):
    """Wait until something holds; gives it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value


def surfaces(node):
    """The surfaces of a node by their titles."""
    listed = node.call("surface.list").json["args"][0]["surfaces"]
    return {surface["title"]: surface for surface in listed}
