"""This component on another machine, joined to a node over one connection of its own.

machine.py  the component without a router, and what it says to the node and hears from it
serving.py  which calls of a node are answered, and as what its events go out
"""
