"""A node where the system has no watches for files left: it says so once, and sees edits."""

import os
import subprocess
import sys
import time

import pytest

from tests.support.nodes import fetch, write_project

pytestmark = [pytest.mark.router, pytest.mark.slow]
JSON = {"Content-Type": "application/json"}


def call(port, procedure):
    body = f'{{"procedure": "{procedure}"}}'.encode()
    return fetch(port, "POST", "/call", body=body, headers=JSON).json["args"][0]


def test_a_node_without_watches_says_so_and_sees_edits(
    few_watches, free_port, wait_until_ready, tmp_path
):
    project = write_project(tmp_path / "shop")
    port = free_port()
    program = (sys.executable, "-m", "geometry_ws", "up", project, "--port", port)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    node = subprocess.Popen(few_watches("max_inotify_watches", 3, *program), env=environment)
    try:
        wait_until_ready(port, lambda: node.poll() is not None)
        health = fetch(port, "GET", "/health")
        assert health.status == 200
        [notice] = health.json["notices"]
        assert notice.startswith("shop: Edits show up to a second late")
        [listed] = call(port, "project.list")["projects"]
        assert f"shop: {listed['notice']}" == notice
        assert call(port, "project.get")["notice"] == listed["notice"]
        tasks = project / "openspec/changes/add-farewell/tasks.md"
        tasks.write_text(tasks.read_text().replace("[ ]", "[x]"))
        end = time.monotonic() + 20  # a minute later everything would be read anyway
        while call(port, "change.list")["changes"][0]["done"] != 3:
            assert time.monotonic() < end, "the edit isn't seen"
            time.sleep(0.05)
        logs = "".join(path.read_text() for path in tmp_path.glob("state/**/*.log"))
        assert logs.count("folders without a watch") == 1
    finally:
        node.send_signal(2)
        node.wait(30)
