"""`geometry-ws show x11 -- command` at a real node: a graphical program on the board."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.cli_support import QUIET, run
from tests.cli.shown import person, show
from tests.client.programs import wait_for
from tests.support.outside import free_port

__all__ = ["person", "show"]  # fixtures

pytestmark = [
    pytest.mark.router,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="there is no Xvfb"),
]

# Its title says what it has heard; a press draws a red square there, `m` a window that is none,
# `c` with Control copies, and `v` with Control pastes.
PROGRAM = """
import os, sys
from Xlib import X, display
from Xlib.protocol.event import SelectionNotify

d = display.Display()
clipboard, utf8 = d.intern_atom("CLIPBOARD"), d.intern_atom("UTF8_STRING")
screen = d.screen()
font = d.open_font("cursor")
cross = font.create_glyph_cursor(font, 34, 35, (0, 0, 0), (65535, 0, 0))
window = screen.root.create_window(
    30, 10, 300, 200, 0, screen.root_depth, background_pixel=0x2040C0,
    cursor=cross, event_mask=X.KeyPressMask | X.ButtonPressMask | X.PointerMotionMask,
)
red = window.create_gc(foreground=0xE01010)
heard = []

def say(word):
    heard.append(word)
    window.set_wm_name(" ".join([f"I am {os.getpid()} ", *heard[-12:]]))

say("begun")
window.map()
while True:
    event = d.next_event()
    if event.type == X.ButtonPress:
        window.fill_rectangle(red, event.event_x, event.event_y, 20, 20)
        say(f"{event.detail}@{event.event_x},{event.event_y}")
    elif event.type == X.KeyPress:
        index = 1 if event.state & X.ShiftMask else 0
        keysym = d.keycode_to_keysym(event.detail, index)
        control = "^" if event.state & X.ControlMask else ""
        if not 0xFFE1 <= keysym <= 0xFFEE:  # Shift and its like
            say(f"{control}{keysym:x}")
        if keysym == ord("m"):
            menu = screen.root.create_window(
                280, 160, 200, 150, 0, screen.root_depth, override_redirect=True
            )
            menu.map()
        elif control and keysym == ord("c"):
            window.set_selection_owner(clipboard, X.CurrentTime)
        elif control and keysym == ord("v"):
            window.convert_selection(clipboard, utf8, utf8, X.CurrentTime)
        elif keysym == ord("q"):
            sys.exit(0)
        elif keysym == ord("Q"):
            sys.exit(3)
    elif event.type == X.SelectionRequest:
        event.requestor.change_property(event.property, utf8, 8, "c\u00f6pied".encode())
        event.requestor.send_event(SelectionNotify(
            time=event.time, requestor=event.requestor, selection=event.selection,
            target=event.target, property=event.property,
        ))
    elif event.type == X.SelectionNotify:
        say(bytes(window.get_full_property(utf8, utf8).value).decode())
    elif event.type == X.MappingNotify:
        d.refresh_keyboard_mapping(event)
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return sys.executable, str(path)


def servers():
    """The X servers that draw into a folder of ours."""
    found_servers = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"Xvfb") and any(b"geometry-ws-x11" in word for word in words):
            found_servers.add(int(entry.parent.name))
    return found_servers


def screenshot(node, surface):
    camera = {
        "x": surface["x"] + surface["width"] / 2,
        "y": surface["y"] + surface["height"] / 2,
        "zoom": 1,
    }
    asked = {"width": surface["width"], "height": surface["height"], "camera": camera}
    body = json.dumps({"procedure": "output.screenshot", "kwargs": asked}).encode()
    headers = {"Content-Type": "application/json", "Accept": "image/png"}
    answer = node.fetch("POST", "/call", body=body, headers=headers)
    assert answer.status == 200, answer.body[:200]
    return Image.open(io.BytesIO(answer.body)).convert("RGB")


def test_a_person_presses_and_types(show, person, program):
    shown = show("Used", "x11", "--", *program)
    surface = shown.says("begun")
    assert [surface[name] for name in ("width", "height", "keyboard", "wheel")] == [
        300, 200, "all", True
    ]  # fmt: skip
    somebody = person(shown)
    somebody.press(40, 30)
    shown.says("1@40,30")
    wait_for(lambda: shown.surface["cursor_picture"])
    somebody.do("seat.text", text="aA7ü")
    shown.says("61 41 37 fc")
    somebody.do("seat.text", text="ж😀")
    shown.says("1000436 101f600")
    for phase in ("down", "up"):
        somebody.do("seat.key", phase=phase, key="Control", code="ControlLeft")
        if phase == "down":
            somebody.do("seat.key", phase=phase, key="c", code="KeyC", modifiers=["control"])
    shown.says("^63")
    assert somebody.do("copied") == "cöpied"
    for phase, word in (("down", "käse"), ("up", "")):
        key = {"phase": phase, "key": "v", "code": "KeyV", "modifiers": ["control"]}
        somebody.do("seat.key", phase=phase, key="Control", code="ControlLeft")
        somebody.do("seat.key", **key)
        if word:
            somebody.do("seat.text", text=word)
    shown.says("käse")
    somebody.do("seat.text", text="q")
    assert shown.process.wait(40) == 0
    wait_for(lambda: shown.surface is None)


def test_what_it_draws_is_seen(show, person, program, node):
    shown = show("Drawn", "x11", "--", *program)
    surface = shown.says("begun")
    somebody = person(shown)
    place = {name: surface[name] for name in ("x", "y", "width", "height")}
    somebody.do("look", name=surface["surface"], scale=1.0, **place)
    somebody.press(40, 30)
    shown.says("1@40,30")

    def pixel(x, y):
        return screenshot(node, surface).getpixel((x, y))

    wait_for(lambda: pixel(50, 40) == (0xE0, 0x10, 0x10))
    assert pixel(5, 5) == (0x20, 0x40, 0xC0)


def test_a_menu_makes_it_larger_while_it_is_open(show, person, program):
    shown = show("Menu", "x11", "--", *program)
    surface = shown.says("begun")
    place = {name: surface[name] for name in ("x", "y", "width", "height")}
    somebody = person(shown)
    somebody.do("look", name=surface["surface"], scale=1.0, **place)
    somebody.press(5, 5)
    somebody.do("seat.text", text="m")
    wait_for(lambda: (shown.surface["width"], shown.surface["height"]) == (450, 300))


def test_a_failure_is_said_and_nothing_stays(show, person, program):
    before = servers()
    shown = show("Failing", "x11", "--", *program)
    shown.says("begun")
    somebody = person(shown)
    somebody.press(5, 5)
    somebody.do("seat.text", text="Q")
    assert shown.end() == (1, f"geometry-ws: {sys.executable} ended with the status 3.")
    assert servers() == before


def test_nothing_stays_of_a_show_that_was_killed(show, program):
    before = servers()
    shown = show("Killed", "x11", "--", *program)
    child = shown.child
    shown.process.kill()
    wait_for(lambda: servers() == before)
    wait_for(lambda: not Path(f"/proc/{child}/exe").exists())
    wait_for(lambda: shown.surface is None)


def test_closing_its_window_ends_the_program(show, program, node):
    before = servers()
    shown = show("Closed", "x11", "--", *program)
    surface = shown.says("begun")
    assert node.call("surface.close", surface=surface["surface"]).status == 200
    assert shown.process.wait(40) == 0
    assert servers() == before


@pytest.mark.parametrize(
    ("words", "path", "sentence"),
    [
        (["/no/such/program"], None, "'/no/such/program' can't be started"),
        (["xterm"], "/nowhere", "Xvfb isn't installed"),
    ],
)
def test_what_is_missing_is_said(node, words, path, sentence):
    environment = QUIET if path is None else {**QUIET, "PATH": path}
    command = [sys.executable, "-m", "geometry_ws", "show", "x11", "--url", node.url, "--", *words]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_program_is_needed():
    assert run("show", "x11").returncode == 2


@pytest.mark.skipif(
    shutil.which("Xtigervnc") is None or shutil.which("xtigervncviewer") is None,
    reason="there is no TigerVNC",
)
def test_another_screen_is_shown_and_used_by_vnc(show, person, program, tmp_path):
    port = free_port()
    served = subprocess.Popen(
        [
            "Xtigervnc", "-displayfd", "1", "-rfbport", str(port), "-geometry", "640x400",
            "-SecurityTypes", "None", "-localhost",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    far = None
    try:
        name = f":{served.stdout.readline().decode().strip()}"
        far = subprocess.Popen(program, env={**os.environ, "DISPLAY": name})
        shown = show("Far", f"vnc://localhost:{port}")
        wait_for(lambda: shown.surface and shown.surface["width"] >= 640)
        somebody = person(shown)
        surface = shown.surface
        place = {each: surface[each] for each in ("x", "y", "width", "height")}
        somebody.do("look", name=surface["surface"], scale=1.0, **place)
        wait_for(lambda: screenshot(shown.node, surface).getpixel((100, 100)) == (0x20, 0x40, 0xC0))
        somebody.press(100, 100)
        somebody.do("seat.text", text="q")
        assert far.wait(40) == 0
    finally:
        for process in (far, served):
            if process is not None:
                process.kill()
                process.communicate()
