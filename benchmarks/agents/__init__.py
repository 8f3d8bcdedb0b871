"""Agents on one project: what holds at their number, and with the programs that people use.

Each runs by itself, by hand; docs/team.md says what is promised.

clients.py  real programs of agents, the inspector and SDKs list and call the six tools
taps.py     what goes through a pipe or by HTTP, written down
claims.py   agents that claim and finish tasks without a gap; how soon a killed one is free
storm.py    hooks of many sessions at once, with large bodies
starting.py how long `geometry-ws mcp` takes to answer, and its memory
crew.py     four agents in four checkouts, one task list each change, and who agrees at the end
corpus.py   what attention says of real projects, beside what the official tool's archive does
"""
