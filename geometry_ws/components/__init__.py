"""The three WAMP components of a node: Compositor, OpenSpec and Board.

Each runs in a process of its own choice and knows the others only by their declared procedures
and topics, so no import leads from one wing to another.

compositor/   surfaces, commits, the world's stream, input, outputs
openspec/     projects on disk: answers, ticks, writing, events
board/        projects as cards, drawn as surfaces; a client of the other two
"""
