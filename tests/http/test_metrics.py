"""GET /metrics: the text that Prometheus reads, by the rules of its format."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http import metrics
from geometry_ws.http.collect_metrics import collect_metrics, read_process
from geometry_ws.http.decide import Head, Refused, route
from geometry_ws.http.metrics import Family, Process, Sample
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.projects import ProjectInfo, ProjectList
from geometry_ws.protocol.stream_stats import (
    Ledger,
    Percentiles,
    StreamStats,
    Totals,
    ViewerStats,
)

VALUE = r'"(?:[^"\\\n]|\\["\\n])*"'
LINE = re.compile(
    rf"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{{([a-zA-Z_]\w*={VALUE}(?:,[a-zA-Z_]\w*={VALUE})*)\}})? (\S+)"
)


def parse(text):
    """Samples by name and labels; asserts everything that the format demands."""
    assert text.endswith("\n")
    samples, kinds, current = {}, {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            current = line.split(" ")[2]
            assert current not in kinds, "all lines of a name are together"
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == current, "the type follows the help"
            assert kind in ("counter", "gauge")
            assert (kind == "counter") == name.endswith("_total")
            kinds[name] = kind
            continue
        name, labels, value = LINE.fullmatch(line).groups()
        assert name == current, "samples follow their head"
        pairs = re.findall(rf"(\w+)=({VALUE})", labels or "")
        assert len({label for label, _ in pairs}) == len(pairs)
        key = name, tuple(sorted((label, unescape(quoted[1:-1])) for label, quoted in pairs))
        assert key not in samples, "no sample twice"
        samples[key] = float(value)
    return samples


def unescape(text):
    pairs = {r"\\": "\\", r"\n": "\n", r"\"": '"'}
    return re.sub(r"\\.", lambda match: pairs[match[0]], text)


def viewer(name, **more):
    numbers = {"frames": 10, "skipped": 2, "messages": 11, "bytes": 5000, "acks": 9}
    values = {"fps": 29.5, "lag_ms": 12.5, "round_trip_ms": 2.0, "draw_us": 900, "bandwidth": 1e6}
    rest = {"in_flight_bytes": 10, "window_bytes": 512000, "stale_planes": 0, "rough_planes": 1}
    rest["shrink"] = 1
    words = {"viewer": name, "quality": "sharp", "state": "live", "codecs": ["jpeg"]}
    return ViewerStats(**{**numbers, **values, **rest, **words, "attached_s": 3.5, **more})


def stats(*viewers):
    names = Totals.__struct_fields__
    totals = Totals(**{name: number for number, name in enumerate(names)})
    never, measured = Percentiles(), Percentiles(count=3, p50_ms=1.5, p95_ms=2.5, max_ms=9.0)
    steps = dict.fromkeys(Ledger.__struct_fields__, never) | {"commit_frame": measured}
    answer = StreamStats(
        stream="world",
        epoch="e",
        seq=7,
        uptime_s=12.25,
        fps=30.0,
        surfaces=4,
        cached_bytes=1000,
        transfer_bytes=0,
        videos=[],
        totals=totals,
        ledger=Ledger(**steps),
        viewers=list(viewers),
    )
    return msgspec.to_builtins(answer)


def listed(*names, problem=""):
    infos = [
        ProjectInfo(project=name, title=name, changes=3, specs=5, archived=1, problem=problem)
        for name in names
    ]
    return msgspec.to_builtins(ProjectList(projects=infos))


def test_everything_that_stream_stats_counts_is_told():
    samples = parse(metrics.text(metrics.streams([stats(viewer("v1"))])))
    stream = (("stream", "world"),)
    for number, name in enumerate(Totals.__struct_fields__):
        name_there = "sent_bytes" if name == "bytes" else name
        assert samples[f"geometry_ws_stream_{name_there}_total", stream] == number
    assert samples["geometry_ws_stream_uptime_seconds", stream] == 12.25


def test_figures_of_viewers_are_in_seconds_and_bytes():
    samples = parse(metrics.text(metrics.streams([stats(viewer("v1"), viewer("v2", frames=99))])))
    first, second = ((("stream", "world"), ("viewer", name)) for name in ("v1", "v2"))
    assert samples["geometry_ws_viewer_lag_seconds", first] == 0.0125
    assert samples["geometry_ws_viewer_draw_seconds", first] == 0.0009
    assert samples["geometry_ws_viewer_frames_total", second] == 99


def test_viewers_are_counted_by_state_and_quality_and_nobody_is_a_number_too():
    none = parse(metrics.text(metrics.streams([stats()])))
    assert [value for (name, _), value in none.items() if name.endswith("_viewers")] == [0]
    families = metrics.streams([stats(viewer("v1"), viewer("v2"), viewer("v3", state="paused"))])
    counted = [
        value
        for (name, _), value in parse(metrics.text(families)).items()
        if name.endswith("_viewers")
    ]
    assert sorted(counted) == [1, 2]


def test_delays_that_were_never_measured_are_left_out():
    samples = parse(metrics.text(metrics.streams([stats()])))
    delays = {labels: value for (name, labels), value in samples.items() if "delay" in name}
    assert {dict(labels)["step"] for labels in delays} == {"commit_frame"}
    assert {dict(labels)["quantile"]: value for labels, value in delays.items()} == {
        "0.5": 0.0015,
        "0.95": 0.0025,
        "1": 0.009,
    }


def test_projects_say_whether_they_can_be_read():
    samples = parse(metrics.text(metrics.projects(listed("shop"))))
    assert samples["geometry_ws_project_changes", (("project", "shop"),)] == 3
    assert samples["geometry_ws_project_readable", (("project", "shop"),)] == 1
    broken = parse(metrics.text(metrics.projects(listed("shop", problem="gone"))))
    assert broken["geometry_ws_project_readable", (("project", "shop"),)] == 0


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=20), max_size=3),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(alphabet=st.characters(blacklist_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")),
)
def test_any_label_and_help_comes_back_as_it_was(labels, value, explained):
    text = metrics.text([Family("a_thing", "gauge", explained, [Sample(labels, value)])])
    [(key, sample)] = parse(text).items()
    assert key == ("a_thing", tuple(sorted(labels.items())))
    assert sample == pytest.approx(value, abs=1e-8)


@pytest.mark.parametrize(
    "family",
    [
        Family("9lives", "gauge", "", [Sample({}, 1)]),
        Family("fine", "gauge", "", [Sample({"no-good": "x"}, 1)]),
        Family("fine", "gauge", "", [Sample({"__own": "x"}, 1)]),
    ],
)
def test_names_that_the_format_has_not_are_refused(family):
    with pytest.raises(ValueError, match="no name"):
        metrics.text([family])


def test_a_family_without_samples_says_nothing():
    assert metrics.text([Family("empty", "gauge", "", [])]) == ""


def test_the_process_is_told_under_the_usual_names():
    samples = parse(metrics.text(metrics.process(Process(1.5, 2**20, 1e9))))
    assert samples == {
        ("process_cpu_seconds_total", ()): 1.5,
        ("process_resident_memory_bytes", ()): 2**20,
        ("process_start_time_seconds", ()): 1e9,
    }
    now = read_process()
    assert now.cpu_seconds > 0
    assert now.resident_bytes > 2**20


def gathered(answers):
    async def ask(procedure, keywords):
        return answers.get(procedure)

    work = collect_metrics(ask)
    with pytest.raises(StopIteration) as ended:
        work.send(None)
    return parse(ended.value.value)


def test_components_that_do_not_answer_are_told_and_the_rest_is_there():
    everything = {
        uri("compositor.hello"): {"streams": ["world"]},
        uri("stream.stats"): stats(viewer("v1")),
        uri("project.list"): listed("shop"),
    }
    samples = gathered(everything)
    assert samples["geometry_ws_up", (("component", "compositor"),)] == 1
    assert samples["geometry_ws_stream_surfaces", (("stream", "world"),)] == 4
    alone = gathered({uri("project.list"): listed("shop")})
    assert alone["geometry_ws_up", (("component", "compositor"),)] == 0
    assert alone["geometry_ws_project_specs", (("project", "shop"),)] == 5
    nobody = gathered({})
    assert nobody["geometry_ws_up", (("component", "openspec"),)] == 0
    assert ("process_cpu_seconds_total", ()) in nobody


def test_it_is_read_and_nothing_else():
    assert route(Head("GET", "/metrics")).kind == "metrics"
    with pytest.raises(Refused) as refused:
        route(Head("POST", "/metrics"))
    assert refused.value.status == 405


@pytest.mark.router
def test_a_node_tells_its_figures(node):
    answer = node.fetch("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = parse(answer.body.decode())
    assert samples["geometry_ws_up", (("component", "compositor"),)] == 1
    assert samples["geometry_ws_up", (("component", "openspec"),)] == 1
    assert ("geometry_ws_stream_frames_total", (("stream", "world"),)) in samples


@pytest.mark.router
def test_a_page_of_somebody_else_reads_no_figures(node):
    assert node.fetch("GET", "/metrics", headers={"Origin": "http://evil.example"}).status == 403
