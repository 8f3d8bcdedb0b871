"""`geometry-ws mcp`, `geometry-ws agent` and POST /mcp at a real node."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from geometry_ws.cli import mcp, plain_socket
from geometry_ws.cli.plain_socket import Refused, Unreachable
from tests.cli.cli_support import QUIET, SECONDS, run

pytestmark = pytest.mark.router

ROOT = Path(__file__).parents[2]
SDK = ROOT / ".venv/mcp-sdk/node_modules"
"""A client of MCP for both eras; `make tools` installs it."""


class Child:
    """An agent's child: one JSON object a line."""

    def __init__(self, node, *words, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "geometry_ws", "mcp", "--project", str(node.project), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**QUIET, "GEOMETRY_WS_URL": node.url, **environment},
        )
        self.number = 0

    def ask(self, method, **params):
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["id"] == self.number
        return answer

    def call(self, tool, **arguments):
        result = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        (content,) = result["content"]
        return content["text"]

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0
        assert self.process.stdout.read() == b""
        self.process.stdout.close()


@pytest.fixture
def child():
    children = []

    def start(node, *words, **environment):
        children.append(Child(node, *words, **environment))
        return children[-1]

    yield start
    for each in children:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()
        for stream in (each.process.stdin, each.process.stdout):
            stream.close()


def members(node):
    return node.call("presence.list").json["args"][0]["members"]


def test_two_agents_work_side_by_side_and_a_killed_one_is_lost_at_once(start_node, child):
    node = start_node()
    first, second = child(node, CLAUDE_CODE_SESSION_ID="5d0c"), child(node)
    first.ask("initialize", protocolVersion="2025-06-18", clientInfo={"name": "probe"})
    assert first.call("next").startswith("add-farewell/1.2  Say them")
    assert first.call("claim").endswith("(you are otter-1)")
    assert second.call("claim", task=1.2).startswith("held: add-farewell/1.2 is otter-1's")
    assert "add-farewell/2.1" in second.call("claim")
    assert second.call("done", task="2.1").startswith("Ticked add-farewell/2.1 (2/3).")
    assert "- [x] 2.1 Watch the door" in node.tasks.read_text()
    said = second.call("done", task="add-farewell/1.9")
    assert said.startswith("no_such_task: add-farewell has no 1.9")
    there = {member["name"]: member for member in members(node)}
    assert there["otter-1"]["client"] == "probe"
    assert there["otter-1"]["holds"] == ["add-farewell/1.2"]
    assert "lost" not in there["otter-1"]
    channel = child(node, "--channel", CLAUDE_CODE_SESSION_ID="5d0c")
    assert "error" in channel.ask("server/discover")
    assert "claude/channel" in str(channel.ask("initialize", protocolVersion="2025-11-25"))
    first.call("ask", question="Which door?")
    node.call("question.answer", question="q1", answer="Front", who="alex")
    news = [json.loads(channel.process.stdout.readline())]
    assert second.call("claim", task="1.2").startswith("held: ")
    news.append(json.loads(channel.process.stdout.readline()))
    assert {each["method"] for each in news} == {"notifications/claude/channel"}
    contents = {each["params"]["meta"]["kind"]: each["params"]["content"] for each in news}
    assert contents["answer"] == "Answer to q1 (alex): Front"
    assert contents["wanted"].startswith("heron-1 wants add-farewell/1.2, which you hold")
    channel.end()
    first.process.kill()
    first.process.wait()
    while not members(node)[0].get("lost"):
        pass
    second.end()


def test_a_child_answers_without_a_node_and_goes_on_after_nonsense(node, child, free_port):
    place = f"localhost:{free_port()}"
    alone = child(node, GEOMETRY_WS_URL=f"http://{place}")
    assert alone.ask("tools/list")["result"]["tools"]
    assert alone.call("next").startswith(f"no_node: no node answers at {place};")
    alone.process.stdin.write(b"nix\n\n[]\n")
    alone.process.stdin.flush()
    codes = [json.loads(alone.process.stdout.readline())["error"]["code"] for _ in range(2)]
    assert codes == [-32700, -32600]
    alone.end()


def test_a_node_that_is_being_started_is_waited_for(monkeypatch):
    nobody = Refused("no_such_procedure", "Nobody has registered it.")
    joined = {"name": "otter-1", "token": "t"}
    answers = iter(
        (
            *("opened", nobody, "opened", joined),  # the node has no component yet
            *(nobody, {"text": "Nothing to do."}),  # its component is started anew
            *(
                Unreachable(""),
                Unreachable(""),
                "opened",
                joined,
                {"text": "Noted."},
            ),  # the node is
        )
    )
    asked = []

    def answer(*words):
        asked.append(words)
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    class Starting:
        def __init__(self, address, topic):
            answer("open")
            self.hello = {"projects": [{"project": "shop", "title": "shop"}]}

        def call(self, procedure, keywords):
            return answer(procedure, keywords.get("me"))

        def close(self):
            pass

    monkeypatch.setattr(plain_socket, "PlainSocket", Starting)
    monkeypatch.setattr(mcp, "STARTING_SECONDS", 0)
    child = mcp.Child(lambda folder: SimpleNamespace(place="localhost:8081"), "shop")
    assert child._call("next", {}) == ("Nothing to do.", False)
    assert asked[-2:] == [("agent.next", "otter-1")] * 2
    assert child._call("note", {}) == ("Noted.", False)
    assert asked[-1] == ("agent.note", "otter-1")
    assert next(answers, None) is None


def test_the_same_by_commands_of_a_shell(start_node):
    node = start_node()
    environment = {"GEOMETRY_WS_URL": node.url}

    def agent(*words):
        return run("agent", *words, env=environment, cwd=node.project)

    assert b"add-farewell/1.2  Say them" in agent("next").stdout
    said = agent("claim", "1.2").stdout
    assert (
        b"(you are otter-1)\nFrom now on say --me otter-1, or set GEOMETRY_WS_ME=otter-1.\n" in said
    )
    refused = agent("claim", "1.2", "--me", "heron")
    assert refused.returncode == 1
    assert b"held: add-farewell/1.2 is otter-1's" in refused.stderr
    said = json.loads(agent("done", "1.2", "--me", "otter-1", "--json").stdout)
    assert said["me"] == "otter-1"
    assert said["text"].startswith("Ticked add-farewell/1.2 (2/3).")
    assert agent("note", "2.1", "It", "squeaks.", "--me", "otter-1").returncode == 0
    assert b"note otter-1" in agent("show", "add-farewell/2.1").stdout
    assert agent("ask", "Which door?", "--option", "Front", "--me", "otter-1").returncode == 0
    assert agent("note", "2.1").returncode == 2
    assert agent("next", "nix").returncode == 2
    nowhere = run("agent", "next", "--url", "http://localhost:9")
    assert nowhere.returncode == 4
    assert b"which --url names" in nowhere.stderr


def test_the_tools_by_streamable_http(start_node):
    node = start_node()

    def post(message, **headers):
        named = {"Content-Type": "application/json", **headers}
        return node.fetch("POST", "/mcp", body=json.dumps(message).encode(), headers=named)

    def call(tool, **arguments):
        params = {"name": tool, "arguments": arguments}
        message = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}
        result = post(message).json["result"]
        return result["isError"], result["content"][0]["text"]

    begin = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}}
    assert post(begin).json["result"]["serverInfo"]["name"] == "geometry-ws"
    is_error, text = call("claim")
    assert (is_error, text.endswith("(you are otter-1)")) == (False, True)
    assert call("done", task="add-farewell/1.2", me="heron")[1].startswith("held: ")
    assert call("done", task="add-farewell/1.2", me="otter-1")[1].startswith("Ticked ")
    assert call("note", task="2.1", text="x" * 501, me="otter-1")[0] is True
    assert call("next", nix=1)[1].startswith("invalid_argument: ")
    assert post(begin, Origin="http://evil.example").status == 403
    assert node.fetch("GET", "/mcp").status == 405


@pytest.mark.nodejs
@pytest.mark.skipif(not SDK.is_dir(), reason="`make tools` installs a client of MCP")
def test_a_client_of_both_eras_lists_and_calls_all_six_by_both_ways(start_node, project):
    tasks = project / "openspec/changes/add-farewell/tasks.md"
    tasks.write_text("".join(f"- [ ] 1.{number} Say {number}\n" for number in range(1, 13)))
    node = start_node(project)
    calls = [
        ("next", {}), ("show", {"what": "add-farewell"}), ("claim", {}),
        ("note", {"task": "add-farewell", "text": "It squeaks."}),
        ("ask", {"question": "Which door?"}), ("done", {"task": "add-farewell"}),
    ]  # fmt: skip
    command = [sys.executable, "-m", "geometry_ws", "mcp", "--url", node.url]
    asked = {"command": command, "url": f"{node.url}mcp", "calls": calls, "cwd": str(project)}
    client = ROOT / "benchmarks/agents/sdk_client.mjs"
    said = subprocess.run(
        ["node", client, SDK, json.dumps(asked)], capture_output=True, timeout=SECONDS, check=True
    )
    assert said.stdout.decode().splitlines() == [
        f"{way} {era}: lists and calls all six"
        for way in ("stdio", "http")
        for era in ("2026-07-28", "2025-11-25", "2026-07-28")
    ]
    assert tasks.read_text().count("[x]") == 6


def test_before_its_first_answer_nothing_heavy_is_imported(tmp_path):
    look = "import sys; from geometry_ws.cli import main; main(['mcp']); print(*sys.modules)"
    listed = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}) + "\n"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {look}"],
        input=listed, capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS, check=True,
    )  # fmt: skip
    answer, modules = done.stdout.splitlines()
    assert len(json.loads(answer)["result"]["tools"]) == 6
    heavy = {"argparse", "asyncio", "dataclasses", "inspect", "msgspec", "socket", "twisted"}
    assert heavy.isdisjoint(modules.split())
