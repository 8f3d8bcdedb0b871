"""What is measured, and how it is started.

system.py             what every measured system has in common
node.py               a node of geometry_ws
doors.py              TLS of a node, or an nginx before it
bare_router.py        a Crossbar.io router without geometry_ws
bare_components.py    what runs in its container: a relay and a heartbeat
vnc_server.py         TigerVNC's server
openspec_component.py the OpenSpec component in the container of a bare router
official_tool.py      the official OpenSpec command line
slow_link.py          child: a link with a round trip and a rate, between a viewer and a system
"""
