"""The router's configuration; start, supervise and stop a node.

template.py            the configuration of Crossbar.io, as a value
outside.py             listeners for other machines
addresses.py           where people reach a node, for links
projects.py            the folder where a project's node keeps its state
folders.py             folders that only the user may enter, and the lock of a running node
checks.py              checks before a start: is the port free?
logs.py                the node's log: bounded, in files
log_budget.py      what each process may write into the log (pure)
bytecode.py            where Python keeps what it compiles
environment.py         the environment of a node's processes
children.py            one child process: started, noticed when it ends, ended
component_process.py   the program of a process of components
router_process.py      the program of the router's process
process.py             one run of a node: the router, and the components beside it
readiness.py           whether every component answers
supervise.py           keeps a node running until it is told to stop
"""
