"""What a figure shows, in words: for screen readers, agents and `surface.list`."""

from typing import Any, Final

MOST_LETTERS: Final = 2000
MOST_LINES: Final = 10


def describe_figure(figure: Any) -> str:
    """Its title, and of each of its axes the title, the labels and the lines with a name."""
    lines = [str(figure.get_suptitle() or "")] if hasattr(figure, "get_suptitle") else []
    lines += [_describe_axes(axes) for axes in figure.axes if axes.get_visible()]
    return "\n".join(line for line in lines if line.strip())[:MOST_LETTERS]


def _describe_axes(axes: Any) -> str:
    parts = [_flat(axes.get_title())]
    for name in ("x", "y", "z"):
        label = getattr(axes, f"get_{name}label", None)
        if label is not None and (words := _flat(label())):
            parts.append(f"{name}: {words}")
    names = [_flat(name) for name in axes.get_legend_handles_labels()[1]]
    if names:
        more = ", …" if len(names) > MOST_LINES else ""
        parts.append(f"shown: {', '.join(names[:MOST_LINES])}{more}")
    return "; ".join(part for part in parts if part)


def _flat(words: Any) -> str:
    return " ".join(str(words).split())
