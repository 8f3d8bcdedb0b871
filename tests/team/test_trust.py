"""What a person's own files say of a project: read in each program's form, whatever is in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.team.install import HARNESSES
from geometry_ws.team.trust import trust_of

HERE = "/work/shop"
CLAUDE = {"hasTrustDialogAccepted": True, "enabledMcpjsonServers": ["geometry-ws"]}
FILES = {
    "claude": (".claude.json", json.dumps({"projects": {HERE: CLAUDE}})),
    "codex": (".codex/config.toml", f'[projects."{HERE}"]\ntrust_level = "trusted"\n'),
    "gemini": (".gemini/trustedFolders.json", json.dumps({"/work": "TRUST_FOLDER"})),
    "copilot": (".copilot/config.json", f'// ours\n{{"trustedFolders": ["{HERE}"]}}'),
}


@pytest.mark.parametrize("harness", FILES)
def test_trust_is_read_and_its_absence_says_what_to_do(harness):
    path, text = FILES[harness]
    assert trust_of(harness, HERE, {path: text}.get).startswith("trusted")
    assert "isn't trusted yet: start" in trust_of(harness, "/work-of-others", {path: text}.get)
    assert "isn't trusted yet: start" in trust_of(harness, HERE, lambda _: None)


def test_a_server_that_was_refused_or_not_yet_approved_is_said():
    def said(**project):
        return trust_of("claude", HERE, lambda _: json.dumps({"projects": {HERE: project}}))

    assert "approved" in said(hasTrustDialogAccepted=True)
    assert "refused" in said(**CLAUDE, disabledMcpjsonServers=["geometry-ws"])


@given(
    st.sampled_from(HARNESSES),
    st.text() | st.sampled_from(["[]", '{"projects": []}', '{"projects": {"/work/shop": 1}}'])
    | st.recursive(st.none() | st.text(max_size=3), lambda x: st.dictionaries(
        st.sampled_from(["projects", HERE, "trustedFolders"]), x | st.lists(x))).map(json.dumps),
)  # fmt: skip
def test_whatever_is_in_them_nothing_is_raised(harness, text):
    assert isinstance(trust_of(harness, HERE, lambda _: text), str)
