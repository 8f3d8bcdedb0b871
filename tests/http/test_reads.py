"""Every procedure that only reads can be read by its address, whatever its names are."""

import re
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http.decide import Head, Refused, read_api, route
from geometry_ws.http.reads import find_read, keywords_of, reads
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.registry import PROCEDURES

NAMES = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable())


def test_addresses_say_what_they_are_about():
    """The rule of the module, on what people read most."""
    paths = {read.procedure.name: read.path for read in reads() if read.path.startswith("/api")}
    assert paths["change.list"] == "/api/changes"
    assert paths["change.get"] == "/api/changes/{change}"
    assert paths["task.list"] == "/api/changes/{change}/tasks"
    assert paths["spec.get"] == "/api/specs/{spec}"
    assert paths["project.get"] == "/api/project"
    assert paths["project.search"] == "/api/project/search"
    assert paths["surface.list"] == "/api/surfaces"
    assert paths["attention.list"] == "/api/attention"


def test_all_that_only_reads_has_an_address_and_nothing_else():
    listed = {read.procedure.name for read in reads()}
    readable = {p.name for p in PROCEDURES.values() if p.reads and not p.session}
    by_other_means = {"output.screenshot", "surface.screenshot", "document.picture", "command.run"}
    assert listed == readable - by_other_means


def test_no_two_addresses_can_mean_the_same():
    """Also with names in them: a name that reads like a word leads nowhere else."""
    shapes = [re.sub(r"\{\w+\}", "*", read.path) for read in reads()]
    assert len(shapes) == len(set(shapes))
    for read in reads():
        plain = re.sub(r"\{\w+\}", "some-name", read.path)
        assert find_read(plain)[0] == read


@given(NAMES)
def test_a_name_is_read_as_it_was_quoted(name):
    read, names = find_read(f"/api/changes/{quote(name, safe='')}/tasks")
    assert read.procedure.name == "task.list"
    assert keywords_of(read, names, "") == {"change": name}


@given(st.text(alphabet="abc/%.?{}é\\", max_size=60))
def test_an_address_is_read_or_refused_never_worse(path):
    try:
        call = read_api(f"/api/{path}", "")
    except (Refused, InvalidArgument):
        return
    msgspec.convert(dict(call.keywords), call.procedure.request)


@pytest.mark.parametrize(
    "query", ["colour=red", "most_tasks=many", "project=a&project=b", "most_tasks", "a=1&" * 40]
)
def test_what_stands_after_the_question_mark_is_checked(query):
    with pytest.raises(InvalidArgument):
        read_api("/api/project", query)


def test_a_name_of_the_address_can_not_be_given_twice():
    with pytest.raises(InvalidArgument, match="once"):
        read_api("/api/changes/one", "change=two")


def test_numbers_and_truth_are_read_as_such():
    read, names = find_read("/api/project")
    assert keywords_of(read, names, "most_tasks=5&project=shop") == {
        "most_tasks": 5,
        "project": "shop",
    }
    assert read_api("/api/surfaces", "mine=true").keywords == {"mine": True}


def test_reading_is_by_get_and_hello_by_both():
    for path in ("/api/changes", "/attention"):
        with pytest.raises(Refused, match="GET and HEAD only"):
            route(Head("POST", path))
    assert route(Head("GET", "/hello")).kind == "read"
    json = {"content-type": ("application/json",)}
    assert route(Head("POST", "/hello", headers=json)).name == "compositor.hello"
    with pytest.raises(Refused, match="nothing here"):
        read_api("/api/nothing/of/this", "")
