"""The board in a browser's tab: where things are on the screen, and what the node says of them."""

from typing import Any

from geometry_ws.board.hit import Drag, OpenPage, ShowGroup, ToggleTask, hit_areas
from geometry_ws.board.model import CardFace, ChangeCard, State, TaskLine
from geometry_ws.protocol.names import uri
from tests.browser import chromium


def ask(node: Any, procedure: str, **keywords: Any) -> Any:
    """The result of one call by HTTP."""
    answer = node.call(uri(procedure), **keywords)
    assert answer.status == 200, answer.body
    return answer.json["args"][0]


def face_of(node: Any, name: str) -> CardFace:
    """How the node's board draws a change (closed)."""
    change = next(
        change for change in ask(node, "project.get")["changes"] if change["change"] == name
    )
    tasks = tuple(
        TaskLine(task["id"], task["text"], task["done"], task["section"] or None)
        for task in change["tasks"]
    )
    return CardFace(
        ChangeCard(
            name=name,
            state=State(change["state"]),
            title=change["title"],
            done=change["done"],
            total=change["total"],
            tasks=tasks,
            problem=change["problem"] or None,
            issues=change["findings"],
        )
    )


def surface_of(node: Any, title: str) -> str:
    """The id of the surface of this title."""
    return next(
        surface["surface"]
        for surface in ask(node, "surface.list")["surfaces"]
        if surface["title"] == title
    )


def opened(
    browser: chromium.Browser,
    node: Any,
    size: tuple[int, int] = (1440, 900),
    density: float = 1,
    *,
    touch: bool = False,
) -> chromium.Page:
    """A tab with the dashboard, once the board is painted."""
    page = browser.open()
    page.size(*size, density, touch=touch)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(f"{node.url}#board")  # which is a place, so that a phone shows it at once
    page.wait("window.geometry_ws?.state === 'open'")
    card = surface_of_card(node)
    try:
        page.wait(f"geometry_ws.planes.some(({{plane}}) => plane === '{card}')")
        # The viewer before may have looked closer: the card is drawn again for this one.
        page.wait(
            f"geometry_ws.planes.find(({{plane}}) => plane === '{card}').scale ==="
            " (geometry_ws.camera.zoom * devicePixelRatio > 1 ? 2 : 1)"
        )
        page.wait("geometry_ws.painted === geometry_ws.seq")
    except chromium.Failed as failure:
        shown = page.run(
            "({...geometry_ws, planes: geometry_ws.planes.map(({plane}) => plane).join()})"
        )
        surfaces = [surface["surface"] for surface in ask(node, "surface.list")["surfaces"]]
        raise AssertionError(f"{failure}; shown {shown}; there are {surfaces}") from failure
    return page


def surface_of_card(node: Any) -> str:
    """The card of the small project's one change."""
    return surface_of(node, "add-farewell")


def plane(page: chromium.Page, surface: str) -> dict[str, Any]:
    """Where a plane lies in the world."""
    return next(plane for plane in page.run("geometry_ws.planes") if plane["plane"] == surface)


def shown_hash(page: chromium.Page, surface: str) -> str:
    """The hash of a plane's bytes in the page."""
    return str(page.run(f"geometry_ws.hash('{surface}')"))


def wait_for_change(page: chromium.Page, surface: str, before: str) -> str:
    """The plane's hash once it isn't this one any more, and painted."""
    page.wait(f"geometry_ws.hash('{surface}').then((now) => now !== '{before}')")
    page.wait("geometry_ws.painted === geometry_ws.seq")
    return shown_hash(page, surface)


def on_screen(page: chromium.Page, x: float, y: float) -> tuple[float, float]:
    """The point of the window that shows a point of the world."""
    camera = page.run("geometry_ws.camera")
    left, top = page.run(
        "(({x, y}) => [x, y])(document.getElementById('canvas').getBoundingClientRect())"
    )
    return left + (x - camera["x"]) * camera["zoom"], top + (y - camera["y"]) * camera["zoom"]


def spot_of(
    page: chromium.Page,
    node: Any,
    kind: type[ToggleTask | ShowGroup | OpenPage | Drag],
    task: int = 0,
) -> tuple[float, float]:
    """Where to press on the small project's card: on a task's box, or where the card is taken."""
    place = plane(page, surface_of_card(node))
    if kind is Drag:
        return on_screen(page, place["x"] + 200, place["y"] + 14)
    for area, action in hit_areas(face_of(node, "add-farewell")):
        if isinstance(action, kind) and getattr(action, "task", 0) == task:
            return on_screen(page, place["x"] + area.x + 8, place["y"] + area.y + area.height / 2)
    raise LookupError(f"the card has no {kind.__name__} {task}")
