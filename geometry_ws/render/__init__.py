"""Pixels: composing, text, encoding and decoding pictures.

Everything here works on plain values: numpy arrays of shape (height, width, 4), 8 bit, BGRA,
premultiplied. Nothing here knows the wire, surfaces that live, or any clock. Modules that draw
need skia; `graphics.check_graphics()` says in one sentence what a machine lacks for it.
"""
