"""Figures of a node in the text format that Prometheus reads (version 0.0.4). Pure.

Families are made from what `stream.stats` and `project.list` answer, and from the figures of the
router's process. ``geometry_ws_up`` says which component doesn't answer; the figures of such a
one are left out. Seconds and bytes are the units, names of counters end in ``_total``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})

Kind = Literal["counter", "gauge"]
Labels = Mapping[str, str]
Answer = Mapping[str, Any]


class Sample(NamedTuple):
    """A value with its labels."""

    labels: Labels
    value: float


class Family(NamedTuple):
    """All samples of one name."""

    name: str
    kind: Kind
    help: str
    samples: Sequence[Sample]


class Process(NamedTuple):
    """What a process has used: seconds of processor time, bytes in memory, since when (Unix)."""

    cpu_seconds: float
    resident_bytes: int
    start_seconds: float


def text(families: Iterable[Family]) -> str:
    """The body of the answer; families without samples are left out.

    Raises ValueError for a name that the format can't have.
    """
    return "".join(_family(family) for family in families if family.samples)


def up(components: Mapping[str, bool]) -> Family:
    """Which components answered."""
    samples = [Sample({"component": name}, float(well)) for name, well in components.items()]
    return Family("geometry_ws_up", "gauge", "Whether a component answers.", samples)


def process(figures: Process) -> list[Family]:
    """The router's process, under the names that all programs use."""
    return [
        Family(
            "process_cpu_seconds_total",
            "counter",
            "Processor time of the router.",
            [Sample({}, figures.cpu_seconds)],
        ),
        Family(
            "process_resident_memory_bytes",
            "gauge",
            "Memory of the router's process.",
            [Sample({}, figures.resident_bytes)],
        ),
        Family(
            "process_start_time_seconds",
            "gauge",
            "When the router started.",
            [Sample({}, figures.start_seconds)],
        ),
    ]


def projects(answer: Answer) -> list[Family]:
    """Families from the answer of `project.list`."""
    listed = answer.get("projects", [])
    totals = [
        Family(
            f"geometry_ws_project_{key}",
            "gauge",
            explained,
            [Sample({"project": project["project"]}, project[key]) for project in listed],
        )
        for key, explained in _PROJECT.items()
    ]
    readable = [
        Sample({"project": project["project"]}, float(not project["problem"])) for project in listed
    ]
    explained = "Whether the project can be read."
    return [*totals, Family("geometry_ws_project_readable", "gauge", explained, readable)]


_PROJECT = {"changes": "Open changes.", "specs": "Specs.", "archived": "Archived changes."}


def streams(answers: Sequence[Answer]) -> list[Family]:
    """Families from the answers of `stream.stats`, one for each stream."""
    families = [
        Family(f"geometry_ws_stream_{name}", kind, explained, _of_streams(answers, path, factor))
        for name, kind, explained, path, factor in _STREAM
    ]
    families.append(_delays(answers))
    families.append(_viewer_counts(answers))
    return families + [
        Family(f"geometry_ws_viewer_{name}", kind, explained, _of_viewers(answers, key, factor))
        for name, kind, explained, key, factor in _VIEWER
    ]


_Of = tuple[str, Kind, str, str, float]
"""Name, kind, help, where the value is, and what it is multiplied by."""

_STREAM: tuple[_Of, ...] = (
    ("frames_total", "counter", "Frames.", "totals.frames", 1),
    ("publishes_total", "counter", "Messages published for frames.", "totals.publishes", 1),
    ("sent_bytes_total", "counter", "Bytes of messages times receivers.", "totals.bytes", 1),
    ("keyframes_total", "counter", "Keyframes.", "totals.keyframes", 1),
    ("encodings_total", "counter", "Pictures encoded.", "totals.encodings", 1),
    ("encoded_bytes_total", "counter", "Bytes of encoded pictures.", "totals.encoded_bytes", 1),
    ("forwarded_total", "counter", "Pictures sent on as programs made.", "totals.forwarded", 1),
    ("videos_total", "counter", "Pictures encoded as part of a video.", "totals.videos", 1),
    ("refined_total", "counter", "Pictures sent again without loss.", "totals.refined", 1),
    ("attaches_total", "counter", "Viewers that came.", "totals.attaches", 1),
    ("resumes_total", "counter", "Viewers that came back.", "totals.resumes", 1),
    ("refreshes_total", "counter", "Keyframes that viewers asked for.", "totals.refreshes", 1),
    ("stuck_total", "counter", "Viewers detached for want of acks.", "totals.stuck", 1),
    ("dropped_total", "counter", "Unfinished frames given up.", "totals.dropped", 1),
    ("acks_total", "counter", "Acks of viewers.", "totals.acks", 1),
    ("frames_per_second", "gauge", "Frames each second, lately.", "fps", 1),
    ("surfaces", "gauge", "Surfaces in the world.", "surfaces", 1),
    ("cached_bytes", "gauge", "Encoded pictures kept for joiners.", "cached_bytes", 1),
    ("transfer_bytes", "gauge", "Frames of several parts under way.", "transfer_bytes", 1),
    ("uptime_seconds", "gauge", "How long the stream is there.", "uptime_s", 1),
)

_VIEWER: tuple[_Of, ...] = (
    ("frames_total", "counter", "Frames sent to a viewer.", "frames", 1),
    ("skipped_total", "counter", "Frames that a viewer was left out of.", "skipped", 1),
    ("sent_bytes_total", "counter", "Bytes of messages to a viewer.", "bytes", 1),
    ("acks_total", "counter", "Acks of a viewer.", "acks", 1),
    ("frames_per_second", "gauge", "Frames each second, lately.", "fps", 1),
    ("in_flight_bytes", "gauge", "Sent and not acknowledged.", "in_flight_bytes", 1),
    ("window_bytes", "gauge", "What may be in flight.", "window_bytes", 1),
    ("bandwidth_bytes", "gauge", "Estimate of bytes each second; 0: unknown.", "bandwidth", 1),
    ("lag_seconds", "gauge", "From a frame's publishing to its ack.", "lag_ms", 1e-3),
    ("round_trip_seconds", "gauge", "Shortest of late, without painting.", "round_trip_ms", 1e-3),
    ("draw_seconds", "gauge", "How long a viewer paints.", "draw_us", 1e-6),
)

_STEPS = ("input_commit", "commit_frame", "frame_ack", "input_ack", "encode")
_QUANTILES = (("p50_ms", "0.5"), ("p95_ms", "0.95"), ("max_ms", "1"))


def _of_streams(answers: Sequence[Answer], path: str, factor: float) -> list[Sample]:
    samples = []
    for answer in answers:
        value: Any = answer
        for key in path.split("."):
            value = value[key]
        samples.append(Sample({"stream": answer["stream"]}, value * factor))
    return samples


def _of_viewers(answers: Sequence[Answer], key: str, factor: float) -> list[Sample]:
    return [
        Sample({"stream": answer["stream"], "viewer": viewer["viewer"]}, viewer[key] * factor)
        for answer in answers
        for viewer in answer["viewers"]
    ]


def _viewer_counts(answers: Sequence[Answer]) -> Family:
    """How many viewers there are of each state and quality; a sum over all of them is their number.

    A stream without viewers has one sample of 0, so that its number is never unknown.
    """
    counts: dict[tuple[str, str, str], int] = {}
    for answer in answers:
        stream = answer["stream"]
        counts[stream, "live", "sharp"] = 0
        for viewer in answer["viewers"]:
            key = (stream, viewer["state"], viewer["quality"])
            counts[key] = counts.get(key, 0) + 1
    samples = [
        Sample({"stream": stream, "state": state, "quality": quality}, count)
        for (stream, state, quality), count in counts.items()
    ]
    return Family("geometry_ws_stream_viewers", "gauge", "Viewers that are attached.", samples)


def _delays(answers: Sequence[Answer]) -> Family:
    """The time of each step of a frame; steps that were never measured are left out."""
    samples = [
        Sample(
            {"stream": answer["stream"], "step": step, "quantile": quantile},
            answer["ledger"][step][key] / 1000,
        )
        for answer in answers
        for step in _STEPS
        if answer["ledger"][step]["count"]
        for key, quantile in _QUANTILES
    ]
    explained = "How long a step took, of the newest ones; quantile 1 is the longest."
    return Family("geometry_ws_stream_delay_seconds", "gauge", explained, samples)


def _family(family: Family) -> str:
    if not _NAME.fullmatch(family.name):
        raise ValueError(f"{family.name!r} is no name of a metric")
    lines = [
        f"# HELP {family.name} {family.help.translate(_HELP_ESCAPES)}",
        f"# TYPE {family.name} {family.kind}",
        *(f"{family.name}{_labels(labels)} {_number(value)}" for labels, value in family.samples),
    ]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(_pairs(labels)) + "}"


def _pairs(labels: Labels) -> Iterator[str]:
    for name, value in labels.items():
        if not _LABEL.fullmatch(name) or name.startswith("__"):
            raise ValueError(f"{name!r} is no name of a label")
        yield f'{name}="{value.translate(_ESCAPES)}"'


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 2**53:
        return str(int(value))
    return repr(round(float(value), 9))
