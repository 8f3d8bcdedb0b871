"""The look, once: tokens (colours, type, space, motion), icons and the signs of states.

Pages and canvas take their values from here, so that a card that the board paints and a row that
a page shows never differ by a shade.

tokens.toml has every value; a colour has one for light and one for dark. The folder `icons` has
signs for controls (from Lucide, see its licence), the folder `states` our own of a change's states.

tokens.py    the values for Python: light and dark colours, sizes
icons.py     signs for Python: SVG whose colours are filled in
generate.py  tokens.css and icons.js for the pages
"""
