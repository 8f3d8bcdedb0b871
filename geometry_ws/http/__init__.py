"""The HTTP edge: pages, calls by curl, pictures; in the router's process, so it never blocks.

root.py             the Twisted resource of every request; it puts the other modules together
decide.py           request -> refusal, or what is wanted (pure)
framing.py          whether pages of other origins may frame this node's pages, or use it (pure)
page_addresses.py   which paths are pages (pure)
reads.py            what can be read by GET, made from the declarations (pure)
named.py            whether the address of a page names something
heads.py            the head of a request as a value
answering.py        how an answer is written: at once, or when it is ready
answers.py          results, errors and refusals -> status, headers, body (pure)
openapi.py          what HTTP offers, for programs that make clients (pure)
openapi_parts.py    what that document is put together from (pure)
files.py            the built dashboard, read once
request.py          a request that is refused while its body arrives, where that is too large
places.py           how many calls are under way at once, and which wait
session.py          the WAMP session that guests' calls by HTTP are made with
doors.py            who comes in by which listening port (pure)
gate.py             lets people in by name, for WAMP and HTTP, and ends who may stay no longer
giving.py           access that is given, listed and taken back by who may
visits.py           who makes a request, and what /session answers
plain.py            plain JSON <-> WAMP, for WebSockets without a subprotocol (pure)
event_log.py        the latest events, for those who come back (pure)
event_streams.py    GET /events: server-sent events
hooks.py            POST /agents/hook: what the programs of coding agents tell
early.py            which hooks are answered as their connection is accepted (pure)
mcp.py              POST /mcp: the tools of agents (pure)
pictures.py         pictures of an output, and those that lie in a project (pure)
surfaces.py         PUT /surfaces/NAME: pictures as surfaces
metrics.py          figures -> the text that Prometheus reads (pure)
collect_metrics.py  asks the components and the system for these figures
certificates.py     a certificate and its key, for listeners with TLS
prepare_router.py   what is changed in the router's process before its transports open
private_folder.py   a folder that only its user can enter
"""
