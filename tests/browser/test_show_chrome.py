"""`geometry-ws show chrome:PORT` shows a tab of a real browser, and a person uses it there."""

from urllib.parse import quote

import pytest

from geometry_ws.cli.sources.devtools_input import InputTranslator
from geometry_ws.protocol.surfaces import SurfaceInput
from tests.cli.cli_support import run
from tests.cli.shown import person, show
from tests.client.programs import run_program, wait_for

__all__ = ["person", "show"]  # fixtures

PAGE = """<title>Used by %s</title><body style="margin: 0; height: 3000px">
<input id=field style="position: fixed; left: 20px; top: 20px; width: 300px; height: 40px">
<button onclick="document.title = 'pressed'"
  style="position: fixed; left: 20px; top: 100px; width: 200px; height: 40px">Press</button>
<p style="margin-top: 200px">Words of the page</p>"""


@pytest.fixture
def tab(browser):
    """A tab with something to press."""

    def begin(name):
        page = browser.open()
        page.size(500, 400)
        page.go(f"data:text/html,{quote(PAGE % name)}")
        page.wait("document.readyState === 'complete' && !!document.querySelector('#field')")
        return page

    return begin


def test_a_person_uses_a_tab(browser, tab, show, person):
    page = tab("somebody")
    shown = show("Tab", f"chrome:{browser.port}/Used by somebody")
    surface = shown.says("Words of the page")
    assert [surface[name] for name in ("width", "height", "keyboard", "wheel")] == [
        500, 400, "all", True
    ]  # fmt: skip
    somebody = person(shown)
    place = {name: surface[name] for name in ("x", "y", "width", "height")}
    somebody.do("look", name=surface["surface"], scale=1.0, **place)
    somebody.press(100, 40)
    page.wait("document.activeElement.id === 'field'")
    somebody.do("seat.text", text="naïve 漢字")
    page.wait("document.querySelector('#field').value === 'naïve 漢字'")
    for phase in ("down", "up"):
        somebody.do("seat.key", phase=phase, key="Backspace", code="Backspace")
    page.wait("document.querySelector('#field').value === 'naïve 漢'")
    somebody.do("seat.wheel", x=surface["x"] + 250, y=surface["y"] + 300, dy=200.0)
    page.wait("scrollY > 100")
    somebody.press(100, 120)
    page.wait("document.title === 'pressed'")
    page.run("document.body.append('More words'), 0")
    shown.says("More words")
    browser.forget(page)
    assert shown.process.wait(40) == 0
    wait_for(lambda: shown.surface is None)


def test_a_show_that_was_killed_leaves_the_tab(browser, tab, show):
    page = tab("nobody")
    shown = show("Unseen", f"chrome:{browser.port}/Used by nobody")
    shown.says("Words of the page")
    shown.process.kill()
    wait_for(lambda: shown.surface is None)
    assert page.run("document.title") == "Used by nobody"


# A tab and a node that are none: what the tab is asked for is printed.
CASTING = """
import asyncio, base64, io
from types import SimpleNamespace
from PIL import Image
from geometry_ws.cli.sources.chrome import ChromeShow

async def main():
    show = ChromeShow(1, "", "", None)
    said, committed = [], asyncio.Event()
    show._tab = SimpleNamespace(tell=lambda method, **_: said.append(method.split(".")[1]),
                                gone=asyncio.Event(), ask=None)
    surface = SimpleNamespace(id="s1", x=0, y=0, width=8, height=8)
    async def nothing(*_, **__): pass
    async def commit(**_): committed.set()
    surface.on_input, surface.on_closed, surface.commit = nothing, nothing, commit
    async def create(**_): return surface
    spawn = lambda work: work.close()
    client = SimpleNamespace(subscribe=nothing, create_surface=create, spawn=spawn)
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, "JPEG")
    frame = {"data": base64.b64encode(data.getvalue()).decode(), "metadata": {"deviceWidth": 8}}
    def look(looked):
        event = {"surface": "s1", "looked": looked, "scale": 1}
        show._hear_looked(SimpleNamespace(keywords=event))
    async def until(word, count):
        while said.count(word) < count:
            await asyncio.sleep(0.01)
    serving = asyncio.create_task(show.serve(client))
    await until("startScreencast", 1)
    show._hear_tab("Page.screencastFrame", {"data": "broken"})
    show._hear_tab("Page.screencastFrame", frame)
    await until("screencastFrameAck", 1)
    await until("stopScreencast", 2)
    look(True)
    await until("startScreencast", 2)
    look(False)
    await until("stopScreencast", 3)
    print(*said)
    show._tab.gone.set()
    await serving

asyncio.run(main())
"""


def test_pictures_are_made_only_while_somebody_looks():
    ended = run_program(CASTING)
    words = ["stop", "start", "ack", "stop", "start", "stop"]
    short = {"stopScreencast": "stop", "startScreencast": "start", "screencastFrameAck": "ack"}
    assert [short[word] for word in ended.stdout.split()] == words, ended.stderr


def test_what_cannot_be_shown_is_said_in_a_sentence(browser, node, tab):
    tab("anybody")
    for source, status, words in (
        ("chrome:1", 1, "--remote-debugging-port=1"),
        (f"chrome:{browser.port}/no such tab", 1, "no tab with 'no such tab'"),
        ("chrome:", 2, "chrome:PORT"),
        ("chrome:70000", 2, "chrome:PORT"),
    ):
        ended = run("show", "--url", node.url, source)
        assert ended.returncode == status, ended.stderr
        assert words in ended.stderr.decode().splitlines()[-1]


def event(kind, phase="", *modifiers, **fields):
    return SurfaceInput(
        surface="s1", seat="v1", kind=kind, phase=phase, modifiers=list(modifiers), **fields
    )


def test_input_is_told_in_the_words_of_the_browser():
    translator = InputTranslator()
    translator.scale = 2.0

    def told_of(*arguments, now=0.0, **fields):
        ((method, parameters),) = translator.translate(event(*arguments, **fields), now)
        return method.removeprefix("Input."), parameters

    method, press = told_of("pointer", "down", "shift", x=10.0, y=5.0, buttons=1)
    assert method == "dispatchMouseEvent"
    assert press == {
        "type": "mousePressed", "x": 20.0, "y": 10.0, "button": "left", "buttons": 1,
        "clickCount": 1, "modifiers": 8,
    }  # fmt: skip
    counts = [
        told_of("pointer", "down", x=10.0, y=5.0, now=now)[1]["clickCount"]
        for now in (0.2, 0.4, 1.5)
    ]
    assert counts == [2, 3, 1]
    assert told_of("pointer", "move", buttons=2)[1]["button"] == "right"
    assert translator.translate(event("pointer", "leave"), 0) == []
    assert told_of("text", text="é") == ("insertText", {"text": "é"})
    _, enter = told_of("key", "down", key="Enter", code="Enter")
    assert (enter["type"], enter["text"], enter["windowsVirtualKeyCode"]) == ("keyDown", "\r", 13)
    _, letter = told_of("key", "down", key="a", code="KeyA")
    assert (letter["type"], "text" in letter, letter["windowsVirtualKeyCode"]) == (
        "rawKeyDown", False, 65
    )  # fmt: skip
    _, whole = told_of("key", "down", "control", key="a", code="KeyA")
    assert whole["commands"] == ["selectAll"]
    assert told_of("key", "up", key="a", code="KeyA")[1]["type"] == "keyUp"
