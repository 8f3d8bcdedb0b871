"""The head of a Twisted request as a value that `decide` takes."""

from twisted.web.server import Request

from geometry_ws.http.decide import Head
from geometry_ws.http.request import HOOK_HEADER
from geometry_ws.http.visits import TOKEN_HEADERS

_SEEN = ("host", "origin", "content-type", "if-none-match", "sec-fetch-site")
_ACCEPT = ("accept", "accept-encoding")
_SOCKET = ("upgrade", "sec-websocket-protocol")
_MCP = ("mcp-protocol-version", "mcp-method", "mcp-name", HOOK_HEADER)
_SEC = ("sec-fetch-mode", "sec-fetch-dest")
_HEADERS = (*_SEEN, *_ACCEPT, *_SOCKET, *_MCP, *_SEC, "last-event-id", *TOKEN_HEADERS)


def read_head(request: Request) -> Head:
    """The method, the path, the query, and the headers that anything here looks at."""
    path, _, query = request.uri.partition(b"?")
    headers = {
        name: tuple(
            value.decode("latin-1")
            for value in request.requestHeaders.getRawHeaders(name.encode(), ())
        )
        for name in _HEADERS
    }
    return Head(
        request.method.decode("latin-1"), path.decode("latin-1"), query.decode("latin-1"), headers
    )
