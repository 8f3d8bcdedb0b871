"""Several projects in a real browser: which is shown, on the board and on the pages."""

import time

import pytest

from tests.browser.dashboard_page import ask
from tests.browser.pages import CHANGES, opened, save, says, use, wait_read
from tests.support.nodes import write_project

pytestmark = [pytest.mark.browser, pytest.mark.router]

PICKER = "document.getElementById('projects')"
ADDRESSES = (
    "/projects/house",
    "/changes/add-farewell?project=house",
    "/changes/nothing?project=house",
    "/specs?project=house",
    "/specs/greeting?project=house",
    "/overlaps?project=house",
    "/archive?project=house",
    "/archive/2026-01-02-old?project=house",
    "/search?q=word&project=house",
)


@pytest.fixture(scope="module")
def node(start_shared_node, tmp_path_factory):
    """A node of three projects, each with a change more than the one before."""
    root = tmp_path_factory.mktemp("several")
    folders = [write_project(root / name) for name in ("shop", "house", "port")]
    for number, folder in enumerate(folders):
        for more in range(number * 9):
            save_tasks(folder, f"more-{more}", "- [ ] 1.1 Work\n" * 9)
    save_tasks(folders[1], "only-in-the-house", "- [ ] 1.1 Sweep\n")
    save_tasks(folders[1], "archive/2026-01-02-old", "- [x] 1.1 Done\n")

    def serve(settings):
        for worker in settings["workers"]:
            for component in worker.get("components", ()):
                if component.get("classname", "").endswith("OpenSpec"):
                    component["extra"]["projects"] += [{"path": str(each)} for each in folders[1:]]

    return start_shared_node(folders[0], serve)


def save_tasks(folder, change, text):
    place = folder / CHANGES / change / "tasks.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    save(place, text)


def board_at(browser, node, address, size=(1440, 900), *, touch=False):
    page = browser.open()
    page.size(*size, touch=touch)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(node.url.rstrip("/") + address)
    page.wait("window.geometry_ws?.state === 'open' && geometry_ws.planes.length >= 3")
    return page


def wait_drawn(node, cards):
    """Wait until the boards have laid out so many cards."""
    deadline = time.monotonic() + 20
    while (hello := ask(node, "board.hello"))["cards"] != cards or not hello["drawn"]:
        assert time.monotonic() < deadline, hello
        time.sleep(0.05)


def area_of(node, project):
    boards = ask(node, "board.list")["boards"]
    return next(board["rect"] for board in boards if board["project"] == project)


def wait_shown(page, node, project):
    """Wait until the picker, the list and the camera show a project."""
    page.wait(f"{PICKER}.value === {project!r}")
    page.wait(f"document.getElementById('title').textContent === {project!r}")
    x, y, width, _ = area_of(node, project)
    # All of it, or its top left corner as large as can be read.
    page.wait(
        "(() => { const {x, y, zoom} = geometry_ws.camera;"
        " const {width, height} = document.getElementById('canvas').getBoundingClientRect();"
        f" const [left, top] = [({x} - x) * zoom, ({y} - y) * zoom];"
        " return zoom >= 0.35 && left >= 0 && top >= 0 && left < width / 2 && top < 100"
        f" && ({width} * zoom + left <= width + 1 || left < 40); }})()"
    )


def pick(page, project):
    page.wait(f"[...{PICKER}.options].some((option) => option.value === {project!r})")
    use(page, f"{PICKER}.value = {project!r}; {PICKER}.dispatchEvent(new Event('change'))")


def test_the_picker_brings_a_project_into_view_and_the_address_keeps_it(browser, node):
    page = board_at(browser, node, "/")
    wait_shown(page, node, "shop")
    for project in ("port", "house"):
        pick(page, project)
        wait_shown(page, node, project)
        page.wait(f"location.search === '?project={project}'")
    page.wait("document.getElementById('changes').textContent.includes('only-in-the-house')")
    use(page, "history.back()")
    wait_shown(page, node, "port")
    use(page, "history.back()")
    wait_shown(page, node, "shop")
    assert page.run("location.search") == ""
    use(page, "history.go(2)")
    wait_shown(page, node, "house")
    use(page, "location.reload()")
    page.wait("window.geometry_ws?.state === 'open' && geometry_ws.planes.length > 3")
    wait_shown(page, node, "house")
    assert page.messages == []


def test_fit_shows_all_boards_and_choosing_goes_back_to_one(browser, node):
    page = board_at(browser, node, "/?project=house", (1440, 1200))
    wait_shown(page, node, "house")
    use(page, "document.getElementById('zoom-fit').click()")
    left, right = area_of(node, "shop"), area_of(node, "port")
    page.wait(
        f"geometry_ws.camera.x <= {left[0]} && geometry_ws.camera.x + innerWidth"
        f" / geometry_ws.camera.zoom >= {right[0] + right[2]}"
    )
    pick(page, "port")
    wait_shown(page, node, "port")


def test_on_a_phone_the_board_is_the_chosen_ones_too(browser, node):
    page = board_at(browser, node, "/?project=house#board", (390, 844), touch=True)
    pick(page, "port")
    # A phone shows one lane: the board is the chosen one's though it doesn't begin at its edge.
    x, y, width, height = area_of(node, "port")
    page.wait(
        "(() => { const {x, y, zoom} = geometry_ws.camera;"
        f" return zoom >= 0.35 && x >= {x - 40} && x < {x + width} && y >= {y - 200}"
        f" && y < {y + height}; }})()"
    )


def test_a_project_that_is_not_served_is_said_so(browser, node):
    page = board_at(browser, node, "/?project=nothing")
    says(page, "no project “nothing”", "#complaint")
    wait_shown(page, node, "shop")
    pick(page, "house")
    page.wait("document.getElementById('complaint').hidden")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_heading_names_its_project(browser, node, address):
    page = opened(browser, node, address)
    page.wait("document.querySelector('h1:not(#title)')?.innerText.includes('house')")
    assert page.run(f"{PICKER}.value") == "house"
    assert page.run("document.title").endswith("house")
    use(page, "document.getElementById('board').click()")
    page.wait("location.pathname === '/' && window.geometry_ws?.planes")
    wait_shown(page, node, "house")


def test_the_heading_of_one_project_alone_is_short(browser, shop):
    page = opened(browser, shop, "/overlaps")
    assert page.run("document.querySelector('#page h1').innerText") == "Overlaps"
    wait_read(page)


def test_the_camera_follows_the_chosen_board_where_a_board_before_it_grows(browser, node):
    page = board_at(browser, node, "/?project=port")
    wait_shown(page, node, "port")
    before = area_of(node, "port")
    for number in range(30):
        save_tasks(node.project, f"another-{number}", "- [ ] 1.1 Work\n" * 9)
    page.wait(f"geometry_ws.camera.x > {before[0]}")
    wait_drawn(node, 31 + 11 + 19)
    wait_shown(page, node, "port")
