"""Every limit of the world, each with its reason. Programs are strangers to each other."""

from typing import Final

SIDE_PX: Final = 8192
"""Buffer pixels of one side: what browsers' textures hold everywhere."""

SURFACE_PX: Final = 16 * 1024 * 1024
"""Buffer pixels of one surface: 64 MiB, two 4K screens; larger things are several surfaces."""

SURFACES_PER_OWNER: Final = 2048
"""Boards have a few hundred cards of six faces each; a loop that forgets to destroy is told."""

BYTES_PER_OWNER: Final = 256 * 1024 * 1024
"""All buffers of one session but those of faces that were never drawn, which take no memory. So one
program can't take the machine's."""

SURFACES: Final = 8192
"""In all: every frame's bookkeeping and every keyframe is proportional to it."""

BYTES: Final = 1024 * 1024 * 1024
"""All buffers of all sessions."""

RESERVED: Final = 8
"""One part of so many of SURFACES, BYTES and WORDS_BYTES is for the node's own components, so that
programs that take all they can don't take the board's cards."""

UPDATES_PER_COMMIT: Final = 64
"""Surfaces in one atomic step."""

OPS_PER_COMMIT: Final = 4096
"""Operations of one commit over all its surfaces: a long one delays the input of all."""

PIXELS_PER_COMMIT: Final = 16 * 1024 * 1024
"""Pixels that all operations of one commit may touch: one surface of the largest size."""

OP_PIXELS: Final = 32 * 1024
"""What an operation in one damage rectangle costs, as pixels: some 40 µs."""

DAMAGE_RECTS: Final = 256
"""Declared rectangles for one surface in one commit."""

CLIPPED_OPS: Final = 16_384
"""Operations times damage rectangles of one surface: each pair is one step of work."""

DOCK_LENGTH: Final = 255
TITLE_LENGTH: Final = 200
"""A line."""

TEXT_LENGTH: Final = 20_000
"""Some pages; it goes into every listing."""

WORDS_BYTES_PER_OWNER: Final = 1024 * 1024
"""Titles and texts of one session's surfaces, in UTF-8: all of them are in every listing."""

WORDS_BYTES: Final = 8 * 1024 * 1024
"""Titles and texts of all surfaces: a listing has to fit into one message."""

CURSOR_LENGTH: Final = 20
"""CSS's longest cursor word has 13 letters."""

AREAS: Final = 256
"""Parts of one surface that can be pressed: a long list has some hundred rows."""

LINK_LENGTH: Final = 300
"""An address of a page."""

WORLD_PX: Final = 10_000_000
"""How far from the origin a surface may lie, on the wire too: differences of places stay exact
in the 32-bit floats of shaders."""

MAX_SCALE: Final = 4
"""Buffer pixels per world pixel; beyond that viewers magnify."""
