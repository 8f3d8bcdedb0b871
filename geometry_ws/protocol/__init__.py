"""The wire contract: every procedure, topic, type, error and right, declared once.

Everything else that speaks of the wire is made from the declarations here: argument checks, error
translation, the reference in docs/protocol.md, docs/protocol.schema.json, the URIs of the
dashboard and the router's permissions. Nothing here knows Twisted, WAMP sessions or numpy.

    names.py        the prefix, the version, how a URI is made
    declare.py      how a procedure, a topic and an error are declared
    rights.py       rights and roles
    values.py       the types that several declarations share
    errors.py       every declared error
    compositor.py surfaces.py outputs.py streams.py seats.py    the display server
    openspec.py projects.py changes.py specs.py                 the spec server
    boards.py                                                   the board
    registry.py     all of it, by URI
    checking.py     keywords -> request, result -> builtins, exception -> error
    permissions.py document.py schema.py javascript.py          what is made from it
"""
