"""Whether the address of a page names something, so that its status says so before its script does.

The page itself is the same: it says what may have been meant. Whoever isn't let in is told nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, unquote

from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions

from geometry_ws.http.decide import Refused
from geometry_ws.http.gate import Visitor
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import NoSuchChange, NoSuchProject, NoSuchSpec
from geometry_ws.protocol.names import uri
from geometry_ws.wamp.quiet import QuietKeywords

SECONDS = 2
"""How long a page waits for the word whether there is such a thing."""

_OWNERS = {"changes": "change", "specs": "spec", "archive": "archived"}
_NOTHING = {NoSuchChange.uri, NoSuchProject.uri, NoSuchSpec.uri}


def read_item(path: str, query: str) -> dict[str, str] | None:
    """What a page's address names, as keywords of `document.list`; None for pages of lists."""
    folder, _, name = path[1:].partition("/")
    owner = _OWNERS.get(folder)
    if owner is None or not name:
        return None
    try:
        project = dict(parse_qsl(query, max_num_fields=20)).get("project", "")
    except ValueError:
        return None
    return {owner: unquote(name), **({"project": project} if project else {})}


async def names_nothing(
    item: Mapping[str, str],
    visitor: Callable[[], Awaitable[Visitor]],
    session_of: Callable[[Visitor], QuietKeywords],
) -> bool:
    """Whether the node says that there is no such thing; not so where nobody says anything."""
    try:
        session = session_of(await visitor())
        options = CallOptions(timeout=SECONDS)
        await session.call_with(uri("document.list"), (), dict(item), options)
    except ApplicationError as problem:
        return problem.error in _NOTHING
    except (DeclaredError, Refused):
        return False
    return False
