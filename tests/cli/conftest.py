"""Programs that run beside a test are ended after it."""

import pytest

from tests.cli import cli_support


@pytest.fixture
def start():
    """`start("-m", "geometry_ws", "connect", …)`: a Python program, killed at the end."""
    running = []

    def begin(*command):
        running.append(cli_support.Running(*command))
        return running[-1]

    yield begin
    for program in running:
        if program.process.poll() is None:
            program.process.kill()
        program.process.wait()
        for pump in program.pumps:
            pump.join()


@pytest.fixture
def connected(start, node):
    """A `geometry-ws connect` that has said who answers."""

    def begin(*options, address=None):
        program = start("-m", "geometry_ws", "connect", address or node.url, *options)
        program.line("answers", name="err")
        return program

    return begin
