"""What `geometry-ws show` can show: each source plays itself on a stage.

source.py           what a source and a stage are, and when pictures are due
choosing.py         what was typed -> a source
files.py            a picture, several, and the newest of a folder
standard_input.py   pictures that come on standard input
splitting.py        a stream of bytes -> pictures
video.py            a video file, by PyAV
stage.py            the stage at a node
live.py             sources that live in an event loop, and how they run
terminal.py         a program in a terminal
x11.py              the windows of a graphical program
x11_server.py       the X server that it draws on
x11_display.py      a connection to that: drawn parts, windows, input
x11_cursor.py       the shape of its pointer
x11_selections.py   its clipboard
x11_screen.py       its pixels
x11_input.py        input of a surface -> pointer and keys of X
kept_files.py       files that are dropped on a terminal
copying.py          what is copied there goes to a person's clipboard
vnc.py              another machine's screen by VNC
chrome.py           a tab of a running browser
devtools.py         the Chrome DevTools Protocol
devtools_input.py   input of a surface -> commands of that
child.py            programs that end with this process
pty_program.py      a program with a pseudoterminal of its own
"""
