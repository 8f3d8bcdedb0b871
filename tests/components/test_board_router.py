"""The board at a real node: what is clicked happens, what is dragged stays."""

from dataclasses import replace

import msgspec
import pytest
from autobahn.wamp.types import PublishOptions
from twisted.internet import reactor
from twisted.internet.task import deferLater

from geometry_ws.board.draw import face_size
from geometry_ws.board.groups import ALL
from geometry_ws.board.hit import ShowGroup, ToggleTask, hit_areas
from geometry_ws.board.model import CardFace
from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.projects import ProjectSnapshot
from tests.support.nodes import add_change

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


async def face_of(client, name):
    """The card's face as the board has it, from the same project."""
    state = FollowedProject()
    answer = await client.call_with(uri("project.get"), (), {})
    state.load(msgspec.convert(answer, ProjectSnapshot))
    cards = {card.name: card for card in board_model(state).changes}
    return CardFace(cards[name], age="1 d ago")


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
    area = area_of(face, lambda action: isinstance(action, ShowGroup) and action.view == ALL)
    x, y = card["x"] + area.x + 20, card["y"] + area.y + 10
    await point(client, ("down", x, y), ("up", x, y))
    opened = face_size(replace(face, views=((0, ALL),)))[1]

    async def grown():
        return (await card_of(client, "add-farewell"))["height"] == opened

    await until(grown, "the card shows all tasks")


async def test_a_card_stands_where_it_was_dropped_in_its_lane_also_after_a_restart(
    start_node, connect, wait_until_ready, project
):
    add_change(project, "later")
    node = start_node(project)
    client = await connect(node)
    first = await until(lambda: card_of(client, "add-farewell"), "a card is there")
    second = await until(lambda: card_of(client, "later"), "the other card is there")
    assert first["y"] < second["y"]
    x, y = second["x"] + 200, second["y"] + 14
    await point(client, ("down", x, y), ("move", x, y - 40), ("move", x, first["y"] - 9))

    async def follows():
        return (await card_of(client, "later"))["y"] < first["y"]

    await until(follows, "the card follows the pointer")
    await point(client, ("up", x, first["y"] - 9))

    async def exchanged():
        cards = [await card_of(client, name) for name in ("later", "add-farewell")]
        return all(cards) and cards[0]["y"] == first["y"] < cards[1]["y"]

    await until(exchanged, "the card stands above the other one")

    async def order_is_saved():
        return (node.folders.state / "board.json").exists()

    await until(order_is_saved, "the order is kept")
    client.leave()
    await client.ended
    node.process.stop()
    log = Log(node.folders.logs)
    again = Node(node.folders, log)
    try:
        wait_until_ready(node.port, again.ended)
        client = await connect(node)
        await until(exchanged, "the order is there again")
    finally:
        again.stop()
        log.close()


async def test_a_program_s_window_lies_beside_the_card_that_it_names(start_node, connect):
    client = await connect(start_node())
    card = await until(lambda: card_of(client, "add-farewell"), "the card is there")
    dock = {"change": "add-farewell"}
    asked = {"width": 200, "height": 100, "title": "log", "place": "free", "dock": dock}
    await client.call_with(uri("surface.create"), (), asked)

    async def docked():
        window, beside = await card_of(client, "log"), await card_of(client, "add-farewell")
        return window["x"] > beside["x"] + card["width"] and window["y"] > beside["y"]

    await until(docked, "the window is beside the card")
    listed = await client.call_with(uri("surface.list"), (), {})
    assert listed["surfaces"][-1]["dock"] == dock


async def test_dark_and_far_faces_come_when_somebody_looks_so_and_cover_every_look(
    start_node, connect
):
    client = await connect(start_node())
    await until(lambda: card_of(client, "add-farewell"), "the card is there")

    async def faces():
        listed = await client.call_with(uri("surface.list"), (), {})
        return [
            surface["shown_when"]
            for surface in listed["surfaces"]
            if surface["title"] == "add-farewell"
        ]

    assert await faces() == [None]
    await client.call_with(uri("stream.attach"), (), {"stream": "world"})
    look = {"x": 0, "y": 0, "width": 3000, "height": 2000, "scale": 0.4, "theme": "dark"}
    looking = {"stream": "world", **look}
    await client.publish_with(uri("stream.look"), (), looking, PublishOptions(acknowledge=True))
    near_light = {"theme": "light"}
    far_dark = {"theme": "dark"}

    async def both():
        return await faces() == [near_light, far_dark]

    await until(both, "there is a dark card beside the light one")
