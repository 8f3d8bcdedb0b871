"""The viewer in pages of other origins: the world, one surface, a board; and who may embed it."""

import io
import json
import urllib.parse
from pathlib import Path

import pytest
from PIL import Image

from geometry_ws.board.hit import ToggleTask, hit_areas
from tests.browser import dashboard_page as board
from tests.browser import input_pads
from tests.browser.chromium import Failed
from tests.browser.other_site import site
from tests.client.programs import Program, wait_for
from tests.client.test_notebook import PROGRAM
from tests.support.outside import Opened

pytestmark = [pytest.mark.router, pytest.mark.browser]

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGE = """<!doctype html><html lang="en"><title>A wiki</title>
<style>canvas { width: 7px; max-width: 9px } #place { width: 400px; height: 300px }</style>
<div id="place"></div><div style="height: 3000px"></div>
<script type="module">
import { view } from "%s";
window.shown = view(document.querySelector("#place"), %s);
</script>"""
HASH = "shown.viewer.store.hash('%s')"
CANVAS = "document.querySelector('#place').firstElementChild.shadowRoot.querySelector('canvas')"


@pytest.fixture(scope="module")
def wiki():
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def stranger():
    with site() as served:
        yield served


@pytest.fixture(scope="module")
def open_node(start_shared_node, wiki):
    """A node that lets the wiki's pages in, and nobody else's."""

    def change(settings):
        paths = settings["workers"][0]["transports"][0]["paths"]
        paths["/"]["extra"].update(pages=[wiki.origin], frames=[wiki.origin])
        paths["ws"]["options"]["allowed_origins"].append(wiki.origin)

    return start_shared_node(change=change)


@pytest.fixture(scope="module")
def pads(open_node):
    with input_pads.program(open_node, {"text": "A board of pixels"}, {"wheel": True}) as started:
        yield started


@pytest.fixture
def embedded(browser, open_node, wiki):
    """Opens a page of the wiki with a view."""

    def begin(**options):
        wiki.pages["/"] = PAGE % (
            f"{open_node.url}viewer.js",
            json.dumps({"url": open_node.url, **options}),
        )
        page = browser.open()
        page.size(900, 700)
        page.send("Emulation.setFocusEmulationEnabled", enabled=True)
        page.go(f"{wiki.origin}/")
        page.wait("window.shown?.state === 'live' && shown.viewer.painted > 0")
        page.wait("shown.viewer.painted === shown.viewer.store.seq")
        return page

    return begin


def point(page, x, y):
    """Where a point of the world is in the window."""
    camera = page.run("shown.pane.camera")
    left, top = page.run(f"(({{x, y}}) => [x, y])({CANVAS}.getBoundingClientRect())")
    return left + (x - camera["x"]) * camera["zoom"], top + (y - camera["y"]) * camera["zoom"]


def pad_place(node, pads, number):
    surfaces = board.ask(node, "surface.list")["surfaces"]
    return next(each for each in surfaces if each["surface"] == pads.ids[number])


def heard_by(pads, number, last, whose=0):
    """What one surface was told until this; what came of others before is left out."""
    events = pads.until(
        lambda event: event["surface"] == pads.ids[number] and event["phase"] == last
    )
    return [event for event in events if whose is None or event["pad"] == number]


def test_one_surface_stands_in_a_page_and_gets_what_is_done_there(embedded, open_node, pads):
    page = embedded(surface="pad 0")
    assert page.run("shown.size") == {"width": 200, "height": 200}
    assert page.run("shown.pane.camera.zoom") == 1.5
    assert page.run(f"{CANVAS}.getBoundingClientRect().width") == 400
    page.wait(f"{CANVAS}.getAttribute('aria-label') === 'pad 0'")
    words = f"{CANVAS}.getRootNode().querySelector('#words').textContent"
    page.wait(f"{words} === 'A board of pixels'")
    place = pad_place(open_node, pads, 0)
    # Something lies over it in the world, which isn't shown here and so isn't meant.
    board.ask(open_node, "surface.place", surface=pads.ids[1], x=place["x"], y=place["y"])
    page.click(*point(page, place["x"] + 30, place["y"] + 40))
    heard = heard_by(pads, 0, "up")
    pressed = next(event for event in heard if event["phase"] == "down")
    assert (round(pressed["x"]), round(pressed["y"])) == (30, 40)
    page.key("a", "KeyA", "a")
    assert pads.until(lambda event: event["kind"] == "text")[-1]["text"] == "a"
    # Beside it nothing is meant, and a wheel that it doesn't want scrolls the page.
    page.mouse("mouseMoved", *point(page, place["x"] - 10, place["y"]))
    page.mouse("mouseWheel", 200, 150, deltaX=0, deltaY=300)
    page.wait("scrollY > 0")


def test_a_finger_draws_on_what_is_shown_alone(embedded, open_node, pads):
    page = embedded(surface="pad 1")
    page.size(900, 700, touch=True)
    page.wait("shown.viewer.painted === shown.viewer.store.seq")
    place = pad_place(open_node, pads, 1)
    start, end = (point(page, place["x"] + at, place["y"] + at) for at in (20, 120))
    page.touch("touchStart", start)
    page.touch("touchMove", end)
    page.touch("touchEnd")
    heard = heard_by(pads, 1, "leave")
    phases = [event["phase"] for event in heard if event["phase"] != "enter"]
    assert (phases[0], phases[-2:]) == ("down", ["up", "leave"])
    assert "move" in phases
    assert round(next(e for e in heard if e["phase"] == "up")["x"]) == 120


def test_who_may_only_look_presses_nothing(embedded, open_node, pads):
    page = embedded(surface="pad 0", input=False)
    place = pad_place(open_node, pads, 0)
    page.click(*point(page, place["x"] + 30, place["y"] + 40))
    other = embedded(surface="pad 1")
    place = pad_place(open_node, pads, 1)
    other.click(*point(other, place["x"] + 30, place["y"] + 40))
    downs = [
        event["pad"] for event in heard_by(pads, 1, "up", whose=None) if event["phase"] == "down"
    ]
    assert downs == [1]
    assert page.run("shown.operates") is False
    assert other.run("shown.operates") is True


def test_a_token_says_what_a_page_may(embedded, open_node, wiki, pads, browser):
    """A page with a viewer's token only looks, and one with a wrong one says that it can't."""
    node = Opened(open_node.project, open_node.folders.root, open_node.port)
    page = embedded(
        surface="pad 0", token=node.access("add", "wiki", "--role", "viewer", "--token")
    )
    assert page.run("[shown.session.role, shown.operates]") == ["viewer", False]
    wiki.pages["/"] = PAGE % (f"{open_node.url}viewer.js", json.dumps({"token": "wrong"}))
    other = browser.open(f"{wiki.origin}/")
    other.wait("window.shown?.state === 'refused'")
    assert "needs a link or a token" in other.run("shown.sentence")
    node.access("revoke", "wiki")
    page.wait("shown.state === 'refused'")
    assert "taken back" in page.run("shown.sentence")


def test_a_task_is_ticked_on_an_embedded_board(embedded, open_node):
    page = embedded(board=True, theme="dark")
    page.run("document.querySelector('#place').style.cssText = 'width: 880px; height: 600px'")
    page.wait(f"{CANVAS}.width === 880")
    assert page.run("shown.pane.theme") == "dark"
    card = board.surface_of_card(open_node)
    place = f"shown.viewer.store.planes.get('{card}')?.place"
    page.wait(f"{place} && shown.pane.camera.zoom <= 1")
    page.run("shown.pane.zoom(1)")
    at = page.run(f"(({{x, y}}) => ({{x, y}}))({place})")
    page.run(f"""(({{x, y, zoom}}) => shown.pane.pan((x - {at["x"]} + 20) * zoom,
      (y - {at["y"]} + 60) * zoom))(shown.pane.camera)""")
    # The dark face for near comes when somebody looks so; a press on another would be none.
    page.wait(f"""[...shown.viewer.store.planes.values()].some(
      ({{pixels, place: {{x, y, shownWhen}}}}) => pixels && shownWhen?.theme === 'dark' &&
        shownWhen.from > 0.8 && x === {at["x"]} && y === {at["y"]})""")
    page.wait("shown.viewer.painted === shown.viewer.store.seq")
    task = next(
        area
        for area, action in hit_areas(board.face_of(open_node, "add-farewell"))
        if isinstance(action, ToggleTask) and action.task == 2
    )
    before = open_node.tasks.read_text()
    try:
        page.click(*point(page, at["x"] + task.x + 8, at["y"] + task.y + task.height / 2))
        wait_for(lambda: open_node.tasks.read_text() != before)
        assert open_node.tasks.read_text() == before.replace("- [ ] 1.2", "- [x] 1.2")
    finally:
        open_node.tasks.write_text(before)


def test_the_world_is_shown_whole_until_somebody_moves_it(embedded, pads):
    page = embedded(label="Our world")
    page.wait(f"shown.viewer.store.planes.has('{pads.ids[0]}')")
    page.wait(f"{CANVAS}.getAttribute('aria-label') === 'Our world'")
    bounds, camera = page.run("[shown.pane.bounds, shown.pane.camera]")
    assert bounds[2] * camera["zoom"] <= 400
    assert bounds[3] * camera["zoom"] <= 300
    page.run(f"{CANVAS}.focus()")
    page.key("+", "Equal", "+")
    assert page.run("shown.pane.following") is False
    page.key("0", "Digit0", "0")
    assert page.run("[shown.pane.following, shown.pane.camera]") == [True, camera]
    assert page.messages == []


def test_it_comes_back_after_a_loss_and_is_gone_when_closed(embedded, open_node, pads):
    page = embedded(surface="pad 0")
    page.run(
        "shown.states = [], shown.addEventListener('change', () => shown.states.push(shown.state))"
    )
    page.run("shown.session.inner._socket.close(), 0")
    page.wait("shown.states.includes('lost') && shown.state === 'live'")
    page.wait("shown.viewer.attached")
    page.run("shown.show({surface: 'nothing of this name'})")
    page.wait("shown.sentence.includes('nothing of this name')")
    assert page.run("shown.state") == "waiting"
    page.run("shown.show({surface: 'pad 1'})")
    page.wait("shown.state === 'live' && shown.sentence === ''")
    page.run("shown.close()")
    assert page.run("document.querySelector('#place').children.length") == 0
    assert page.run("shown.state") == "closed"
    assert page.messages == []


def test_the_example_shows_a_board_a_surface_and_the_world(browser, open_node, wiki):
    address = f"/embed.html?node={open_node.url.rstrip('/')}"
    wiki.pages[address] = (EXAMPLES / "embed.html").read_text()
    page = browser.open(f"{wiki.origin}{address}")
    page.wait("document.querySelectorAll('.geometry-ws').length === 3")
    said = "[...document.querySelectorAll('.geometry-ws')].map((host) => host.shadowRoot" + (
        ".querySelector('.note').textContent).join('')"
    )
    page.wait(f"{said} === 'Waiting for “Waves”: nothing is called so just now.'")
    assert page.messages == []


def test_a_view_that_nobody_can_see_costs_nothing(embedded, pads):
    page = embedded(surface="pad 0")
    page.run("scrollTo(0, 2000)")
    page.wait("shown.viewer.look.hidden")
    page.run("scrollTo(0, 0)")
    page.wait("!shown.viewer.look.hidden")


def test_pages_of_other_origins_get_nothing(browser, open_node, stranger):
    stranger.pages["/"] = "<title>Somebody</title>"
    page = browser.open(f"{stranger.origin}/")
    page.wait("document.title === 'Somebody'")
    with pytest.raises(Failed, match="dynamically imported"):
        page.run(f"import('{open_node.url}viewer.js')")
    opens = f"""new Promise((resolve) => {{
      const socket = new WebSocket('{open_node.websocket}', 'wamp.2.msgpack');
      socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused');
    }})"""
    assert page.run(opens) == "refused"
    assert page.run(f"fetch('{open_node.url}api/changes').then(() => 'read', () => 'refused')") == (
        "refused"
    )


FRAME = """<title>Framing</title><iframe id="frame" width="300" height="200"></iframe>
<script>frame.onload = () => (window.loaded = true); frame.src = %s;</script>"""


def test_pages_are_framed_where_that_is_allowed_and_by_a_key(
    browser, open_node, wiki, stranger, pads
):
    def is_shown(place, address):
        place.pages["/frame"] = FRAME % json.dumps(urllib.parse.urljoin(open_node.url, address))
        page = browser.open(f"{place.origin}/frame")
        page.wait("window.loaded")
        # An error page of the browser's own has no origin that anybody may know.
        world = page.send("Page.getFrameTree")["frameTree"]["childFrames"][0]["frame"]
        assert page.run("location.pathname") == "/frame"
        return world["url"].startswith(open_node.url)

    view = "/view?surface=pad+0"
    keyed = open_node.fetch("GET", f"/view/key?{view.partition('?')[2]}").json["address"]
    assert is_shown(wiki, view)
    assert is_shown(wiki, "/")
    assert not is_shown(stranger, view)
    assert not is_shown(stranger, "/")
    assert is_shown(stranger, keyed)
    assert not is_shown(stranger, keyed.replace("pad+0", "pad+1"))


def test_the_page_of_a_view_shows_one_surface(browser, open_node, pads):
    page = browser.open(f"{open_node.url}view?surface=pad+0&theme=dark")
    page.wait("window.geometry_ws_view?.state === 'live'")
    assert page.run("document.title") == "pad 0"
    assert page.run("geometry_ws_view.size") == {"width": 200, "height": 200}
    assert page.run("document.documentElement.scrollHeight <= innerHeight")
    assert page.messages == []


def test_a_picture_stands_below_the_cell_of_a_notebook(browser, open_node, stranger):
    """A notebook is served from anywhere; its frame shows the picture as it is now."""
    with Program(PROGRAM, open_node.url) as kernel:
        kernel.say(json.dumps(["a", "screen.show(grey(), title='Plot')"]))
        cell = json.loads(kernel.line())["text/html"]
        stranger.pages["/lab"] = f"<title>Lab</title><body style='margin: 0'>{cell}</body>"
        page = browser.open()
        page.size(300, 200)
        page.go(f"{stranger.origin}/lab")
        page.wait("document.title === 'Lab' && document.readyState === 'complete'")

        def colour():
            shown = Image.open(io.BytesIO(page.picture())).convert("RGB")
            return shown.getpixel((45, 20))

        wait_for(lambda: colour() == (128, 128, 128))
        kernel.say(json.dumps(["a", "screen.show(grey(40) + 72, title='Plot')"]))
        kernel.line()
        wait_for(lambda: colour() == (200, 200, 200))


def test_people_paint_together_each_in_a_colour(browser, open_node):
    """With a finger on a phone and with a mouse: examples/paint.py."""
    with Program(EXAMPLES / "paint.py", open_node.url) as painting:
        address = f"{open_node.url}view?surface=Paint"
        assert painting.line() == f"Open {address} and paint."

        def opened(*, touch):
            page = browser.open()
            page.size(360, 480, touch=touch)
            page.go(address)
            page.wait("window.geometry_ws_view?.state === 'live' && geometry_ws_view.size")
            page.wait("geometry_ws_view.viewer.painted > 0")
            return page

        phone = opened(touch=True)
        phone.touch("touchStart", (40, 100))
        phone.touch("touchMove", (300, 100))
        phone.touch("touchEnd")
        opened(touch=False).drag((40, 300), (300, 300))

        def colours():
            surface = board.surface_of(open_node, "Paint")
            body = open_node.fetch("GET", f"/surfaces/{surface}.png").body
            picture = Image.open(io.BytesIO(body)).convert("RGB")
            return [picture.getpixel((300, y)) for y in (200, 600)]

        wait_for(lambda: (250, 249, 245) not in colours())
        assert len(set(colours())) == 2
