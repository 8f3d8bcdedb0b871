"""What is made from the declarations is as it should be, and nothing else holds a URI."""

import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from geometry_ws.protocol import generate, names, permissions, registry, schema
from geometry_ws.protocol.checking import decode

ROOT = Path(__file__).parent.parent.parent
PROCEDURES = sorted(registry.PROCEDURES.values(), key=lambda p: p.name)
TOPICS = sorted(registry.TOPICS.values(), key=lambda t: t.name)


def test_the_made_files_are_not_stale():
    assert generate.stale(ROOT) == [], "run `make generate`"


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_every_example_of_a_procedure_is_accepted(procedure):
    decode(procedure.request, (), procedure.example)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_every_example_of_a_topic_is_accepted(topic):
    decode(topic.payload, (), topic.example)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_an_independent_validator_agrees_with_the_schema(procedure):
    described = schema.schema()
    entry = described["procedures"][procedure.name]
    root = {**entry["request"], "definitions": described["definitions"]}
    example = msgspec.to_builtins(dict(procedure.example))
    jsonschema.Draft202012Validator(root).validate(example)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(root).validate({**example, "unheard_of": 1})


def test_every_procedure_says_what_it_does_and_has_strict_names():
    for procedure in PROCEDURES:
        assert procedure.text.endswith("."), procedure.name
        assert re.fullmatch(r"[0-9a-z_]+(\.[0-9a-z_]+)+", procedure.uri)


def test_no_rule_of_the_router_hides_another():
    permissions.check()


def test_no_uri_is_written_outside_the_protocol_package():
    """But where it is made, and in a viewer that has nothing but the document."""
    written = re.compile(r"io\.geometry_ws\.")
    made = {ROOT / "geometry_ws/web/src/shared/uris.js", ROOT / "examples/plain_viewer.py"}
    for pattern in ("geometry_ws/**/*.py", "geometry_ws/web/src/**/*.js", "examples/*.py"):
        for path in ROOT.glob(pattern):
            inside = "node_modules" in path.parts or (ROOT / "geometry_ws/protocol") in path.parents
            if inside or path in made:
                continue
            assert not written.search(path.read_text("utf-8")), path


def test_short_names_and_uris_are_each_others_inverse():
    for procedure in PROCEDURES:
        assert names.short(procedure.uri) == procedure.name
        assert names.expand(procedure.name) == procedure.uri
        assert names.version_of(procedure.uri) == names.MAJOR
    assert names.expand("app.chat") == "app.chat"
    assert names.version_of("app.chat") is None
