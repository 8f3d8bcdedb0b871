"""Machines that have joined: their projects are served here, and lie there.

What comes from them is data of a stranger. Here is the only way to them: calls are handed on by
project, answers and events are checked, bounded, and told under the names that they have here.

machines.py     who has joined with which projects, and how much they may say
answers.py      answers, errors and events of a machine -> values of the wire, or nothing
forwarding.py   a call on its way to a machine and back
merged.py       answers about all projects, completed
throttle.py     what is asked for more often than others can bear it
service.py      the topics, the beats and the ends
"""
