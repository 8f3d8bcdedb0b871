"""What is written into files of coding agents' programs: what isn't ours stays, always."""

import json
import shutil
import subprocess
import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geometry_ws.team.hooks import activity_of, read_hook
from geometry_ws.team.install import HARNESSES, CannotEdit, Settings, edits_for
from geometry_ws.team.install_texts import SKILL, opencode_plugin
from geometry_ws.team.plugin import FOLDER, plugin_files

OURS = Settings("geometry-ws", "http://localhost:8081", "/work/shop", False)
KEYS = st.sampled_from(
    ["hooks", "mcpServers", "mcp", "Stop", "SessionStart", "permissions", "matcher", "command"]
) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)
HANDLER = {"type": "command", "command": "notify-send done"}
THEIRS = {
    "permissions": {"allow": ["Bash(ls)"]},
    "hooks": {"Stop": [{"matcher": "", "hooks": [HANDLER]}]},
    "mcpServers": {"other": {"command": "other"}},
    "mcp": {"other": {"type": "local", "command": ["other"]}},
}


def json_edits():
    for shared in (False, True):
        for harness in HARNESSES:
            for edit in edits_for(harness, OURS._replace(shared=shared)):
                if edit.path.endswith(".json"):
                    yield pytest.param(edit, id=f"{harness}-{edit.path}-{shared}")


FLAT = (".cursor/hooks.json", ".github/hooks/geometry-ws.json")
JSON_EDITS = list(json_edits())


def without_empty(content):
    """What said nothing below our keys, empty objects and lists, may be gone afterwards."""
    content = {
        key: _without_lists(content[key]) if key == "hooks" else content[key] for key in content
    }
    return {key: value for key, value in content.items() if value != {} or key not in _OUR_KEYS}


def _without_lists(hooks):
    if not isinstance(hooks, dict):
        return hooks
    return {event: groups for event, groups in hooks.items() if groups != []}


_OUR_KEYS = ("hooks", "mcpServers", "mcp")


@pytest.mark.parametrize("edit", JSON_EDITS)
def test_what_is_put_in_is_taken_out_and_the_rest_stays(edit):
    for indent in ("  ", "\t", "    "):
        theirs = {"version": 1, **THEIRS} if edit.path in FLAT else THEIRS
        text = json.dumps(theirs, indent=indent) + "\n"
        new = edit.put(text)
        assert new != text
        assert edit.put(new) == new, "twice is once"
        assert edit.take(new) == text
        content = json.loads(new)
        assert content["permissions"] == THEIRS["permissions"]
        assert "geometry-ws" in new or "agents/hook" in new
        assert ('"version": 1' in new) is (edit.path in FLAT)
        assert f'\n{indent}"' in new
    assert edit.take(edit.put(None)) is None
    assert edit.take(None) is None


@example(edit=JSON_EDITS[0].values[0], content={"hooks": {"Stop": []}})
@given(edit=st.sampled_from([param.values[0] for param in JSON_EDITS]), content=OBJECTS)
def test_nothing_of_others_is_lost_whatever_they_have(edit, content):
    text = json.dumps(content, indent=2)
    try:
        new = edit.put(text)
    except CannotEdit:
        return
    left = json.loads(edit.take(new) or "{}")
    if edit.path in FLAT:
        # It is needed there, and stays where there is anything else.
        content = {"version": 1, **content} if left else content
    assert without_empty(left) == without_empty(content)


@pytest.mark.parametrize("edit", JSON_EDITS)
@pytest.mark.parametrize("text", ["{ // mine\n}", "[]", "nonsense", '"x"'])
def test_a_file_that_is_no_plain_json_is_left_alone(edit, text):
    with pytest.raises(CannotEdit) as caught:
        edit.put(text)
    assert edit.path in str(caught.value)


def test_another_server_of_our_name_is_left_alone():
    (edit, *_) = edits_for("claude", OURS)
    with pytest.raises(CannotEdit):
        edit.put(json.dumps({"mcpServers": {"geometry-ws": {"command": "mine"}}}))
    text = json.dumps({"mcpServers": {"geometry-ws": {"command": "mine"}}})
    assert edit.take(text) == text


def test_toml_keeps_comments_and_is_read_again():
    edit = edits_for("codex", OURS)[0]
    text = '# mine\nmodel = "x" # why\n\n[mcp_servers.other]\ncommand = "o"'
    new = edit.put(text)
    assert new.startswith(text)
    content = tomllib.loads(new)
    server = content["mcp_servers"]["geometry-ws"]
    assert server == {"command": "geometry-ws", "args": ["mcp", "--project", "/work/shop"]}
    assert content["model"] == "x"
    assert edit.put(new) == new
    assert edit.take(new).rstrip("\n") == text
    assert edit.take(edit.put(None)) is None
    for wrong in ("[", "mcp_servers = 1", "[mcp_servers.geometry-ws]\ncommand = 'mine'"):
        with pytest.raises((CannotEdit, TypeError)):
            edit.put(wrong)


def test_whole_files_of_somebody_else_are_left_alone():
    edit = edits_for("opencode", OURS)[1]
    with pytest.raises(CannotEdit):
        edit.put("export const Mine = 1;\n")
    assert edit.take("export const Mine = 1;\n") == "export const Mine = 1;\n"
    assert edit.take(edit.put(None)) is None


def test_shared_files_have_no_port_and_no_path_of_this_machine():
    for harness in HARNESSES:
        for edit in edits_for(harness, OURS._replace(shared=True)):
            new = edit.put(None)
            assert "/work/shop" not in new
            assert "8081" not in new or edit.path.endswith(".js")


def test_hooks_never_wait_long_and_none_are_for_unknown_events():
    for harness in ("claude", "codex", "cursor", "gemini", "copilot"):
        for edit in edits_for(harness, OURS):
            hooks = json.loads(edit.put(None)).get("hooks", {}) if "json" in edit.path else {}
            for event, groups in hooks.items():
                (group,) = groups
                (handler,) = group.get("hooks", [group])
                seconds = handler.get("timeout", handler.get("timeoutSec"))
                assert seconds <= (5000 if harness == "gemini" else 5)
                hook = read_hook(json.dumps({"session_id": "x", "hook_event_name": event}).encode())
                assert activity_of(hook) or event in ("SessionEnd", "sessionEnd", "Notification")


def test_the_plugin_is_what_is_installed_and_newly_made():
    files = plugin_files()
    there = {str(p.relative_to(FOLDER)): p.read_text() for p in FOLDER.rglob("*") if p.is_file()}
    assert there == files, "run `make generate`"
    assert files["skills/task-board/SKILL.md"] == SKILL
    for name in (".mcp.json", "hooks/hooks.json"):
        assert "8081" not in files[name]
    assert set(json.loads(files["hooks/hooks.json"])) == {"hooks"}


def test_the_skill_is_short():
    assert len(SKILL.split()) <= 300
    assert SKILL.startswith("---\nname: task-board\n")


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_plugin_is_javascript_that_tells_and_never_throws(tmp_path):
    (tmp_path / "plugin.mjs").write_text(opencode_plugin("http://localhost:9"))
    (tmp_path / "run.mjs").write_text("""
import { GeometryWs } from "./plugin.mjs";
const told = [];
globalThis.fetch = async (url, given) => {
  told.push([String(url), JSON.parse(given.body)]);
  throw new Error("nobody is there");
};
const plugin = await GeometryWs({ directory: "/work/shop" });
await plugin.event({ event: { type: "session.idle", properties: { sessionID: "o1" } } });
await plugin.event({ event: { type: "message.updated", properties: { sessionID: "o1" } } });
await plugin.event({});
await plugin["tool.execute.after"]({ sessionID: "o1", tool: "bash" });
await plugin["tool.execute.after"]();
console.log(JSON.stringify(told));
""")
    done = subprocess.run(
        ["node", tmp_path / "run.mjs"], capture_output=True, check=True, timeout=60
    )
    first, second = json.loads(done.stdout)
    assert first[0] == "http://localhost:9/agents/hook?client=opencode"
    assert first[1]["event"] == "session.idle"
    assert (second[1]["tool_name"], second[1]["cwd"]) == ("bash", "/work/shop")
