"""Which node and which project a command means that is run within a repository of several."""

import json
from argparse import Namespace

import pytest

from geometry_ws.cli.find_node import choose_project, find_address, unreachable
from geometry_ws.client.address import parse_address
from geometry_ws.node.projects import node_folder, state_folder
from geometry_ws.openspec.format.errors import NoProject
from tests.openspec.base_cases import Git, needs_git

LISTED = [
    {"project": "shop", "title": "shop"},
    {"project": "packages_api", "title": "shop/packages/api"},
    {"project": "api", "title": "api"},
]
ADDRESS = "http://localhost:20999/"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shop = tmp_path / "shop"
    (shop / "packages/api/openspec/changes").mkdir(parents=True)
    (shop / "openspec/changes").mkdir(parents=True)
    return shop


def start(folder):
    """Leave what a running node leaves."""
    state = state_folder(folder)
    state.mkdir(parents=True)
    (state / "lock").write_text(json.dumps({"pid": 1, "address": ADDRESS}))


def test_where_no_node_answers_it_is_said_how_to_start_or_name_one(monkeypatch):
    monkeypatch.delenv("GEOMETRY_WS_URL", raising=False)
    address = parse_address("https://board.example")
    here = unreachable(Namespace(url=None), address)
    assert "`geometry-ws up`" in here
    assert "--url or GEOMETRY_WS_URL" in here
    said = unreachable(Namespace(url="https://board.example"), address)
    assert said == "No node answers at board.example:443, which --url names."
    monkeypatch.setenv("GEOMETRY_WS_URL", "https://board.example")
    assert unreachable(Namespace(url=None), address).endswith("which GEOMETRY_WS_URL names.")


def test_a_node_that_was_started_above_is_the_one_that_serves_a_project(shop):
    assert find_address(None, shop / "packages/api", {}) != ADDRESS
    start(shop)
    assert find_address(None, shop / "packages/api", {}) == ADDRESS
    assert node_folder(shop / "packages/api") == state_folder(shop)


def test_where_no_node_was_started_its_state_would_be_that_of_the_project(shop, tmp_path):
    assert node_folder(shop / "packages") == state_folder(shop)
    with pytest.raises(NoProject):
        node_folder(tmp_path)


def test_a_project_is_known_by_where_it_lies(shop):
    assert choose_project(LISTED, None, shop / "packages/api") == (
        "packages_api",
        "shop/packages/api",
    )
    assert choose_project(LISTED, None, shop)[0] == "shop"
    assert choose_project(LISTED, None, shop.parent / "other/api")[0] == "api"
    assert choose_project(LISTED, None, shop.parent / "other")[0] is None


@needs_git
def test_from_another_work_tree_both_are_those_of_the_main_one(shop):
    git = Git(shop)
    (shop / "packages/api/openspec/changes/.keep").write_text("")
    git.commit()
    git("worktree", "add", "-q", "-b", "door", str(shop.parent / "door"))
    start(shop)
    there = shop.parent / "door/packages/api"
    assert find_address(None, there, {}) == ADDRESS
    assert choose_project(LISTED, None, there)[0] == "packages_api"
