"""Fakes and builders for tests of programs that use geometry_ws.

wamp.py   a real WAMP session without a network

The folder `vectors` has frames with what they must look like, for painters in any language.
"""
