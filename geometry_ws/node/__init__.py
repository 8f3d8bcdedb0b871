"""The router's configuration; start, supervise and stop a node.

template.py    the configuration of Crossbar.io, as a value
projects.py    the folder where a project's node keeps its state
folders.py     folders that nobody else may enter, and the lock of a running node
checks.py      what must be true before a start: port, graphics
logs.py        the node's log: bounded, in files
process.py     one run of `crossbar start`: start it, wait for it, end it
readiness.py   does every component answer?
supervise.py   keeps a node running until somebody stops it
"""
