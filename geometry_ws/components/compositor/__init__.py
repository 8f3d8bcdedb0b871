"""The Compositor component: surfaces come in as commits, and go out as frames.

The world decides what a request changes (`scene`), the stream decides what each viewer gets
(`stream`). The modules here hold the clock, the threads and the messages.

component.py    the WAMP session: every procedure and topic, handed on
commits.py      commits of programs: in their order, bounded, drawn in a thread where they are large
permits.py      large commits: a few at a time, in turns of their programs
pictures.py     a commit on the wire -> pixels for the world
pools.py        memory that programs on this machine share with it, for pixels
frames.py       the world's stream on the event loop: plan, encode, publish
freeing.py      memory of pictures goes back to the system
joining.py      what a viewer is told when it attaches, and how pictures are encoded for it
awaited.py      answers to commits, which wait until their pixels are in a frame
owners.py       what owners of surfaces are told: whether a viewer looks, and what was painted
windows.py      surfaces of programs, moved, raised and closed by whoever operates the world
seats.py        input of viewers, handed to the owner of the surface that is meant
pointers.py     pointers that people show one another
drops.py        files on their way from a viewer to a program
outputs.py      outputs and their screenshots
asked_faces.py  lets owners draw what a screenshot shall show
feed.py         surfaces that came, changed and went, told at a bounded rate
wire.py         values of scene and stream -> values of the wire
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.components.compositor.component import Compositor

__all__ = ["Compositor"]


def __getattr__(name: str) -> object:
    # Imported when it is used: other modules here are used without the session.
    if name == "Compositor":
        from geometry_ws.components.compositor.component import Compositor

        return Compositor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
