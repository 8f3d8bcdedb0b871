"""Results, errors and refusals as HTTP answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http import answers
from geometry_ws.http.decide import Call, Head, Refused
from geometry_ws.protocol.errors import Busy, NoSuchTask
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES, find_errors

SET_TASK = Call(PROCEDURES[uri("task.set")], {})
PICTURE = {"output": "desktop", "width": 1, "height": 1, "codec": "png", "data": b"\x89PNG"}


def read(answer):
    return json.loads(answer.body)


def failed(error, args=(), keywords=None, late=False, call=SET_TASK):
    return answers.called_failed(call, error, args, keywords or {}, late)


def test_a_result_is_the_one_argument():
    answer = answers.success({"a": [1, None, "é"]})
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert read(answer) == {"args": [{"a": [1, None, "é"]}]}


def test_bytes_are_base64_in_json():
    assert read(answers.success(PICTURE))["args"][0]["data"] == "iVBORw=="


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/png", "image/png"),
        ("application/octet-stream", "application/octet-stream"),
        ("text/html, IMAGE/PNG;q=0.8", "image/png"),
        ("*/*", "application/json"),
        ("image/png, application/json", "application/json"),
        ("image/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_bytes_are_the_body_where_accept_names_them(accept, kind):
    answer = answers.success(PICTURE, accept)
    assert answer.content_type == kind
    assert (answer.body == b"\x89PNG") == (kind != "application/json")


def test_what_is_no_picture_stays_json():
    for value in ({"data": b"x"}, {"a": b"x", "b": b"y", "codec": "png"}, {"codec": "png"}, 5):
        assert answers.success(value, "image/png").content_type == "application/json"


def test_a_declared_error_keeps_its_sentence_and_fields():
    answer = failed(NoSuchTask.uri, ("No task 9.",), {"change": "x", "task": 9})
    assert answer.status == 404
    assert read(answer) == {
        "error": NoSuchTask.uri,
        "args": ["No task 9."],
        "kwargs": {"change": "x", "task": 9},
    }


def test_undeclared_fields_stay_here():
    answer = failed(NoSuchTask.uri, ("No.",), {"change": "x", "task": 9, "path": "/home/ann"})
    assert b"ann" not in answer.body


@given(
    st.text() | st.sampled_from(sorted(find_errors())),
    st.lists(st.text(min_size=1)),
    st.dictionaries(st.text(), st.text()),
)
def test_nothing_undeclared_leaves(error, args, keywords):
    """Whatever comes back by WAMP: a declared error, a sentence of ours, or nothing to tell."""
    answer = failed(error, args, keywords)
    if answer is None:
        return
    body = read(answer)
    allowed = {e.uri for e in SET_TASK.procedure.errors} | {
        "wamp.error.invalid_argument",
        "wamp.error.runtime_error",
        Busy.uri,
        "wamp.error.canceled",
        "wamp.error.not_authorized",
    }
    assert body["error"] in allowed
    declared = find_errors().get(body["error"])
    assert set(body["kwargs"]) == set(declared.fields() if declared else ())


def test_each_error_has_its_status():
    for full, declared in find_errors().items():
        every = [p for p in PROCEDURES.values() if declared in p.errors]
        if every:
            fields = dict.fromkeys(declared.fields(), 1)
            answer = failed(full, ("Sorry.",), fields, call=Call(every[0], {}))
            assert answer is not None
            assert answer.status == declared.status


def test_a_component_that_is_silent_or_gone():
    assert failed("wamp.error.canceled", late=True).status == 504
    for error in ("wamp.error.canceled", "wamp.error.no_such_procedure"):
        gone = failed(error)
        assert gone.status == 503
        assert gone.headers["Retry-After"] == "1"
        assert read(gone)["error"] == Busy.uri


def test_a_fault_of_ours_tells_a_number_and_nothing_else():
    answer = answers.failure(ValueError("secret: /home/ann"), "c0ffee")
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert read(answer)["kwargs"] == {"correlation": "c0ffee"}


def test_a_refusal_says_why():
    answer = answers.failure(Refused(405, "wamp.error.invalid_argument", "No.", {"Allow": "POST"}))
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert read(answer)["args"] == ["No."]
    plain = answers.failure(Refused(404, "", "Nothing here."))
    assert (plain.status, plain.body) == (404, b"Nothing here.\n")


def test_health_names_who_is_missing():
    assert answers.health({"a": {}}).status == 200
    ill = answers.health({"a": {}, "b": None})
    assert ill.status == 503
    assert read(ill)["components"] == {"a": "ok", "b": "no answer"}


def test_health_says_what_components_notice():
    well = answers.health({"a": {}, "b": {"notices": ["desk: late."]}, "c": {"notices": []}})
    assert well.status == 200
    assert read(well)["notices"] == ["desk: late."]
    assert "notices" not in read(answers.health({"a": {}}))


def test_pages_may_connect_to_their_own_host_only():
    policy = answers.security_headers("localhost:8081")["Content-Security-Policy"]
    assert "connect-src 'self' ws://localhost:8081 wss://localhost:8081;" in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'; worker-src 'self';" in policy
    assert "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


READ = answers.listed({"changes": []})


@pytest.mark.parametrize("given", ["{tag}", "W/{tag}", '"other", {tag}'])
def test_what_was_read_is_sent_once(given):
    tag = answers.tagged(READ, Head("GET", "/api/changes")).headers["ETag"]
    again = Head("GET", "/api/changes", "", {"if-none-match": (given.format(tag=tag),)})
    same = answers.tagged(READ, again)
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", tag)
    other = answers.tagged(answers.listed({"changes": [1]}), again)
    assert (other.status, other.body) == (200, b'{"changes":[1]}')
    assert other.headers["ETag"] != tag
    # Nobody between keeps what only somebody with rights may read.
    assert "private" in same.headers["Cache-Control"]
    assert "private" in other.headers["Cache-Control"]


def test_a_failure_or_a_large_answer_has_no_tag():
    head = Head("GET", "/api/changes")
    for answer in (answers.failure(Busy("Later.", retry_ms=1)), answers.listed("x" * 2**23)):
        assert answers.tagged(answer, head) is answer
