"""Surfaces of programs as windows: whoever operates the world moves, raises and closes them.

A window with several faces is moved, raised and closed as one: these are its owner's surfaces with
`shown_when` that have the same rectangle. What the node's own components have made stays where it
is.
"""

from typing import Final

from geometry_ws.protocol import errors, surfaces
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.rights import BRIDGE_ROLE, COMPONENT_ROLE, GUEST_ROLE, Right, may
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.faces import ALWAYS
from geometry_ws.scene.surface import Surface
from geometry_ws.scene.world import Update, World
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.session import QuietSession

_AT_ONCE: Final = 32
"""Faces that are moved in one step of the world."""


class Windows:
    """Knows the roles of programs, and does to their surfaces what others ask for."""

    def __init__(self, session: QuietSession, world: World) -> None:
        self._session = session
        self._world = world
        self._roles: dict[int, str] = {}

    def made(self, caller: Caller) -> None:
        """A session has made a surface."""
        self._roles[caller.session] = _role(caller)

    def left(self, session: int) -> None:
        """A session has left."""
        self._roles.pop(session, None)

    def place(self, request: surfaces.PlaceSurface) -> list[Changes]:
        """Move a window, or bring it to the front. Raises NoSuchSurface."""
        faces = self._faces(request.surface)
        owner = faces[0].owner
        changes = []
        x, y = request.x, request.y
        if request.free:
            x, y = self._world.free_place(faces[0].width, faces[0].height)
        if x is not None or y is not None:
            for begin in range(0, len(faces), _AT_ONCE):
                updates = [Update(face.id, x=x, y=y) for face in faces[begin : begin + _AT_ONCE]]
                changes.append(self._world.commit(owner, updates))
        if request.front:
            changes += [self._world.raise_surface(owner, face.id) for face in faces]
        return changes

    def close(self, caller: Caller, request: surfaces.OneSurface) -> list[Changes]:
        """Remove a window, and tell its program. Raises NoSuchSurface and NotAuthorized."""
        faces = self._faces(request.surface)
        owner, role = faces[0].owner, _role(caller)
        if role != self._role_of(faces[0]) and not may(role, Right.MAINTAIN):
            raise errors.NotAuthorized(
                "Only maintainers, and sessions of the role that its program has, close a window."
            )
        changes = []
        for face in faces:
            changes.append(self._world.destroy(owner, face.id))
            event = surfaces.SurfaceClosed(surface=face.id, by=By.of(caller))
            topic = surfaces.Surfaces.on_closed
            if isinstance(owner, int):
                announce(self._session, topic, event, face.id, eligible=[owner])
        return changes

    def _faces(self, surface: str) -> list[Surface]:
        """All faces of a program's window, the lowest first."""
        target = self._world.get(surface)
        if target is None or self._role_of(target) == COMPONENT_ROLE:
            raise errors.NoSuchSurface(
                f"No program has a surface {surface!r}; the node's own are not for this.",
                surface=surface,
            )
        if target.shown_when is ALWAYS:
            return [target]
        return [
            face
            for face in self._world.stack()
            if face.owner == target.owner
            and face.rect == target.rect
            and face.shown_when is not ALWAYS
        ]

    def _role_of(self, surface: Surface) -> str:
        """What its program is; a component, where that isn't known."""
        owner = surface.owner
        return self._roles.get(owner, COMPONENT_ROLE) if isinstance(owner, int) else COMPONENT_ROLE


def _role(caller: Caller) -> str:
    return GUEST_ROLE if caller.authrole == BRIDGE_ROLE else caller.authrole
