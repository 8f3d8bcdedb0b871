"""A load, a system and viewers together: each scenario gives rows of the table.

plan.py       what a run measures, in which order, and how the command line selects from it
drawing.py    W1 to W5 and the pointer, by geometry_ws and by a bare router
hard_cases.py S1 to S4: a viewer that stalls, late joins, a crowd at once, a slow link
board_page.py the board in a real Chromium: first picture, zooming, themes, rest
saving.py     from a task to the board
starting.py   a node's start, its memory at rest, and its return when a part is killed
doors.py      TLS, a proxy, joining, refusals and guesses
agents.py     claims of agents, a storm of hooks, and the start of their tools
joined.py     a project of a machine that has joined, beside one of the node itself
openspec.py   the OpenSpec component beside the official command line
growth.py     the OpenSpec component at once, three times and ten times the size
vnc.py        the same loads by TigerVNC
costs.py      lets everything run for a while, and gives what that cost
"""
