"""The HTTP edge: pages, calls by curl, pictures; in the router's process, so it never blocks.

decide.py     request -> refusal, or what is wanted (pure)
answers.py    results, errors and refusals -> status, headers, body (pure)
files.py      the built dashboard, read once
retained.py   takes a publisher's wish that an event be kept out of the router
private.py    a folder that nobody else may enter
metrics.py    figures -> the text that Prometheus reads (pure)
gathering.py  asks the components and the system for them
request.py    refuses a body that is too large while it arrives
session.py    the WAMP session that HTTP's calls are made with
plain_log.py  keeps two libraries from colouring log lines that nobody reads
root.py       the Twisted resource that puts these together
"""
