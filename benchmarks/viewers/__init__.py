"""Viewers that note when they saw which step.

group.py        the viewers of one measurement: one that paints everything, the others light
painting.py     child: viewers that paint everything they get
light.py        child: many viewers in one process that read only the number of the step
step_reader.py  from a frame to the number of the step that it shows
asking.py       a session that asks and waits, by whichever way in
wamp_session.py WAMP sessions of which a process can have many
vnc.py          child: viewers of a VNC server
"""
