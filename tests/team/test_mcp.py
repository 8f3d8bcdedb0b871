"""The Model Context Protocol: both eras, every mistake, and what the tools cost a model."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http import mcp as by_http
from geometry_ws.http.answers import Answer
from geometry_ws.http.decide import Head, Refused, route
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES, find_procedure
from geometry_ws.protocol.schema import schema
from geometry_ws.team import mcp
from geometry_ws.team.tools import INSTRUCTIONS, NAMES, tools

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "probe"},
}


@pytest.fixture
def server():
    return mcp.Server("9.9", "shop")


def request(method, number=1, modern=False, **params):
    if modern:
        params["_meta"] = META
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def result(taken):
    return taken.message["result"]


@pytest.mark.parametrize("with_name", [False, True])
def test_the_tools_cost_a_model_less_than_900_tokens(with_name):
    listed = tools(with_name=with_name)
    written = json.dumps(listed, separators=(",", ":"), ensure_ascii=False)
    assert len(written) / 4 < 900
    assert len(INSTRUCTIONS.format(project=" (a-long-name-of-a-project)")) <= 500
    for tool in listed:
        jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
        assert len(json.dumps(tool)) < 900


def test_the_tools_take_what_their_procedures_take():
    """A tool's argument that the node doesn't know, or one that it needs, would be a trap."""
    described = schema()
    assert set(NAMES) == {"next", "show", "claim", "done", "note", "ask"}
    for tool in tools(with_name=True):
        kind = PROCEDURES[uri(f"agent.{tool['name']}")].request
        declared = described["definitions"][kind.__name__]
        properties = tool["inputSchema"]["properties"]
        assert set(properties) <= set(declared["properties"])
        # What the program between the agent and the node knows, no tool asks for.
        known = {"project", "me", "cwd"}
        assert set(declared["properties"]) - set(properties) <= known
        assert tool["inputSchema"].get("required", []) == declared.get("required", [])
        assert find_procedure(uri(f"agent.{tool['name']}")).right.value in ("look", "work")


def test_hints_say_what_reads_and_what_may_be_repeated():
    for tool in tools(with_name=False):
        hints = tool["annotations"]
        reads = tool["name"] in ("next", "show")
        assert hints["readOnlyHint"] is reads
        assert hints["openWorldHint"] is False
        assert reads or (hints["idempotentHint"], hints["destructiveHint"]) == (True, False)


@pytest.mark.parametrize("version", mcp.LEGACY)
def test_an_older_client_begins_and_gets_its_version(server, version):
    taken = server.take(request("initialize", 0, protocolVersion=version, clientInfo={"name": "c"}))
    assert taken.message["id"] == 0
    assert result(taken)["protocolVersion"] == version
    assert result(taken)["capabilities"] == {"tools": {}}
    assert "shop" in result(taken)["instructions"]
    assert server.client == "c"
    assert server.take({"jsonrpc": "2.0", "method": "notifications/initialized"}) is None
    listed = server.take({"jsonrpc": "2.0", "id": "x", "method": "tools/list"})
    assert [tool["name"] for tool in result(listed)["tools"]] == list(NAMES)
    assert "resultType" not in result(listed)
    assert result(server.take(request("ping"))) == {}
    call = server.take(request("tools/call", name="claim", arguments={"task": "a/1"}))
    assert (call.tool, call.arguments, call.modern) == ("claim", {"task": "a/1"}, False)
    said = result(mcp.finished(call, "Yours.", is_error=True))
    assert said == {"content": [{"type": "text", "text": "Yours."}], "isError": True}


def test_an_older_client_of_an_unknown_version_gets_the_newest_of_its_era(server):
    taken = server.take(request("initialize", protocolVersion="1999-01-01"))
    assert result(taken)["protocolVersion"] == "2025-11-25"


def test_a_newer_client_asks_without_beginning(server):
    said = result(server.take(request("server/discover", "probe-1", modern=True)))
    assert said["resultType"] == "complete"
    assert said["supportedVersions"] == ["2026-07-28"]
    info = said["_meta"]["io.modelcontextprotocol/serverInfo"]
    assert (info["name"], info["version"]) == ("geometry-ws", "9.9")
    listed = result(server.take(request("tools/list", modern=True)))
    assert (listed["resultType"], listed["cacheScope"]) == ("complete", "public")
    call = server.take(request("tools/call", modern=True, name="next"))
    assert call.arguments == {}
    assert result(mcp.finished(call, "x"))["resultType"] == "complete"


def test_versions_that_are_not_spoken_are_refused_with_those_that_are(server):
    meta = {**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    error = server.take(asked).message["error"]
    assert error["code"] == mcp.UNSUPPORTED_VERSION
    assert error["data"] == {"supported": ["2026-07-28"], "requested": "2031-01-01"}
    del meta["io.modelcontextprotocol/clientCapabilities"]
    meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28"
    assert server.take(asked).code == mcp.INVALID_PARAMS


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ([], mcp.INVALID_REQUEST),
        ("x", mcp.INVALID_REQUEST),
        ({"id": 1, "method": "ping"}, mcp.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, mcp.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, mcp.INVALID_REQUEST),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, mcp.INVALID_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "resources/list"}, mcp.NO_SUCH_METHOD),
        (request("server/discover"), mcp.INVALID_PARAMS),
        (request("tools/call", name="nix"), mcp.INVALID_PARAMS),
        (request("tools/call", name=["next"]), mcp.INVALID_PARAMS),
        (request("tools/call", name="next", arguments=[]), mcp.INVALID_PARAMS),
    ],
)
def test_mistakes_are_errors_of_the_protocol(server, message, code):
    assert server.take(message).code == code


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12)
        | st.sampled_from(["2.0", "tools/call", "initialize", "next"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["jsonrpc", "id", "method", "params", "_meta", "name", "arguments"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_comes_is_answered_or_is_no_request(message):
    taken = mcp.Server("1").take(message)
    assert taken is None or isinstance(taken, mcp.Call | mcp.Reply)
    if isinstance(taken, mcp.Reply):
        json.dumps(taken.message)


# --- by HTTP ------------------------------------------------------------------------------


def head(method="POST", query="", **headers):
    named = {name.replace("_", "-"): (value,) for name, value in headers.items()}
    return Head(method, "/mcp", query, {"content-type": ("application/json",), **named})


def ask(message, **headers):
    return by_http.read_message(head(**headers), json.dumps(message).encode())


MODERN = {"mcp_protocol_version": "2026-07-28"}


def test_the_door_takes_json_by_post_alone():
    assert route(head()).kind == "mcp"
    for method in ("GET", "DELETE"):
        with pytest.raises(Refused) as refused:
            route(head(method))
        assert refused.value.status == 405
        assert refused.value.headers == {"Allow": "POST"}
    with pytest.raises(Refused) as refused:
        route(Head("POST", "/mcp", headers={"content-type": ("text/plain",)}))
    assert refused.value.status == 415


def test_an_older_client_gets_200_even_for_what_is_unknown():
    assert ask(request("initialize", protocolVersion="2025-06-18")).status == 200
    unknown = ask(request("resources/list"))
    assert unknown.status == 200
    assert json.loads(unknown.body)["error"]["code"] == mcp.NO_SUCH_METHOD
    assert ask({"jsonrpc": "2.0", "method": "notifications/initialized"}) == Answer(
        202, "application/json", b"", {"Cache-Control": "no-store"}
    )


def test_a_newer_client_says_in_headers_what_it_says_in_the_body():
    listing = request("tools/list", modern=True)
    assert ask(listing, **MODERN, mcp_method="tools/list").status == 200
    for headers in ({}, MODERN, {**MODERN, "mcp_method": "ping"}, {"mcp_method": "tools/list"}):
        refused = ask(listing, **headers)
        assert refused.status == 400
        assert json.loads(refused.body)["error"]["code"] == mcp.HEADER_MISMATCH
    call = request("tools/call", modern=True, name="next")
    named = {**MODERN, "mcp_method": "tools/call"}
    assert ask(call, **named, mcp_name="next").tool == "next"
    assert ask(call, **named, mcp_name="=?base64?bmV4dA==?=").tool == "next"
    assert ask(call, **named, mcp_name="done").status == 400
    unknown = ask(request("nix/list", modern=True), **MODERN, mcp_method="nix/list")
    assert unknown.status == 404
    assert json.loads(unknown.body)["error"]["code"] == mcp.NO_SUCH_METHOD
    assert by_http.read_message(head(), b"{nix").status == 400


def test_the_address_may_name_the_project_and_numbers_become_names():
    call = ask(request("tools/call", name="done", arguments={"task": 1.2, "note": None}))
    assert by_http.keywords_of(call, "project=shop") == {"task": "1.2", "project": "shop"}
    assert by_http.keywords_of(call, "project=../x") == {"task": "1.2"}
