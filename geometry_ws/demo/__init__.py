"""What `geometry-ws demo` shows: a project that people work on, and two programs beside it.

The folder `project` is the OpenSpec project that a demo copies, a lighthouse that nobody keeps.

show.py   a demo from its copied project to its end
team.py   a program that does the team's work: ticks a task every few seconds
beam.py   a program that draws: the lighthouse by night
wind.py   a program that draws: a curve that grows
"""
