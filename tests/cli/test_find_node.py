"""Which node and which project a command means that is run within a repository of several."""

import json
import socket
import ssl
from argparse import Namespace
from contextlib import suppress
from threading import Thread

import pytest
import trustme

from geometry_ws.cli.find_node import choose_project, find_address, unreachable
from geometry_ws.cli.plain_socket import Unreachable, Untrusted, post
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
    here = unreachable(Namespace(url=None), address, Unreachable())
    assert "`geometry-ws up`" in here
    assert "--url or GEOMETRY_WS_URL" in here
    said = unreachable(Namespace(url="https://board.example"), address, Unreachable())
    assert said == "No node answers at board.example:443, which --url names."
    monkeypatch.setenv("GEOMETRY_WS_URL", "https://board.example")
    said = unreachable(Namespace(url=None), address, Unreachable())
    assert said.endswith("which GEOMETRY_WS_URL names.")
    assert unreachable(Namespace(url=None), address, Untrusted("Not trusted.")) == "Not trusted."


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


def test_a_certificate_that_nobody_here_trusts_is_no_absent_node(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    def answer(server):
        with suppress(ssl.SSLError):
            context.wrap_socket(server.accept()[0], server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = Thread(target=answer, args=(server,))
        answering.start()
        address = parse_address(f"https://localhost:{server.getsockname()[1]}")
        with pytest.raises(Untrusted, match="SSL_CERT_FILE"):
            post(address, "project.list", {})
        answering.join()
