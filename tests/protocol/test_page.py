"""What docs/protocol.md says in words of its own is what the code does."""

import re
from pathlib import Path

import pytest

from geometry_ws.components.compositor import outputs
from geometry_ws.http import decide, places, request, root
from geometry_ws.protocol import seats
from geometry_ws.render.compose import fit
from geometry_ws.scene import seat
from geometry_ws.scene.geometry import Rect
from geometry_ws.stream.frame import CopyOp, Frame, FrameCause, PlanePlace
from geometry_ws.stream.plan import lay_out
from geometry_ws.stream.wire import BadFrame, from_wire, to_wire

PAGE = (Path(__file__).parent.parent.parent / "docs" / "protocol.md").read_text("utf-8")
WORDS = " ".join(PAGE.split())


def table(name: str) -> list[list[str]]:
    """The rows of the table behind a comment, as cells."""
    rows = PAGE.split(f"<!-- {name} -->\n\n")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_background_and_the_margin_of_an_output():
    light, dark = (outputs.BACKGROUNDS[theme] for theme in ("light", "dark"))
    assert light[3] == dark[3] == 255
    ground = f"an opaque background of `{[*light[:3]]}`, or `{[*dark[:3]]}` in the dark"
    assert ground in WORDS
    assert f"a margin of at least {outputs._MARGIN} output pixels" in WORDS
    camera = fit((0, 0, 11, 11), (100, 100), outputs._MARGIN)
    assert (camera.x, camera.y, camera.zoom) == (-45, -45, 1)


def test_which_part_of_a_frame_has_which_fields():
    head = Frame(
        "e1", 7, 6, 5, True, (0, 1), (PlanePlace("s1", 0, 0, 1, 900, 900),), ("s2",), (),
        FrameCause(1, 2, 3), 9,
    )  # fmt: skip
    ops = [CopyOp("s1", Rect(0, 0, 1, 1), (1, 1))] * 6000
    parts = [to_wire(part) for part in lay_out(head, ops, 65536)]
    assert len(parts) > 2
    rows = {what: set(re.findall(r"`(\w+)`", fields)) for what, fields in table("fields of parts")}
    assert set(parts[0]) == set().union(*rows.values())
    for part in parts[1:]:
        assert set(part) == rows["every part"] | rows["any part"]
    assert [op for part in parts for op in part["ops"]] == [
        ["copy", "s1", [0, 0, 1, 1], [1, 1]] for _ in ops
    ]


def test_an_operation_with_an_entry_too_many_cannot_be_applied():
    image = ["image", "s1", [0, 0, 2, 2], "raw", bytes(4), 2]
    fields = {"epoch": "e1", "seq": 1, "base": 0, "time_us": 1}
    assert from_wire({**fields, "ops": [image]}).ops
    with pytest.raises(BadFrame):
        from_wire({**fields, "ops": [[*image, 1]]})


def test_buttons_and_their_bits():
    numbers = [(int(button), int(bit)) for _, button, bit in table("buttons")]
    assert [button for button, _ in numbers] == [0, 1, 2, 3, 4]
    assert [bit for _, bit in numbers] == [seat._bit(button) for button, _ in numbers]


def test_modifiers_and_lengths_of_keys():
    said = WORDS.split("`modifiers` are those that are held: ")[1].split(".")[0]
    words = re.findall(r'"(\w+)"', said)
    event = seats.KeyInput(phase="down", key="a", modifiers=words)
    assert event.modifiers == words == sorted(words)
    assert "at most 32 characters of each" in WORDS


def test_bounds_of_http():
    assert decide.BODY_BYTES == 2**20
    assert "at most 1 MiB, in at most 4096 pieces" in WORDS
    assert request.MOST_PIECES == 4096
    assert f"**At most {places.MOST_CALLS}** of these requests" in WORDS
    assert f"wait up to {places.WAIT_SECONDS:g} s for one, {places.MOST_WAITING} at most" in WORDS
    assert f"takes at most {root.CALL_SECONDS} s, else 504" in WORDS
    assert f"waits {root.HEALTH_SECONDS} s for its answer" in WORDS
    assert f"at most {decide._DEEPEST} deep" in WORDS
