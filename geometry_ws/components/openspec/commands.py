"""Command lines, answered as `geometry-ws openspec` answers them."""

import datetime

from geometry_ws.components.openspec.authorship import Write, author, command_run
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.openspec import commands
from geometry_ws.openspec.commands.output import Output
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import Unwritable
from geometry_ws.protocol import commands as wire
from geometry_ws.protocol.declare import Caller

_MOST_CHARACTERS = 4 * 2**20
"""Of an answer: in the worst case three bytes each on the wire."""


class ServedCommands(wire.Commands):
    """Command lines about the projects that are served."""

    def __init__(self, registry: ProjectRegistry) -> None:
        self._registry = registry

    async def run_command(self, caller: Caller, request: wire.RunCommand) -> wire.CommandOutput:
        """Answer command.run."""
        project = self._registry.find(request.project)
        return _command_output(
            await self._registry.in_thread(_run, project, request.arguments, ReadOnlyProject)
        )

    async def write_command(self, caller: Caller, request: wire.RunCommand) -> wire.CommandOutput:
        """Answer command.write."""
        project = self._registry.find(request.project)
        with project.writing():
            output = await self._registry.in_thread(_run, project, request.arguments, StoredProject)
        project.advance(Write(author(caller), command_run(request.arguments)))
        return _command_output(output)


class ReadOnlyProject(StoredProject):
    """A project that commands can't write to."""

    def writable_store(self) -> Store:
        """Refuse."""
        raise Unwritable("This command writes, which needs the procedure command.write.")


def _command_output(output: Output) -> wire.CommandOutput:
    return wire.CommandOutput(stdout=output.stdout, stderr=output.stderr, exit=output.exit)


def _run(project: ServedProject, arguments: list[str], kind: type[StoredProject]) -> Output:
    stored = kind(project.store.home, {"path": project.id, "source": "node"})
    today = datetime.datetime.now().astimezone().date().isoformat()
    return commands.run(arguments, stored, today=today, limit=_MOST_CHARACTERS)
