"""The OpenSpec component: projects on disk, served, watched and written.

The rules of the format and all file access are in `geometry_ws.openspec`; the modules here hold
the threads, the events' numbers and the messages.

component.py      the WAMP session: every procedure, handed on
registry.py       the served projects by id
project.py        one served project: its store, its state as last published, its events' numbers
snapshots.py      a project's changes and specs as they are sent, made once
reading_ahead.py  reads projects while the router isn't there yet
roots.py          the projects that lie below folders
project_list.py   the file that lists further projects of a node
changes.py        answers about open changes
change_views.py   answers about a change's deltas and documents
documents.py      answers with documents as they are on disk
specs.py          answers about main specs
tasks.py          lists and sets tasks
views.py          answers about a whole project: search, overlaps, history, counts, schemas
writing.py        writes documents, makes changes, archives them
commands.py       answers command lines as `geometry-ws openspec` does
authorship.py     which caller an event is from
wire.py           values of the core -> values of the wire: projects, changes, tasks, events
views_wire.py     values of the core -> values of the wire: views
gc_tuning.py      the garbage collector's settings while a project is read
team/             people and agents: what needs somebody, who does what
joined/           projects that lie on other machines
joining/          this component on another machine, joined to a node
in_turns.py       what is done with its files in threads, with such turns
turns.py          the event loop's turns while a project is read
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.components.openspec.component import OpenSpec

__all__ = ["OpenSpec"]


def __getattr__(name: str) -> object:
    # Imported when it is used: other modules here are used without the session.
    if name == "OpenSpec":
        from geometry_ws.components.openspec.component import OpenSpec

        return OpenSpec
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
