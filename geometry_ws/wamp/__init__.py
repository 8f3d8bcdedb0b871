"""What knows Autobahn's session: everything between a WAMP message and a Python call.

quiet.py         a session whose handlers take keywords of any name
session.py       the same, on Twisted
component.py     a component's session: start, threads, stop
lone_router.py   what stands for a router where a component is alone
binding.py       declared procedures and topics <-> methods; sizes of messages
refusals.py      events that can't be read: who is told, what is logged (pure)
calls.py         calls of one component to another
versions.py      the answers to `hello` and `describe`
fair_queue.py    what waits, of many who ask: who was given the least comes first (pure)
lanes.py         calls that aren't small go to a component one at a time
call_turns.py    calls of a component take turns on the event loop
threads.py       blocking work of a component takes turns in threads
payload.py       what the payload of a message may be (pure)
rerun.py         work that is asked for more often than it can be done
count_values.py  messages in MessagePack and CBOR, counted before they are read (pure)
fast_json.py     JSON messages, read fast (pure)
origins.py       from which machine each session comes
memory.py        free memory is given back to the system
serializers.py   the serializers that a session offers
upstream/        what is used of Autobahn, Crossbar.io and Twisted beyond their public interfaces
"""
