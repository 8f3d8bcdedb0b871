"""The processes of a measurement.

children.py   child processes: how they are started and ended, and what they say
event_loop.py one loop over many sockets, for children with many connections
usage.py      the processor time and the memory that processes use
"""
