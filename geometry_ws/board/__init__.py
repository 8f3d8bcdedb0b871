"""A project as cards: model -> layout -> pictures; what a press means, and what to send.

Pure: the component that speaks to the router fills the model, keeps the places of dragged cards
and which cards are open, and sends what `update.plan` says. Only `card`, `notes`, `draw` and
`signs` know how text is measured and painted; nothing here knows the wire.

model.py          what the board shows, as plain values
layout.py         where everything stands: a header, columns, cards
card.py           where everything stands on one card
notes.py          the sentences on cards and signs that a person should read first
placing.py        rectangles and laid out text with their places
signs.py          the signs: above the board, above its columns, and where it is empty
visible_cards.py  which cards are shown, and which of them are open
paging.py         which tasks of a long list stand on one card
words.py          the board in words: labels, and sentences for screen readers
theme.py          the colours
marks.py          the small shapes: check boxes, state marks, progress bars
draw.py           cards and signs -> pixels
update.py         two boards -> the surfaces to make, move, redraw, remove
budget.py         how many pixels one board may take
press.py          a pointer on a card: click or drag
hit.py            what lies under a click
"""
