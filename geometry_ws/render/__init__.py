"""Pixels: composing, text, encoding and decoding pictures.

Everything here works on plain values: numpy arrays of shape (height, width, 4), 8 bit, BGRA,
premultiplied. Nothing here knows the wire, surfaces that live, or any clock. Modules that draw
need skia; `graphics.check_graphics()` says in one sentence what a machine lacks for it.

pixels.py     what a picture is in memory
compose.py    planes -> one picture, as a camera sees them
shrink.py     pictures in fewer pixels

encode.py     pixels -> bytes: which codec for which picture
decode.py     bytes of programs -> pixels
inflate.py    pictures in frames -> pixels
forward.py    whether a program's encoded picture may travel as it is
headers.py    the size that a picture file says it has
codecs.py     the names of the codecs
deflate.py    the codec deflate
palette.py    the codec palette: at most 256 colours
png.py        the codec PNG, written by us
webp.py       the codec WebP, lossless
jpeg.py       the codec JPEG
video.py      the codecs H.264 and VP8, by PyAV

drawing.py    the one module that imports skia
graphics.py   whether this machine can draw
text.py       text: measured, wrapped, cut, painted
fonts.py      the fonts
fitting.py    where a text that is too long is cut
cleaning.py   text of strangers -> text that can be drawn
errors.py     what can be wrong with a picture
"""
