"""The world: surfaces, commits, damage, seats and attention. Pure.

world.py        all surfaces, and atomic commits to them
stacking.py     the surfaces in their order, and where they lie, as one array
budget.py       what each owner has, and all together
surface.py      one surface: a rectangle of pixels that a program put into the world
commit.py       a commit: checked, drawn, then finished
ops.py          the operations of a commit on one buffer
compare.py      what differs between two pictures, as few rectangles
shifts.py       whether a new picture is the old one, scrolled
changes.py      what a request changed in the world, as values
free_places.py  where a surface lies that has no place of its own
places.py       where surfaces lay in the latest frames, which viewers may still show
pointers.py     pointers that viewers show one another: who is told, and when
seat.py         pointer and keyboard of one viewer: which surface an event is for
faces.py        for which looks a surface is shown
attention.py    which surfaces are looked at, and how closely
geometry.py     rectangles and regions of whole pixels
limits.py       every limit of the world
checks.py       checks of what programs say about their surfaces
errors.py       what can be wrong with a request
"""
