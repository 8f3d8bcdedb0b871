"""People and agents on the served projects: the shells around `geometry_ws.team`.

attention.py   what needs a person: its list, and its topic
"""
