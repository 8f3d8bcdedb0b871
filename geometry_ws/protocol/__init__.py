"""The wire contract: every procedure, topic, type, error and right, declared once.

Everything else that speaks of the wire is made from the declarations here: argument checks, error
translation, the reference in docs/protocol.md, docs/protocol.schema.json, the URIs of the
dashboard and the router's permissions. Nothing here knows Twisted, WAMP sessions or numpy.

    names.py            the prefix, the version, how a URI is made
    declare.py          how a procedure, a topic and an error are declared
    rights.py           rights and roles
    errors.py           every declared error
    values.py           the types that several declarations share

    compositor.py       the display server: hello and limits
    surfaces.py         surfaces and commits; surface_events.py has their topics
    outputs.py          outputs and screenshots
    streams.py          viewers, acks and looks; frames.py has frames, stream_stats.py figures
    seats.py            input

    openspec.py         the spec server: hello
    projects.py         projects; happenings.py has their events, project_values.py what they hold
    project_views.py    search, overlaps, history, counts and schemas
    changes.py          changes; change_views.py has their deltas and status
    specs.py            specs
    tasks.py            tasks
    documents.py        reading documents
    writing.py          writing documents, creating and archiving changes
    commands.py         command lines

    boards.py           the board

    registry.py         all of it, by URI
    checking.py         keywords -> request, result -> builtins, exception -> error
    permissions.py      the router's rules
    document.py         the reference in docs/protocol.md; prose.py sets its sentences
    schema.py           docs/protocol.schema.json
    javascript.py       the URIs of the dashboard
    generate.py         writes the made files
"""
