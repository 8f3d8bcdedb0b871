"""A person presses a box on the board: the file of the machine that has joined is ticked."""

import msgspec

from geometry_ws.board.hit import ToggleTask
from geometry_ws.board.model import CardFace
from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.protocol.projects import ProjectSnapshot
from tests.components.test_board_router import area_of
from tests.support.gate import bearer, give
from tests.support.joining import call_as, joining, small_project, until, until_joined
from tests.support.raw_guest import RawGuest


def test_a_press_on_a_box_ticks_there_in_the_name_of_who_pressed(node, tmp_path):
    folder = small_project(tmp_path / "shop")
    tasks = folder / "openspec/changes/add-farewell/tasks.md"
    before = tasks.read_bytes()
    ann = RawGuest(node, headers=bearer(give(node, "ann", "maintainer")))
    eve = RawGuest(node, headers=bearer(give(node, "eve", "reviewer")))
    with joining(node, folder, give(node, "lap", "machine")) as process:
        until_joined(process)

        def surface(title, right_of=0):
            listed = call_as(node, "", "surface.list").json["args"][0]["surfaces"]
            return next(
                (each for each in listed if each["title"] == title and each["x"] >= right_of), None
            )

        board = until(lambda: surface("shop · lap"))
        card = until(lambda: surface("add-farewell", board["x"]))
        answer = call_as(node, "", "project.get", project="lap_shop").json["args"][0]
        state = FollowedProject()
        state.load(msgspec.convert(answer, ProjectSnapshot))
        face = CardFace(board_model(state).changes[0], age="1 d ago")
        area = area_of(face, lambda action: isinstance(action, ToggleTask) and action.task == 2)
        place = {"x": card["x"] + area.x + 10.0, "y": card["y"] + area.y + area.height / 2}

        def press(guest):
            for phase, held in (("down", 1), ("up", 0)):
                guest.publish(
                    "io.geometry_ws.v1.seat.pointer",
                    phase=phase, button=0, buttons=held, **place,
                )  # fmt: skip

        assert ann.subscribe("io.geometry_ws.v1.project.on_changed.lap_shop")[0] == 33
        # Who may press but not tick doesn't tick here either.
        press(eve)
        press(ann)
        event = ann.read()[5]
        while not event["events"]:
            event = ann.read()[5]
        assert tasks.read_bytes() == before.replace(b"- [ ] 1.2", b"- [x] 1.2")
        assert (event["by"]["person"], event["by"]["role"]) == ("ann", "maintainer")
    ann.end()
    eve.end()
