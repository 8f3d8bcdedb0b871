"""People and agents on the served projects: the shells around `geometry_ws.team`.

attention.py   what needs a person: its list, and its topic
office.py      the desk with its clock, its callers' names and its topics
happenings.py  what became of changes, as the journal has it
presence.py    who is there, and who holds what
channels.py    what is told to running sessions of agents, and their permissions
agents.py      the six things that agents do
activity.py    what happened: the journal's file, its list and its topic
held.py        what is held, written down for the next start
refusals.py    what the desk refuses -> declared errors
"""
