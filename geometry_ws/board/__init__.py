"""A project as cards: model -> layout -> pictures; what a press means, and what to send.

Pure: the component that speaks to the router fills the model, keeps the order of cards and what
is open, and sends what `update.plan` says. Nothing here knows the wire.

model.py          what the board shows, as plain values
layout.py         where everything stands: the name, four lanes, cards or lines in them
card.py           where everything stands on a card that is looked at from near
docks.py          programs' windows beside a card
groups.py         the groups of a change's tasks, and which tasks are shown
distances.py      what a card shows from further away
rows.py           a change as a line, where there are many
row_lanes.py      lanes of lines: how wide and high, and what stands below their heads
lanes.py          the ground and the head of a lane
notes.py          the sentences on cards and signs that a person should read first
placing.py        rectangles and laid out text with their places
signs.py          the signs: the board's name, what it has no room for, how to begin
variants.py       one thing, several pictures: for each theme and distance
visible_cards.py  which cards are shown, and which of them are open
people.py         who is at a change: letters, colours, how lately they moved
ages.py           how long ago something was, in words that change in steps
words.py          the board in words: labels, and sentences for screen readers
theme.py          the colours, from the design's tokens
disc_row.py       where their discs stand
discs.py          their discs as pixels
marks.py          the small shapes: grounds, signs, check boxes, progress
draw.py           faces -> pixels
dropping.py       a card that is dropped -> the order of its lane
update.py         two boards -> the surfaces to make, move, redraw, remove
budget.py         how many pixels one board may take
press.py          a pointer on a card: click or drag
hit.py            what lies under a click
"""
