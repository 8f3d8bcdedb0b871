"""Programs that run beside a test are ended after it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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


@pytest.fixture
def topic():
    """A server of ntfy's kind: what it was asked."""
    asked, came = [], threading.Condition()

    class Door(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with came:
                asked.append((self.command, self.path, dict(self.headers), body.decode()))
                came.notify()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, *_):
            pass

    def wait(number):
        with came:
            assert came.wait_for(lambda: len(asked) >= number, 30)
        return asked

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/alerts", wait
        server.shutdown()
