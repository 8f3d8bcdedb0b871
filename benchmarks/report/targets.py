"""What is to be reached, as ratios and counts in one run, and whether it is. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]

VIDEO_RATE = 30
FRAME_MS = round(1000 / VIDEO_RATE, 1)


class Verdict(NamedTuple):
    """A target, the figure that was measured, and whether it is met."""

    what: str
    target: str
    measured: str
    met: bool


class Rows:
    """Finds figures; one that wasn't measured is None."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def get(self, key: str, load: str, **more: Any) -> Any:
        """The figure of the first row that fits; of geometry_ws where no system is named."""
        wanted = {"system": "geometry_ws", "load": load, **more}
        for row in self._rows:
            if all(row.get(name) == value for name, value in wanted.items()):
                return row.get(key)
        return None

    def cpu(self, load: str, **more: Any) -> float | None:
        """Router and server together, in percent of one core."""
        parts = [self.get(key, load, **more) for key in ("cpu_router", "cpu_server")]
        known = [part for part in parts if part is not None]
        return round(sum(known), 1) if known else None


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Those targets for which there are figures."""
    figures = Rows(rows)
    checks = (
        _starts,
        _latency,
        _drag,
        _video,
        _scroll,
        _small,
        _crowds,
        _links,
        _doors,
        _pages,
        _agents,
        _documents,
        _grown,
    )
    return [verdict for check in checks for verdict in check(figures)]


def _at_most(
    what: str, value: Any, limit: Any, unit: str = "", note: str = ""
) -> Iterator[Verdict]:
    if value is not None and limit is not None:
        target = f"≤ {limit:,g}{unit}{note}"
        yield Verdict(what, target, f"{value:,g}{unit}", value <= limit)


def _at_least(what: str, value: Any, limit: float, unit: str = "") -> Iterator[Verdict]:
    if value is not None:
        yield Verdict(what, f"≥ {limit:,g}{unit}", f"{value:,g}{unit}", value >= limit)


def _starts(rows: Rows) -> Iterator[Verdict]:
    yield from _at_most("Second start: ready", rows.get("ready_s", "start"), 3.2, " s")
    yield from _at_most("At rest: memory of a node", rows.get("memory_mb", "start"), 400, " MB")
    for part in ("router", "compositor", "openspec"):
        back = rows.get("back_s", "kill -9", form=part)
        yield from _at_most(f"{part} is killed: back", back, 4, " s")


def _latency(rows: Rows) -> Iterator[Verdict]:
    for load, form in (("W1", "raw"), ("W1", "png"), ("W3", "jpeg")):
        relay = rows.get("p50_ms", load, viewers=1, system="relay")
        if relay:
            encoding = rows.get("encode_ms", load, viewers=1, form=form) or 0
            limit = round(1.3 * relay + encoding, 1)
            ours = rows.get("p50_ms", load, viewers=1, form=form)
            note = " (1.3 × relay + encoding)"
            yield from _at_most(f"{load} {form}, 1 viewer: p50", ours, limit, " ms", note)


def _drag(rows: Rows) -> Iterator[Verdict]:
    for viewers in (1, 50):
        size = rows.get("bytes_per_step", "W2", viewers=viewers)
        yield from _at_most(f"W2, {viewers} viewers: bytes a move", size, 300)
    yield from _at_least("W2, 50 viewers: steps/s", rows.get("steps_per_s", "W2", viewers=50), 59)
    yield from _at_most("W2, 50 viewers: p95", rows.get("p95_ms", "W2", viewers=50), 9, " ms")
    yield from _beside_relay(rows, "W2", "move", 1.1)
    theirs = rows.cpu("W2", viewers=50, system="tigervnc")
    if theirs:
        half = round(theirs / 2, 1)
        ours = rows.cpu("W2", viewers=50)
        yield from _at_most("W2, 50 viewers: CPU", ours, half, " %", " (half of TigerVNC's)")


def _video(rows: Rows) -> Iterator[Verdict]:
    for form in ("jpeg", "raw", "video"):
        rate = rows.get("steps_per_s", "W3", viewers=50, form=form)
        yield from _at_least(f"W3 {form}, 50 viewers: steps/s", rate, 29)
    pictures = rows.get("bytes_per_step", "W3", viewers=1, form="raw")
    if pictures:
        size = rows.get("bytes_per_step", "W3", viewers=1, form="video")
        limit = round(pictures / 4)
        yield from _at_most("W3 video, 1 viewer: bytes a step", size, limit, "", " (raw's / 4)")
    p95 = rows.get("p95_ms", "W3", viewers=50, form="jpeg")
    yield from _at_most("W3 jpeg, 50 viewers: p95", p95, 9, " ms")
    yield from _beside_relay(rows, "W3", "jpeg", 1.5)


def _scroll(rows: Rows) -> Iterator[Verdict]:
    rate = rows.get("steps_per_s", "W4", viewers=50, form="raw")
    yield from _at_least("W4, 50 viewers: steps/s", rate, 29)
    for viewers, form in ((50, "raw"), (1, "repaint")):
        size = rows.get("bytes_per_s_viewer", "W4", viewers=viewers, form=form)
        yield from _at_most(f"W4 {form}, {viewers} viewers: bytes/s each", size, 200_000)
    yield from _beside_relay(rows, "W4", "raw", 1.5)
    theirs = rows.cpu("W4", viewers=50, system="tigervnc")
    if theirs:
        ours = rows.cpu("W4", viewers=50, form="raw")
        yield from _at_most("W4, 50 viewers: CPU", ours, theirs, " %", " (TigerVNC's)")


def _beside_relay(rows: Rows, load: str, form: str, times: float) -> Iterator[Verdict]:
    """Router and server with fifty viewers, beside what passing the same on takes."""
    relay = rows.cpu(load, viewers=50, system="relay")
    if relay:
        ours = rows.cpu(load, viewers=50, form=form)
        limit, note = round(times * relay, 1), f" ({times:g} × relay)"
        yield from _at_most(f"{load} {form}, 50 viewers: CPU", ours, limit, " %", note)


def _small(rows: Rows) -> Iterator[Verdict]:
    size = rows.get("bytes_per_step", "W1", viewers=1, form="raw")
    yield from _at_most("W1: bytes a word", size, 2048)
    for viewers in (1, 50):
        yield from _at_most(
            f"W5, {viewers} viewers: frames", rows.get("frames", "W5", viewers=viewers), 0
        )
        size = rows.get("bytes_per_s_viewer", "W5", viewers=viewers)
        yield from _at_most(f"W5, {viewers} viewers: bytes/s", size, 0)
        cpu = rows.get("cpu_server", "W5", viewers=viewers)
        yield from _at_most(f"W5, {viewers} viewers: compositor", cpu, 1, " %")
        cpu = rows.get("cpu_router", "W5", viewers=viewers)
        yield from _at_most(f"W5, {viewers} viewers: router", cpu, 1, " %")


def _crowds(rows: Rows) -> Iterator[Verdict]:
    yield from _at_most("S1: router and compositor grow", rows.get("grown_mb", "S1"), 8, " MB")
    usual = rows.get("p95_before_ms", "S1")
    if usual:
        limit = round(1.2 * usual, 1)
        p95 = rows.get("p95_ms", "S1")
        yield from _at_most("S1: p95 of the others", p95, limit, " ms", " (1.2 × before)")
    back = rows.get("back_ms", "S1")
    yield from _at_most("S1: in the present again", back, FRAME_MS, " ms", " (one frame)")
    yield from _at_most("S1: stale frames when it reads again", rows.get("stale_frames", "S1"), 1)
    tiles = rows.get("most_encodings_per_tile", "S3")
    yield from _at_most("S3: encodings of a tile", tiles, 1)
    yield from _at_most("S3: last one's whole picture", rows.get("last_ms", "S3"), 3000, " ms")


def _links(rows: Rows) -> Iterator[Verdict]:
    for form in ("jpeg", "raw", "video"):
        oldest = rows.get("oldest_ms", "S4", form=form, link_bytes_per_s=250_000)
        yield from _at_most(f"S4 {form}, 2 Mbit/s: oldest that is seen", oldest, 1000, " ms")
        rate = rows.get("steps_per_s", "S4", form=form, link_bytes_per_s=250_000)
        yield from _at_least(f"S4 {form}, 2 Mbit/s: steps/s", rate, 20)
    rate = rows.get("steps_per_s", "S4", form="jpeg", link_bytes_per_s=None)
    yield from _at_least("S4 jpeg, 100 ms round trip alone: steps/s", rate, 20)


def _agents(rows: Rows) -> Iterator[Verdict]:
    load = "agents hooks of 2 kB"
    yield from _at_most(
        "200 hooks a second of 2 kB take of a core", rows.get("cpu_storm", load), 5, " %"
    )
    claim = "agents claim"
    yield from _at_most("a killed agent's claim is lost", rows.get("lost_s", claim), 6, " s")
    yield from _at_most("and its task is free", rows.get("free_s", claim), 36, " s")
    start = "agents start mcp"
    yield from _at_most("geometry-ws mcp answers", rows.get("best_ms", start), 200, " ms")
    yield from _at_most("and needs", rows.get("memory_mb", start), 20, " MB")


def _pages(rows: Rows) -> Iterator[Verdict]:
    for form, most in (("22 changes", 800), ("204 changes", 1500)):
        first = rows.get("first_ms", "page, opened", form=form)
        yield from _at_most(f"Chromium, {form}: first picture", first, most, " ms")
    frame = rows.get("longest_ms", "page, zoomed")
    yield from _at_most("Chromium, 204 changes, zoomed: longest frame", frame, 50, " ms")
    turn = rows.get("turn_ms", "page, other theme")
    yield from _at_most("Chromium, 204 changes: another theme", turn, 300, " ms")
    for key, unit in (("frames", ""), ("received", " bytes")):
        rest = rows.get(key, "page, at rest")
        yield from _at_most(f"Chromium at rest: {key}", rest, 0, unit)
    yield from _at_most("The board's script", rows.get("script_kb", "page, script"), 90, " kB")


def _doors(rows: Rows) -> Iterator[Verdict]:
    extra = rows.get("extra_ms", "joined tick")
    yield from _at_most("A tick where a machine has joined: longer by", extra, 5, " ms")
    for way in ("TLS", "nginx + TLS"):
        for load in ("call", "frame"):
            times = rows.get("times", f"door, {load}", form=way)
            yield from _at_most(f"A {load} by {way}, beside a plain one", times, 2, " ×")
    for how in ("requests", "sessions"):
        quiet = rows.get("beside_p95_ms", "door, guesses", form=how)
        if quiet:
            p95, limit = rows.get("p95_ms", "door, guesses", form=how), round(2 * quiet, 1)
            what = f"300 guesses a second by {how}: p95 of others' calls"
            yield from _at_most(what, p95, limit, " ms", " (2 × without)")


def _grown(rows: Rows) -> Iterator[Verdict]:
    for form in ("x 1", "x 3", "x 10"):
        for load, what, most in (
            ("ready", "served_s", 4),
            ("history, first", "p50_ms", 300),
            ("task.set", "p50_ms", 25),
            ("search, archive", "p50_ms", 150),
            ("project.get, first", "p50_ms", 40),
            ("load", "memory_mb", 250),
            ("load", "worst_pause_ms", 10),
        ):
            figure = rows.get(what, f"grown, {load}", form=form)
            name = {"memory_mb": "memory", "worst_pause_ms": "longest pause"}.get(what, load)
            unit = {"_s": " s", "ms": " ms", "mb": " MB"}[what[-2:]]
            yield from _at_most(f"OpenSpec {form}: {name}", figure, most, unit)
        validated = rows.get("ratio", "grown, validate, new process", form=form)
        yield from _at_least(f"OpenSpec {form}: validate, times faster", validated, 5, " ×")


def _documents(rows: Rows) -> Iterator[Verdict]:
    for load in (
        *("list", "list specs", "show spec", "show change"),
        *("validate, warm", "validate, new process"),
    ):
        target = rows.get("target_ratio", load)
        if target is not None:
            ratio = rows.get("ratio", load)
            yield from _at_least(f"OpenSpec {load}: times faster", ratio, target, " ×")
    pause = rows.get("worst_pause_ms", "load")
    yield from _at_most("OpenSpec, 2,000 files: longest pause", pause, 10, " ms")
    yield from _at_most("OpenSpec, 2,000 files: memory", rows.get("grown_mb", "load"), 150, " MB")
    yield from _at_most(
        "OpenSpec: save to event, p50", rows.get("p50_ms", "save to event"), 50, " ms"
    )
