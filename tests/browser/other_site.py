"""A web site that isn't the node's: pages by their paths, each at an origin of its own."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """What is served; the pages may be changed meanwhile."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.pages: dict[str, str] = {"/favicon.ico": ""}


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """A site on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = served.pages.get(self.path)
            body = (text or "").encode()
            self.send_response(404 if text is None else 200)
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
