"""What is used of Autobahn, Crossbar.io and Twisted beyond their public interfaces, and changed.

Everything of that kind stands here, so that a new version of theirs is checked in one place: a test
says which of `USED` a new version has changed. Crossbar.io is imported when it is needed, since
clients have none.

used.py         every name beyond a public interface, with what it is used for
changing.py     how a function of theirs is changed, once
sessions.py     what is read of Autobahn's sessions and Twisted's receivers
guard.py        what clients send is checked by the router; what waits for them is bounded
connections.py  the places of a port, what connections hold in memory, and their end
handing.py      large messages between router and components are handed over as files
early.py        requests that are answered as their connection is accepted
receiving.py    what clients send is taken in turns, in few pieces, and in time
sending.py      the same bytes are sent for less work
plain.py        WebSockets without a subprotocol are sessions that speak plain JSON
alone.py        the router without the rest of Crossbar.io around it
start.py        what Crossbar.io loads at its start and hardly ever uses
renewing.py     certificates count as soon as they are renewed
admitted.py     sessions that were let in by name
reading.py      how messages are read, and how the router's log lines are worded
"""
