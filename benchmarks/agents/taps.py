"""What goes through a pipe or by HTTP, written down: one line for each message of JSON-RPC.

`python -m benchmarks.agents.taps FILE COMMAND…` starts the command and stands between.
"""

import http.client
import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


def main() -> int:
    file, *command = sys.argv[1:]
    with Path(file).open("ab", buffering=0) as log:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        answers = threading.Thread(target=_copy, args=(child.stdout, sys.stdout.buffer, log))
        answers.start()
        _copy(sys.stdin.buffer, child.stdin, log)
        child.stdin.close()
        answers.join()
        return child.wait()


def _copy(source, target, log):
    for line in source:
        log.write(line)
        target.write(line)
        target.flush()


@contextmanager
def http_tap(address: str, file: Path):
    """A door before a node's; gives its address."""
    place = urlsplit(address)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            named = {k.lower(): v for k, v in self.headers.items() if k.lower() != "connection"}
            named["host"] = place.netloc
            connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
            connection.request(self.command, self.path, body, named)
            answer = connection.getresponse()
            content = answer.read()
            with file.open("ab") as log:
                log.write(body.strip() + b"\n" + content.strip() + b"\n")
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _pass_on  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.handle_error = lambda *_: None  # a program that ends leaves its connections
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def messages(file: Path) -> list[dict]:
    """What went through."""
    lines = file.read_bytes().splitlines() if file.exists() else []
    read = [json.loads(line) for line in lines if line.startswith(b"{")]
    return [message for message in read if isinstance(message, dict)]


if __name__ == "__main__":
    sys.exit(main())
