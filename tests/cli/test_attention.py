"""`geometry-ws attention` and GET /attention at a real node."""

import json
import signal

import pytest

from tests.cli.cli_support import run

pytestmark = pytest.mark.router

DONE = "- [x] 1.1 Find\n- [x] 1.2 Say\n"


def test_what_needs_a_person_is_read_in_every_way_and_told_once(start_node, start, topic):
    address, wait = topic
    node = start_node()
    assert run("attention", "--url", node.url).stdout == b"Nothing needs you.\n"
    assert node.fetch("GET", "/attention").json == {"items": [], "more": 0}
    watching = start(
        "-m", "geometry_ws", "attention", "--watch", "--notify", address, "--url", node.url
    )
    watching.line("Nothing needs you.")
    node.tasks.write_text(DONE)
    watching.line("1 needs you: 1 ready (first: add-farewell)")
    shown = run("attention", "--url", node.url).stdout.decode()
    assert shown.startswith("ready       add-farewell: All 2 tasks are done")
    listed = json.loads(run("attention", "--json", "--url", node.url).stdout)
    assert listed == node.fetch("GET", "/attention?project=shop").json
    (item,) = listed["items"]
    (action,) = item["actions"]
    (method, _, headers, body) = wait(1)[0]
    assert (method, headers["Title"], body) == ("POST", "ready: add-farewell", item["why"])
    assert node.call(action["call"], **action["kwargs"]).status == 200
    watching.line("Nothing needs you.")
    assert wait(2)[1][:2] == ("DELETE", f"/alerts/{item['id']}")
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(20) == 0


def test_a_wrong_question_is_answered_by_a_sentence(node):
    assert node.fetch("GET", "/attention?project=nowhere").status == 404
    assert node.fetch("GET", "/attention?what=1").status == 400
    assert node.fetch("GET", "/attention?project=a&project=b").status == 400
    assert node.fetch("POST", "/attention").status == 405
    refused = run("attention", "--project", "nowhere", "--url", node.url)
    assert refused.returncode == 1
    assert b"no project 'nowhere'" in refused.stderr
    wrong = run("attention", "--notify", "'open", "--url", node.url)
    assert (wrong.returncode, b"--notify can't be read" in wrong.stderr) == (2, True)
