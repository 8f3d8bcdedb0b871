"""Everything that is declared, by URI."""

from difflib import get_close_matches

from geometry_ws.protocol.access import AccessMeta
from geometry_ws.protocol.activity import ActivityMeta
from geometry_ws.protocol.agents import Agents
from geometry_ws.protocol.attention import Attention
from geometry_ws.protocol.boards import BoardMeta
from geometry_ws.protocol.change_views import ChangeViews
from geometry_ws.protocol.changes import Changes
from geometry_ws.protocol.channels import Channels
from geometry_ws.protocol.commands import Commands
from geometry_ws.protocol.compositor import CompositorMeta
from geometry_ws.protocol.declare import DeclaredError, Interface, Procedure, Topic
from geometry_ws.protocol.documents import Documents
from geometry_ws.protocol.drops import Drops
from geometry_ws.protocol.errors import NoSuchProcedure, UnsupportedVersion
from geometry_ws.protocol.names import MAJOR, expand, short, version_of
from geometry_ws.protocol.openspec import OpenSpecMeta
from geometry_ws.protocol.outputs import Outputs
from geometry_ws.protocol.presence import Claims, PresenceMeta
from geometry_ws.protocol.project_views import ProjectViews
from geometry_ws.protocol.projects import Projects
from geometry_ws.protocol.seats import Seats
from geometry_ws.protocol.specs import Specs
from geometry_ws.protocol.streams import Streams
from geometry_ws.protocol.surfaces import Surfaces
from geometry_ws.protocol.tasks import Tasks
from geometry_ws.protocol.writing import Writing

INTERFACES: tuple[type[Interface], ...] = (
    CompositorMeta,
    Surfaces,
    Outputs,
    Streams,
    Seats,
    Drops,
    OpenSpecMeta,
    Projects,
    ProjectViews,
    Changes,
    ChangeViews,
    Tasks,
    Specs,
    Documents,
    Commands,
    Writing,
    Attention,
    PresenceMeta,
    Claims,
    Agents,
    Channels,
    ActivityMeta,
    BoardMeta,
    AccessMeta,
)

PROCEDURES: dict[str, Procedure] = {
    procedure.uri: procedure for interface in INTERFACES for procedure in interface.procedures()
}
"""Every procedure by its full URI."""

HEARD: tuple[Topic, ...] = tuple(topic for i in INTERFACES for topic in i.heard())
"""Topics that viewers publish and components listen to."""

PUBLISHED: tuple[Topic, ...] = tuple(topic for i in INTERFACES for topic in i.published())
"""Topics that components publish."""

TOPICS: dict[str, Topic] = {topic.uri: topic for topic in (*HEARD, *PUBLISHED)}
"""Every topic by its full URI (with a slot: the part before the id)."""


def find_errors() -> dict[str, type[DeclaredError]]:
    """Every declared error by its URI, the general ones included."""
    declared: dict[str, type[DeclaredError]] = {}
    waiting = list(DeclaredError.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if cls.uri:
            declared[cls.uri] = cls
    return dict(sorted(declared.items()))


def find_procedure(name: str) -> Procedure:
    """The procedure of a full URI; raises UnsupportedVersion, or NoSuchProcedure.

    A short name isn't taken for its URI: the router passes on nothing but URIs.
    """
    procedure = PROCEDURES.get(name)
    if procedure is not None:
        return procedure
    version = version_of(name)
    if version is not None and version != MAJOR:
        raise UnsupportedVersion(
            f"This node speaks version {MAJOR} of the protocol, not {version}.", supported=[MAJOR]
        )
    name = name[:_LONGEST_URI]
    shown = short(name)
    if expand(name) in PROCEDURES:
        raise NoSuchProcedure(
            f"Call {shown} by its whole name, {expand(name)}.",
            procedure=name,
            nearest=[expand(name)],
        )
    nearest = get_close_matches(shown, map(short, PROCEDURES), _MOST_NEAREST)
    hint = f"; did you mean {' or '.join(nearest)}?" if nearest else "."
    raise NoSuchProcedure(
        f"There is no procedure {shown}{hint}",
        procedure=name,
        nearest=[expand(each) for each in nearest],
    )


_MOST_NEAREST = 2
_LONGEST_URI = 255


def topic_of(full: str) -> Topic | None:
    """The declaration of a topic's URI, ids included."""
    if full in TOPICS:
        return TOPICS[full]
    return TOPICS.get(full[: full.rfind(".") + 1])
