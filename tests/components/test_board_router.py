"""The board at a real node: what is clicked happens, what is dragged stays."""

import msgspec
import pytest
from autobahn.wamp.types import PublishOptions
from twisted.internet import reactor
from twisted.internet.task import deferLater

from geometry_ws.board.draw import face_size
from geometry_ws.board.hit import Expand, ToggleTask, hit_areas
from geometry_ws.board.model import CardFace
from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.projects import ProjectSnapshot

pytestmark = pytest.mark.router


async def until(look, reason):
    """Ask again until the answer is true; a test that waits too long is ended by its limit."""
    while True:
        if answer := await look():
            return answer
        await deferLater(reactor, 0.05)


async def card_of(client, name):
    listed = await client.call_with(uri("surface.list"), (), {})
    return next((surface for surface in listed["surfaces"] if surface["title"] == name), None)


async def face_of(client, name, expanded=False):
    """The card's face as the board has it, from the same project."""
    state = FollowedProject()
    answer = await client.call_with(uri("project.get"), (), {})
    state.load(msgspec.convert(answer, ProjectSnapshot))
    cards = {card.name: card for card in board_model(state).changes}
    return CardFace(cards[name], expanded)


def area_of(face, wanted):
    return next(area for area, action in hit_areas(face) if wanted(action))


async def point(client, *events):
    for phase, x, y in events:
        held = 0 if phase == "up" else 1
        event = {"phase": phase, "x": float(x), "y": float(y), "button": 0, "buttons": held}
        await client.publish_with(uri("seat.pointer"), (), event, PublishOptions(acknowledge=True))


async def test_a_click_on_a_box_ticks_the_task_in_the_file(start_node, connect):
    node = start_node()
    client = await connect(node)
    before = node.tasks.read_bytes()
    card = await until(lambda: card_of(client, "add-farewell"), "the card is there")
    face = await face_of(client, "add-farewell")
    area = area_of(face, lambda action: isinstance(action, ToggleTask) and action.task == 2)
    x, y = card["x"] + area.x + 10, card["y"] + area.y + area.height / 2
    await point(client, ("down", x, y), ("up", x, y))

    async def written():
        return node.tasks.read_bytes() != before

    await until(written, "the file is written")
    after = node.tasks.read_bytes()
    assert after == before.replace(b"- [ ] 1.2", b"- [x] 1.2")

    async def card_says_so():
        return "2 of 3 tasks done" in (await card_of(client, "add-farewell"))["text"]

    await until(card_says_so, "the card says so")


async def test_a_long_list_opens_and_closes(start_node, connect, project):
    tasks = project / "openspec/changes/add-farewell/tasks.md"
    tasks.write_text("".join(f"- [ ] {number} things\n" for number in range(1, 46)))
    client = await connect(start_node(project))
    card = await until(lambda: card_of(client, "add-farewell"), "the card is there")
    face = await face_of(client, "add-farewell")
    area = area_of(face, lambda action: isinstance(action, Expand))
    x, y = card["x"] + area.x + 20, card["y"] + area.y + 10
    await point(client, ("down", x, y), ("up", x, y))
    opened = face_size(CardFace(face.card, True))[1]

    async def grown():
        return (await card_of(client, "add-farewell"))["height"] == opened

    await until(grown, "the card shows all tasks")


async def test_a_dragged_card_is_where_it_was_put_after_a_restart(
    start_node, connect, wait_until_ready
):
    node = start_node()
    client = await connect(node)
    card = await until(lambda: card_of(client, "add-farewell"), "the card is there")
    x, y = card["x"] + 100, card["y"] + 8
    await point(
        client, ("down", x, y), ("move", x + 30, y + 40), ("move", x + 700, y + 300),
        ("up", x + 700, y + 300),
    )  # fmt: skip
    wanted = card["x"] + 700, card["y"] + 300

    async def there():
        card = await card_of(client, "add-farewell")
        return card is not None and (card["x"], card["y"]) == wanted

    await until(there, "the card was moved")

    async def place_is_saved():
        return (node.folders.state / "board.json").exists()

    await until(place_is_saved, "the place is kept")
    client.leave()
    await client.ended
    node.process.stop()
    log = Log(node.folders.logs)
    again = Node(node.folders, log)
    try:
        wait_until_ready(node.port, again.ended)
        client = await connect(node)
        await until(there, "the card is there again")
    finally:
        again.stop()
        log.close()
