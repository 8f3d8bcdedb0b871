"""`geometry-ws connect` at a real node."""

import base64
import json
import signal
import subprocess
import sys

import pytest

from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from tests.cli.cli_support import Running, run

pytestmark = pytest.mark.router


def publish(node, topic, *arguments, stdin=b""):
    sent = run("publish", topic, *arguments, "--url", node.url, stdin=stdin)
    assert (sent.returncode, sent.stdout, sent.stderr) == (0, b"", b"")


def test_messages_of_programs_are_printed_with_time_topic_and_summary(node, connected):
    program = connected()
    publish(
        node, "app.build.done", "state=green", "number=5", "f=1", "fun=2", "self=3", "details=x"
    )
    line = program.line("app.build.done", name="out")
    time, topic, summary = line.split("  ", 2)
    assert len(time) == len("11:29:03.123")
    assert topic == "app.build.done"
    assert summary == "state=green number=5 f=1 fun=2 self=3 details=x"
    publish(node, "app.evil", 'text="\\u001b[2J\\u0007\\nnext"')
    assert program.line("app.evil").endswith('text="\\x1b[2J\\x07\\nnext"')
    assert program.end(signal.SIGINT) == 0
    assert "connected to localhost" in program.text("err")
    assert "Traceback" not in program.text("err")


def test_a_tick_is_printed(node, connected):
    program = connected()
    task = {"change": "add-farewell", "task": 3, "expect": "2.1 Watch the door"}
    try:
        assert node.call("task.set", **task, done=True).status == 200
        line = program.line("project.on_changed", name="out")
        assert "add-farewell in progress 2/3 ✓ 2.1 Watch the door" in line
    finally:
        node.call("task.set", **task, done=False)
    program.line("project.on_changed", "1/3")
    assert program.end(signal.SIGTERM) == 0


def test_an_output_that_changes_is_printed(node, connected):
    program = connected()
    before = node.call("output.list").json["args"][0]["outputs"][0]
    size = {"width": before["width"] + 16, "height": before["height"]}
    try:
        assert node.call("output.set", output="desktop", **size).status == 200
        assert f"desktop {size['width']}×{size['height']}" in program.line("output.on_changed")
    finally:
        node.call("output.set", output="desktop", width=before["width"], height=before["height"])
    assert program.end(signal.SIGINT) == 0


def test_json_is_one_object_a_line_with_bytes_only_where_wanted(node, connected):
    data = bytes(range(256))
    for options, expected in (
        ((), {"bytes": 256}),
        (("--data",), {"bytes": 256, "base64": base64.b64encode(data).decode()}),
    ):
        program = connected("--json", *options)
        publish(node, "app.bytes", "data=-", "text=é\x1b", stdin=data)
        line = program.line("app.bytes", name="out")
        assert line.isascii()
        message = json.loads(line)
        assert message["topic"] == "app.bytes"
        assert message["keywords"] == {"data": expected, "text": "é\x1b"}
        assert message["size"] > 256
        assert program.end(signal.SIGINT) == 0


def test_frames_are_summarised_by_damage_and_bytes(node, connected, start, tmp_path):
    program = connected("--frames")
    assert "keyframe" in program.line("stream.on_frame.world", name="out")
    source = tmp_path / "program.py"
    source.write_text(
        "from geometry_ws.client import run\n"
        "async def main(client):\n"
        "    s = await client.create_surface(width=40, height=20, title='framed')\n"
        "    await s.fill((255, 0, 0), (1, 2, 30, 10))\n"
        "    print(s.id, flush=True)\n"
        "    await client.sleep(60)\n"
        f"run(main, {node.url!r})\n"
    )
    drawing = start(source)
    surface = drawing.line("s", name="out")
    assert "framed" in program.line("surface.on_changed", "created", name="out")
    line = program.line("stream.on_frame.world", f"damage {surface} ", name="out")
    assert " op" in line
    assert " B" in line
    assert drawing.end(signal.SIGINT) == 0
    program.line("surface.on_changed", f"destroyed {surface}", name="out")
    assert program.end(signal.SIGINT) == 0


def test_it_says_why_it_was_closed_and_comes_back_with_the_node(start_node, start):
    node = start_node()
    program = start("-m", "geometry_ws", "connect", node.url)
    program.line("answers", name="err")
    node.process.clear()
    assert "lost" in program.line("closed:", name="err")
    waits = [float(program.line("trying again in").split()[-2]) for _ in range(3)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    log = Log(node.folders.logs)
    again = Node(node.folders, log)
    try:
        program.line("answers", name="err")
        sent = run("publish", "app.back", "x=1", "--url", node.url)
        assert sent.returncode == 0
        program.line("app.back", "x=1", name="out")
        assert program.end(signal.SIGINT) == 0
    finally:
        again.stop()
        log.close()


def test_it_waits_where_nothing_listens_and_ends_with_ctrl_c():
    program = Running("-m", "geometry_ws", "connect", "ws://localhost:1")
    program.line("nothing listens at localhost:1", "trying again", name="err")
    assert program.end(signal.SIGINT) == 0
    assert "Traceback" not in program.text("err")
    for pump in program.pumps:
        pump.join()


def test_it_ends_quietly_when_nobody_reads(node):
    command = [sys.executable, "-m", "geometry_ws", "connect", node.url]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    reader = subprocess.Popen(["head", "-n", "1"], stdin=writer.stdout, stdout=subprocess.PIPE)
    writer.stdout.close()
    try:
        while b"answers" not in writer.stderr.readline():
            pass
        publish(node, "app.x", "first=1")
        assert b"first=1" in reader.communicate(timeout=20)[0]
        publish(node, "app.x", "second=1")
        assert writer.wait(20) == 0
        assert b"Traceback" not in writer.stderr.read()
    finally:
        writer.kill()
        writer.wait()
        reader.kill()
        reader.wait()
        writer.stderr.close()
        reader.stdout.close()


@pytest.mark.parametrize("address", ["ftp://localhost", "http://", "http://localhost:99999"])
def test_an_address_that_is_none_is_refused_in_a_sentence(address):
    ended = run("connect", address)
    assert ended.returncode == 2
    assert ended.stdout == b""
    assert ended.stderr.count(b"\n") == 1
