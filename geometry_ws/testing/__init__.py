"""Fakes and builders for tests of programs that use geometry_ws.

wamp.py   a real WAMP session without a network
"""
