"""What the OpenSpec component says of itself."""

from geometry_ws.protocol.compositor import Describe, Description, Hello
from geometry_ws.protocol.declare import Answer, Caller, Interface, Result, procedure
from geometry_ws.protocol.errors import UnsupportedVersion
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import ProjectId, Version


class OpenSpecHello(Result, frozen=True):
    """The component's answer to hello; ``notices`` are sentences on what is wrong with it."""

    version: Version
    software: str
    epoch: str
    features: list[str]
    follows: str
    projects: list[ProjectId]
    notices: list[str] = []


class OpenSpecMeta(Interface):
    """Version, projects and schema of the OpenSpec component."""

    @procedure(
        "openspec.hello",
        right=Right.LOOK,
        errors=(UnsupportedVersion,),
        example={"major": 1},
        reads=True,
    )
    def openspec_hello(self, caller: Caller, request: Hello) -> Answer[OpenSpecHello]:
        """Agree on the version and learn which projects are served.

        `follows` is the version of the official OpenSpec tool whose format is followed. A new
        `epoch` means that the component was started anew: take a snapshot again.
        """

    @procedure("openspec.describe", right=Right.LOOK, example={}, reads=True)
    def openspec_describe(self, caller: Caller, request: Describe) -> Answer[Description]:
        """Get the schema of everything that this protocol declares."""
