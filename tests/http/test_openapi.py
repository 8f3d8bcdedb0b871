"""The OpenAPI document: a library finds it valid, and the node does what it says."""

import json
from typing import Any

import msgspec
import openapi_spec_validator
import pytest
from jsonschema import Draft202012Validator

from geometry_ws.http import openapi
from geometry_ws.http.decide import Head, Refused, read_call, route
from geometry_ws.protocol.errors import InvalidArgument, NoSuchProcedure, SessionRequired
from geometry_ws.protocol.registry import PROCEDURES
from tests.protocol.test_page import table

DOCUMENT: dict[str, Any] = json.loads(openapi.answer("http://localhost:8081").body)
CALLED = {each.name: each for each in PROCEDURES.values() if not each.session}
JSON = {"Content-Type": "application/json"}


def operations():
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def validator(schema):
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_a_library_finds_it_valid():
    openapi_spec_validator.validate(DOCUMENT)
    assert DOCUMENT["openapi"] == "3.1.0"
    assert DOCUMENT["servers"] == [{"url": "http://localhost:8081"}]


def test_every_procedure_without_a_session_has_a_path_and_nothing_else_has():
    paths = {path.removeprefix("/call/") for path in DOCUMENT["paths"] if path.startswith("/call/")}
    assert paths == set(CALLED)
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def path_of(row):
    """A request of the page as the document writes it."""
    request = row[0].strip("`").replace("OUTPUT", "{output}")
    return request.replace("/surfaces/NAME", "/surfaces/{name}").replace("PATH", "{path}")


def test_the_other_paths_are_those_of_the_page():
    shown = {path_of(row) for row in table("requests")}
    others = {
        f"{method.upper()} {path}"
        for path, method, _ in operations()
        if not path.startswith(("/call/", "/api/"))
    }
    assert others == {
        each for each in shown if "openapi" not in each and "NAME" not in each and "…" not in each
    }
    for row in table("requests"):
        method, path = path_of(row).split()
        if path in DOCUMENT["paths"] and path != "/call":
            statuses = DOCUMENT["paths"][path][method.lower()]["responses"]
            assert set(row[3].replace(",", "").split()) <= set(statuses)


def test_bodies_have_examples_that_fit():
    for _, _, operation in operations():
        if "requestBody" in operation:
            media = operation["requestBody"]["content"].get("application/json")
            if media is None:
                continue  # a picture
            validator(media["schema"]).validate(media["example"])


def test_generators_need_no_words_that_few_know():
    text = json.dumps(DOCUMENT)
    for word in ("prefixItems", "(?!", "$defs", '"items": false'):
        assert word not in text


def test_a_call_may_name_its_procedure_in_the_path():
    head = Head("POST", "/call/task.list", headers={"content-type": ("application/json",)})
    wanted = route(head)
    assert (wanted.kind, wanted.name) == ("call", "task.list")
    assert read_call(b'{"change": "x"}', "task.list").keywords == {"change": "x"}
    assert read_call(b"", "change.list").keywords == {}
    assert read_call(b"{}", CALLED["change.list"].uri).procedure.name == "change.list"
    with pytest.raises(InvalidArgument, match="change"):
        read_call(b'{"kwargs": {"change": "x"}}', "task.list")
    with pytest.raises(NoSuchProcedure, match=r"task\.list"):
        read_call(b"{}", "task.lst")
    with pytest.raises(SessionRequired):
        read_call(b"{}", "stream.attach")


@pytest.mark.parametrize("path", ["/call/", "/call/a/b", "/call/a%2fb", "/call/" + "a" * 300])
def test_other_paths_below_call_do_not_exist(path):
    headers = {"content-type": ("application/json",)}
    with pytest.raises(Refused) as refused:
        route(Head("POST", path, headers=headers))
    assert refused.value.status in (404, 405)


def test_a_call_by_its_path_is_guarded_like_every_call():
    with pytest.raises(Refused) as refused:
        route(Head("POST", "/call/task.set", headers={"content-type": ("text/plain",)}))
    assert refused.value.status == 415
    with pytest.raises(Refused) as refused:
        route(Head("GET", "/call/task.list"))
    assert refused.value.status == 405


@pytest.mark.router
def test_a_node_answers_as_the_document_says(node):
    """Every procedure that only reads, with its example and with a word that it doesn't know."""
    given = node.fetch("GET", "/openapi.json")
    assert given.status == 200
    assert given.json == {**DOCUMENT, "servers": [{"url": f"http://localhost:{node.port}"}]}
    succeeded = 0
    for procedure in CALLED.values():
        responses = DOCUMENT["paths"][f"/call/{procedure.name}"]["post"]["responses"]
        tries = [{"unheard_of": 1}]
        if procedure.reads:
            tries += [msgspec.to_builtins(dict(procedure.example)), {}]
        for keywords in tries:
            answer = node.fetch(
                "POST",
                f"/call/{procedure.name}",
                body=json.dumps(keywords).encode(),
                headers=JSON,
            )
            assert str(answer.status) in responses, (procedure.name, answer.body)
            schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
            validator(schema).validate(answer.json)
            succeeded += answer.status == 200
    assert succeeded > 20


@pytest.mark.router
def test_other_requests_answer_as_the_document_says(node):
    health = DOCUMENT["paths"]["/health"]["get"]["responses"]["200"]
    answer = node.fetch("GET", "/health")
    validator(health["content"]["application/json"]["schema"]).validate(answer.json)
    published = DOCUMENT["paths"]["/publish"]["post"]
    example = published["requestBody"]["content"]["application/json"]["example"]
    answer = node.fetch("POST", "/publish", body=json.dumps(example).encode(), headers=JSON)
    schema = published["responses"]["200"]["content"]["application/json"]["schema"]
    validator(schema).validate(answer.json)
    metrics = node.fetch("GET", "/metrics").headers["content-type"]
    assert metrics in DOCUMENT["paths"]["/metrics"]["get"]["responses"]["200"]["content"]
