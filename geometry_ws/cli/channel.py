"""``geometry-ws mcp --channel``: what concerns a session of Claude Code is told to it.

It is a second child of the same session, and no member: the tools' child or the hooks are.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from geometry_ws import __version__
from geometry_ws.cli.mcp import Child
from geometry_ws.cli.plain_socket import PlainSocket, Refused, Unreachable
from geometry_ws.client.address import Address
from geometry_ws.client.errors import BadAddress
from geometry_ws.team import mcp
from geometry_ws.team.channel_mcp import Asked, ChannelServer

_NEWS, _LISTED = "channel.on_news", "project.on_listed"


class ChannelChild(Child):
    """The program between a session and the node, for what is told unasked."""

    topic = f"{_NEWS},{_LISTED}"

    def __init__(self, address: Callable[[Path | None], Address], project: str | None) -> None:
        super().__init__(address, project)
        try:
            # Without a token anybody on this machine could allow what is asked for.
            permissions = bool(address(self._folder).token)
        except BadAddress:
            permissions = False
        self._channel = ChannelServer(__version__, self.title, with_permissions=permissions)

    def answer_to(self, message: object) -> mcp.Message | None:
        """See `Child.answer_to`; a permission that is asked for has its answer later."""
        taken = self._channel.take(message)
        if isinstance(taken, Asked):
            self._ask(taken)
            return None
        return None if taken is None else taken.message

    def news(self) -> list[mcp.Message]:
        """What has been told since the last time."""
        said = []
        while self.node is not None and self.node.events:
            event = self.node.events.popleft()
            if event.get("topic") == _LISTED:
                # The node's component is a new one, which knows no channel yet.
                self.begin_again()
            elif event.get("topic") == _NEWS:
                said.append(self._channel.say(event.get("kwargs")))
        return [message for message in said if message is not None]

    def begin(self, node: PlainSocket) -> None:
        """Say whose session this is."""
        node.call("channel.open", {"key": self.key()})

    def _ask(self, asked: Asked) -> None:
        """Tell the board what is asked for; where it can't be, the terminal asks all the same."""
        keywords: dict[str, Any] = {"request": asked.request, "tool": asked.tool}
        if self.node is None:
            self.connect()
        try:
            if self.node is not None:
                self.node.call("permission.ask", {**keywords, "text": asked.text[:1000]})
        except Unreachable:
            self.lose()
        except Refused:
            pass
