"""A project as cards: model, then layout, then pictures; what a press means, what to send.

Pure: the component that speaks to the router fills the model, keeps the places of dragged cards
and which cards are open, and sends what `update.plan` says. Only `card`, `draw` and `signs` know
how text is measured and painted; nothing here knows the wire.
"""
