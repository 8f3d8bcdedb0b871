"""People and agents on a project: what needs somebody, and who does what.

Pure: values in, values out, time is an argument. What is kept is kept in memory by the component,
and written down by its journal; nothing here is written under openspec/.

attention.py   what needs a person, from the state of a project
"""
