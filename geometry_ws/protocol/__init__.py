"""The wire contract: every procedure, topic, type, error and right, declared once.

Everything else that speaks of the wire is made from the declarations here: argument checks, error
translation, the reference in docs/protocol.md, docs/protocol.schema.json, the URIs of the
dashboard and the router's permissions. Nothing here knows Twisted, WAMP sessions or numpy.

names.py             the prefix, the version, how a URI is made
declare.py           how a procedure, a topic and an error are declared
rights.py            rights and roles
values.py            the types that several declarations share
errors.py            every declared error

compositor.py        what the Compositor says of itself
surfaces.py          surfaces: create, configure, commit, move, destroy
surface_events.py    surfaces as others hear of them
outputs.py           outputs and screenshots
pools.py             memory that programs share with the compositor
streams.py           streams: attach, look, ack
frames.py            frames: what is placed, removed and painted in one step
stream_stats.py      the numbers of a stream
seats.py             input: pointer, keys, text, wheel, touch
drops.py             files that are dropped on a surface

openspec.py          what the OpenSpec component says of itself
projects.py          projects: list, snapshot
happenings.py        the events that continue a snapshot
project_values.py    changes, tasks and specs as values
project_views.py     views of a project: search, overlaps, history, counts, schemas
changes.py           changes: list, get, validate
change_views.py      views of a change: deltas, documents
specs.py             specs: list, get
tasks.py             tasks: list, set
documents.py         documents as they are on disk
writing.py           documents, new changes and the archive: writing
commands.py          command lines

attention.py         what needs a person
presence.py          who is there, and who holds what
activity.py          what happened
agents.py            the six things that coding agents do
channels.py          what is told to their running sessions

boards.py            what the Board says of itself
joining.py           what a machine that joins and the node say to each other

access.py            who may come in: given, listed and taken back

registry.py          all of it, by URI
checking.py          keywords -> request, result -> builtins, exception -> error
wrong_arguments.py   what is wrong with an argument, as a sentence
permissions.py       the router's permissions, made from the declarations
document.py          docs/protocol.md, made from them
prose.py             sentences in lines, as Markdown is written here
schema.py            docs/protocol.schema.json, made from them
javascript.py        the dashboard's URIs, made from them
generate.py          writes all that is made
"""
