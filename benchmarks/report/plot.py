"""The plot of the page: an SVG of what fifty viewers see and cost. Pure but for the file."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

SYSTEMS = {
    "geometry_ws": "#2563eb",
    "relay": "#94a3b8",
    "publish": "#cbd5e1",
    "tigervnc": "#ea580c",
}
LOADS = ("W1", "W2", "W3", "W4")
_PANELS = (
    ("steps_per_s", "steps seen each second"),
    ("p95_ms", "p95 of latency, ms"),
    ("cpu", "CPU of router and server, % of a core"),
    ("bytes_per_s_viewer", "kB/s for each viewer"),
)
_WIDTH, _HEIGHT = 440, 210
_LEFT, _TOP, _BASE = 16, 44, 34
_GAP = 14

Row = Mapping[str, Any]


def write(path: Path, rows: Sequence[Row]) -> None:
    """Draw it, from the rows of a run."""
    path.write_text(draw(rows), "utf-8")


def draw(rows: Sequence[Row]) -> str:
    """The whole picture, as text."""
    viewers = max((row["viewers"] for row in rows if row["load"] in LOADS), default=0)
    chosen = {(row["load"], row["system"]): row for row in reversed(rows) if _fits(row, viewers)}
    width, height = 2 * _WIDTH, 2 * _HEIGHT + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img" '
        f'aria-label="{viewers} viewers: steps, latency, CPU and bytes for each load">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" font-weight="600" fill="#0f172a">'
        f"{viewers} viewers at once</text>",
        *_legend(),
    ]
    for number, (key, title) in enumerate(_PANELS):
        x, y = number % 2 * _WIDTH, 40 + number // 2 * _HEIGHT
        parts.append(f'<g transform="translate({x} {y})">')
        parts += _panel(title, {place: _value(row, key) for place, row in chosen.items()})
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _fits(row: Row, viewers: int) -> bool:
    """Of the forms of a load the one that a program would choose."""
    form = {"W1": "raw", "W3": "jpeg", "W4": "raw"}.get(row["load"])
    ours = row["system"] != "geometry_ws" or form in (None, row["form"])
    return row["load"] in LOADS and row["viewers"] == viewers and ours


def _value(row: Row, key: str) -> float:
    if key == "cpu":
        return float(row.get("cpu_router") or 0) + float(row.get("cpu_server") or 0)
    value = float(row.get(key) or 0)
    return value / 1000 if key == "bytes_per_s_viewer" else value


def _legend() -> Iterator[str]:
    x = 2 * _WIDTH - 108 * len(SYSTEMS)
    for name, colour in SYSTEMS.items():
        yield f'<rect x="{x}" y="14" width="12" height="12" rx="2" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="24" fill="#334155">{escape(name)}</text>'
        x += 108


def _panel(title: str, values: Mapping[tuple[str, str], float]) -> Iterator[str]:
    """Bars for each load, each load with a scale of its own: they differ by magnitudes."""
    yield f'<text x="{_LEFT}" y="20" fill="#0f172a" font-weight="600">{escape(title)}</text>'
    room = _HEIGHT - _TOP - _BASE
    group = (_WIDTH - 2 * _LEFT) / len(LOADS)
    bar = (group - _GAP) / len(SYSTEMS)
    for at, load in enumerate(LOADS):
        left = _LEFT + at * group
        most = max((values.get((load, name), 0) for name in SYSTEMS), default=0) or 1
        for number, (name, colour) in enumerate(SYSTEMS.items()):
            value = values.get((load, name))
            if value is None:
                continue
            height = room * value / most
            x, y = left + number * bar, _TOP + room - height
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar - 2:.1f}" height="{height:.1f}" '
                f'fill="{colour}"/>'
            )
            yield (
                f'<text x="{x + bar / 2 - 1:.1f}" y="{y - 4:.1f}" text-anchor="middle" '
                f'font-size="9" fill="#475569">{_short(value)}</text>'
            )
        yield (
            f'<text x="{left + (group - _GAP) / 2:.1f}" y="{_TOP + room + 16}" '
            f'text-anchor="middle" fill="#334155">{load}</text>'
        )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
