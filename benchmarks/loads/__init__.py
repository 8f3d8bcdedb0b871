"""What is drawn, edited and read: the same for every system.

catalogue.py     the loads W1 to W4: their sizes, rates and forms
pictures.py      the pictures that they are made of
steps.py         how a picture tells which step of a load it shows
programs.py      child: programs that draw a load through geometry_ws or a bare router
guesser.py      child: tries one token after the other at a port
x11_program.py   child: a program that draws a load as an X client
task_edits.py    child: tasks of a change, done and undone
board_project.py a small OpenSpec project that the board shows
large_project.py large OpenSpec projects, of 2,000 files and more
"""
