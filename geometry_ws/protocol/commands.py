"""Command lines: the answers of `geometry-ws openspec`, for scripts that read such output."""

from typing import Annotated

from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import NoSuchProject
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import ProjectId


class RunCommand(Request, frozen=True, kw_only=True):
    """The words of a command line, without the program's name."""

    arguments: Annotated[
        list[Annotated[str, Meta(max_length=4096)]], Meta(min_length=1, max_length=64)
    ]
    project: ProjectId | None = None


class CommandOutput(Result, frozen=True, kw_only=True):
    """What the command printed, and its exit status."""

    stdout: str
    stderr: str
    exit: int


class Commands(Interface):
    """Procedures that answer command lines."""

    @procedure(
        "command.run",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={"arguments": ["list", "--json"]},
        reads=True,
    )
    def run_command(self, caller: Caller, request: RunCommand) -> Answer[CommandOutput]:
        """Answer a command line as `geometry-ws openspec` does: the same text, the same JSON.

        It is for scripts that read what the official tool prints. Commands that write are
        refused: they need `command.write`.
        """

    @procedure(
        "command.write",
        right=Right.MAINTAIN,
        errors=(NoSuchProject,),
        example={"arguments": ["task", "set", "add-login", "2"]},
    )
    def write_command(self, caller: Caller, request: RunCommand) -> Answer[CommandOutput]:
        """Answer a command line that may write, such as `archive` or `task set`.

        Programs better call `task.set`, `document.set`, `change.create` and `change.archive`.
        """
