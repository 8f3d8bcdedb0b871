"""A terminal as a picture: what a program writes -> cells -> pixels, and input -> what it reads.

The emulator is libghostty-vt, the core of the terminal Ghostty. Nothing here has a clock, a thread
or a file descriptor: bytes, events and times go in, bytes and the operations of commits come out.

library.py    the one place that loads libghostty-vt, and how its cells are packed
colours.py    the colours of a terminal
cells.py      rows of cells as runs of one style
emulator.py   `Emulator`: what a program has written, as rows
selecting.py  what a person has selected
keyboard.py   keys and text -> what a program reads
pointer.py    pointer and wheel -> what a program reads, or a selection, or a look back
boxes.py      signs that must meet their neighbours: lines, blocks
faces.py      the mono face
painter.py    rows -> pixels
picture.py    the picture of a terminal: what of it a commit has to change
"""
