"""No bytes make a reader fail, and none make it slow."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geometry_ws.openspec.format.config import read_config
from geometry_ws.openspec.format.metadata import read_metadata
from geometry_ws.openspec.format.model import ProjectState
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.format.tasks import NoSuchTask, NotSettable, parse_tasks, set_done
from geometry_ws.openspec.merging.rebuild import purpose_of, rebuild, with_line_ends_of
from geometry_ws.openspec.merging.retire import loose_lines
from geometry_ws.openspec.rules.merge import Refused
from geometry_ws.openspec.rules.state import evaluate_change, evaluate_spec
from geometry_ws.openspec.views.counts import count_project
from geometry_ws.openspec.views.deltas import deltas_of
from geometry_ws.openspec.views.history import archived_change
from geometry_ws.openspec.views.overlap import find_overlaps
from geometry_ws.openspec.views.proposals import IncompleteProposal, proposal_deltas
from geometry_ws.openspec.views.search import open_documents, search_documents

PATHS = ("proposal.md", "design.md", "tasks.md", ".openspec.yaml", "specs/lamp/spec.md")
MAIN = b"""## Purpose
Why it is there.

## Requirements

### Requirement: A
It SHALL.

#### Scenario: s
- x
"""


def _change(data, *paths):
    paths = paths or PATHS
    return ChangeFiles("a", dict.fromkeys(paths, "file"), {path: Source(data) for path in paths})


def _as_spec(data):
    evaluate_spec("lamp", Source(data))


def _as_delta(data):
    change = _change(data, "specs/lamp/spec.md", "specs/notes.md")
    specs = {"lamp": Source(MAIN)}
    evaluate_change(change, Schemas({}), specs)
    deltas_of(change, specs)
    deltas_of(_change(MAIN, "specs/lamp/spec.md"), {"lamp": Source(data)})


def _as_change(data):
    change = _change(data)
    state = evaluate_change(change, Schemas({}), {"lamp": Source(data)})
    archived_change(change, Schemas({}))
    count_project(
        ProjectState(changes={"a": state}), {"a": change}, {"lamp": change.sources["design.md"]}
    )
    try:
        proposal_deltas(change, change.sources["proposal.md"].text)
    except IncompleteProposal:
        pass


def _as_overlap(data):
    changes = {name: _change(data, "specs/lamp/spec.md") for name in "abc"}
    find_overlaps(changes, {"lamp": Source(data)})
    find_overlaps(changes, {"lamp": Source(MAIN)})


def _as_merge(data):
    text = Source(data).text
    purpose_of(text)
    with_line_ends_of(text, text)
    for delta, base in ((text, MAIN.decode()), (text, None), (text, text)):
        try:
            loose_lines(rebuild("lamp", delta, base, "a"))
        except Refused:
            pass


def _as_settings(data):
    text = Source(data).text
    read_config(text)
    schemas = Schemas({"own": text, "broken": None})
    schemas.get("own")
    read_metadata(_change(data, ".openspec.yaml"), schemas)
    matching(text, PATHS)


def _as_tasks(data):
    tasks = parse_tasks(Source(data).text)
    for number in {1, len(tasks)}:
        try:
            changed = set_done(data, number, True)
        except (NoSuchTask, NotSettable):
            continue
        assert parse_tasks(Source(changed).text)[number - 1].done


def _as_search(data):
    change, specs = _change(data), {"lamp": Source(data)}
    for query in ("a", "shall x", Source(data).text[:40], "# -"):
        search_documents(query, open_documents({"a": change}, specs))


READERS = [
    _as_spec, _as_delta, _as_change, _as_overlap, _as_merge, _as_settings, _as_tasks, _as_search,
]  # fmt: skip

_pieces = st.sampled_from(
    [
        b"# ", b"## ", b"### ", b"#### ", b"###", b"Requirement:", b"Requirement: A",
        b"Scenario: s", b"ADDED Requirements", b"MODIFIED Requirements", b"REMOVED Requirements",
        b"RENAMED Requirements", b"Requirements", b"Purpose", b"Why", b"What Changes", b"FROM: ",
        b"TO: ", b"`", b"```", b"~~~~", b"- [ ]", b"- [x] ", b"1. [", b"- ", b"* ", b"\n", b"\n",
        b"\n\n", b"\r\n", b"\r", b" ", b"\t", b"SHALL", b"**a**:", b"TBD", b"TODO", b"<!--",
        b"-->", b"<h1>", b"---", b"schema: own", b"skip_specs: true", b"apply:", b"artifacts:",
        b"{", b"}", b"[", b"]", b"&a", b"*a", b"!!", b"'", b'"', b"|", b">", b":", b",", b"x",
        b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80", b"\0", "\u2028\u00a0\u0085\u3000".encode(),
        "\U0001f600ßİ가".encode(),
    ]
)  # fmt: skip
_bytes = st.one_of(
    st.lists(_pieces, max_size=40).map(b"".join),
    st.binary(max_size=200),
)


@given(_bytes)
@example(MAIN)
@example(b"\xef\xbb\xbf" + MAIN.replace(b"\n", b"\r\n"))
@example(b"## RENAMED Requirements\n- FROM: ### Requirement: A\n- TO: ### Requirement: B\n")
def test_no_bytes_make_a_reader_fail(data):
    for read in READERS:
        read(data)


# --- time ---------------------------------------------------------------------------------

_BLOCK = b"### Requirement: A%d\nIt SHALL.\n\n#### Scenario: s\n- x\n\n"
SHAPES = {
    "hashes": b"#",
    "backticks": b"`",
    "tildes in lines": b"~~~~\n",
    "growing fences": b"",
    "opening fences": b"```x\n",
    "indented fences": b" " * 50 + b"```\n",
    "blanks": b" ",
    "tabs": b"\t",
    "unicode blanks": "\u3000".encode(),
    "line separators": "\u2028".encode(),
    "empty lines": b"\n",
    "returns": b"\r",
    "returns and newlines": b"\r\n",
    "one long line": b"a",
    "zeros": b"\0",
    "not UTF-8": b"\xff",
    "emoji": "\U0001f600".encode(),
    "open boxes": b"- [ ] ",
    "boxes": b"- [ ] a\n",
    "brackets": b"- [",
    "boxes with blanks": b"- [" + b" " * 1000 + b"\n",
    "boxes of emoji": "- [\U0001f600]\n".encode(),
    "digits": b"1",
    "numbered": b"1.1.1.1.1.1",
    "metadata": b"**a:**",
    "stars": b"*",
    "metadata lines": b"**a**: b\n",
    "headers": b"# a\n",
    "deep headers": b"## a\n### b\n#### c\n##### d\n###### e\n",
    "blank headers": b"### \n",
    "requirements": b"### Requirement: A\n",
    "scenarios": b"#### Scenario: s\n- x\n",
    "words": b"SHALL MUST ",
    "removals": b"- `### Requirement: A`\n",
    "renames": b"- FROM: `### Requirement: A`\n- TO: `### Requirement: B`\n",
    "half renames": b"- FROM: `### Requirement: A`\n",
    "comments": b"<!--",
    "comments and ends": b"<!-- -->",
    "placeholders": b"TBD - created by archiving change ",
    "placeholders and ends": b"TBD - created by archiving change x. Update Purpose after archive.",
    "sections": b"## ADDED Requirements\n",
    "titles": b"# Change: ",
    "bullets": b"- **a:** b\n",
    "rules": b"---\n",
    "keys": b"a:\n",
    "nested keys": b"- - - - ",
    "flow": b"[",
    "mappings": b"{a: ",
    "anchors": b"&a ",
    "quotes": b"'",
    "double quotes": b'"a',
    "group headers": b"## 1. a\n- [ ] 1.1 b\n",
    "closing hashes": b"### Requirement: A ####  ##\n",
    "tags": b"<h1 ",
    "underlines": b"a\n===\n",
}
HEADS = {
    "": b"",
    "spec": b"## Purpose\nWhy.\n\n## Requirements\n### Requirement: A\nIt SHALL.\n",
    "delta": b"## ADDED Requirements\n### Requirement: A\nIt SHALL.\n#### Scenario: s\n- x\n",
    "renamed": b"## RENAMED Requirements\n",
    "removed": b"## REMOVED Requirements\n",
    "yaml": b"schema: spec-driven\nskip_specs: true\n",
}


def shaped(name, size):
    """A text of one shape and about this many bytes."""
    if name == "growing fences":
        parts, length = [], 0
        while length < size:
            parts.append(b"`" * (3 + len(parts)) + b"\n")
            length += len(parts[-1])
        return b"".join(parts)[:size]
    if name == "many requirements":
        return b"".join(_BLOCK % at for at in range(size // 50))[:size]
    if name == "many renames":
        line = b"- FROM: `### Requirement: A%d`\n- TO: `### Requirement: A%d`\n"
        return b"".join(line % (at, at + 1) for at in range(size // 60))[:size]
    unit = SHAPES[name]
    return (unit * (size // len(unit) + 1))[:size]


ALL_SHAPES = [*SHAPES, "many requirements", "many renames"]


def _time(data):
    began = time.process_time()
    for read in (_as_spec, _as_delta, _as_tasks):
        read(data)
    return time.process_time() - began


@pytest.mark.slow
@pytest.mark.parametrize("head", ["", "spec", "renamed"])
def test_nothing_takes_more_than_linear_time(head):
    """Eight times the bytes take about eight times the time; squared it would be 64 times."""
    slow = []
    for name in ALL_SHAPES:
        small = _time(HEADS[head] + shaped(name, 1 << 12))
        large = _time(HEADS[head] + shaped(name, 1 << 15))
        if large > 24 * small + 0.15:
            slow.append((name, round(small, 3), round(large, 3)))
    assert slow == []
