"""Measures geometry_ws beside other systems, on this machine. docs/performance.md has the results.

run.py      the benchmark: `python -m benchmarks.run`, or `make bench`
encoders.py what each codec costs: `python -m benchmarks.encoders`
ticks.py    what a tick and an ack cost: `python -m benchmarks.ticks`
faces.py    what a tick costs viewers in both themes: `python -m benchmarks.faces`
worktrees.py what further work trees cost: `python -m benchmarks.worktrees`
programs/   programs in one browser, ours and others': `make bench-programs`
agents/     agents on one project, and programs that people use: each by itself, by hand
loads/      what is drawn, edited and read
systems/    what is measured, and how it is started
viewers/    viewers that note what they saw: of geometry_ws and of VNC
scenarios/  a load, a system and viewers together: each gives rows of the table
report/     from what was seen to figures, tables, targets and the plot
processes/  child processes: how they are started and ended, and what they use
"""
