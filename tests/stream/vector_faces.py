"""Vectors of planes that are for some looks only: what is shown by the looks after each step."""

import random
from typing import Any

from tests.stream.vector_builders import HALF, RED, begin, fill, frame, image, place

WHOLE = [0, 0, 16, 12]


def face(plane: str, z: int, theme: str | None = None, scale: Any = None, **more: Any) -> Any:
    when = {"theme": theme, "scale": scale}
    said = {name: value for name, value in when.items() if value is not None}
    return place(plane, z=z, shown_when=said, **more)


def begin_with(planes: list[Any], ops: list[Any]) -> dict[str, Any]:
    return frame(1, 1, keyframe=True, planes=planes, ops=ops)


def painted(*planes: str) -> list[Any]:
    return [fill(plane, WHOLE, RED) for plane in planes]


def by_chance(seed: int, steps: int) -> list[tuple[dict[str, Any], list[tuple[str, float]]]]:
    """Faces that come, go, move and are painted bit by bit, before looks of all kinds."""
    rng = random.Random(seed)
    made: list[tuple[dict[str, Any], list[tuple[str, float]]]] = []
    there: dict[str, dict[str, Any]] = {}
    for seq in range(1, steps + 1):
        removed = rng.sample(sorted(there), min(len(there), rng.choice([0, 0, 0, 1])))
        for name in removed:
            del there[name]
        placed = []
        for name in rng.sample([f"s{number}" for number in range(1, 10)], rng.randint(0, 3)):
            ends = rng.choice([(None, None), (None, 0.5), (0.5, 0.85), (0.85, None), (0.3, 2)])
            theme = rng.choice([None, "light", "dark"])
            size = {"width": rng.choice([16, 16, 20]), "x": rng.randint(-20, 20)}
            there[name] = face(name, int(name[1:]), theme, [*ends], **size)
            placed.append(there[name])
        ops: list[Any] = []
        for name in rng.sample(sorted(there), min(len(there), rng.randint(0, 3))):
            across = there[name]["width"]
            x, y = rng.choice([0, 0, 7]), rng.choice([0, 0, 5])
            rect = [x, y, across - x, 12 - y]
            ops.append(rng.choice([fill(name, rect, HALF), image(name, rect, seq)]))
            if rng.random() < 0.3:
                ops.append(["copy", name, [0, 0, 5, 5], [across - 5, 7]])
        said = {"planes": placed, "removed": removed, "ops": ops, "keyframe": seq == 1}
        looks = [
            (rng.choice(["light", "dark"]), rng.choice([0.1, 0.4, 0.5, 0.84, 0.85, 1, 3]))
            for _ in range(rng.randint(0, 2))
        ]
        made.append((frame(seq, seq - (seq > 1), **said), looks))
    return made


LIGHT, DARK = ("light", 1), ("dark", 1)
NEAR, MIDDLE, FAR = ("light", 0.85), ("light", 0.5), ("light", 0.3)

FACES: dict[str, tuple[str, list[tuple[dict[str, Any], list[tuple[str, float]]]]]] = {
    "faces_themes": (
        "light and dark faces: the old one stays until all pixels of the new one are there",
        [
            (
                begin_with(
                    planes=[place("s1"), face("s2", 2, "light"), face("s3", 3, "dark")],
                    ops=painted("s1", "s2"),
                ),
                [LIGHT, DARK, LIGHT, DARK],
            ),
            (frame(2, 1, ops=[fill("s3", [0, 0, 16, 5], HALF)]), [DARK]),
            (
                frame(3, 2, ops=[["copy", "s3", [0, 0, 16, 5], [0, y]] for y in (5, 7)]),
                [DARK],
            ),
            (frame(4, 3, ops=[fill("s3", [0, 4, 9, 8], HALF)]), [DARK]),
            (frame(5, 4, ops=[fill("s3", [8, 5, 8, 7], HALF)]), [DARK, LIGHT, DARK]),
            (frame(6, 5, planes=[face("s3", 3, "dark", width=20)]), [DARK, LIGHT]),
            (frame(7, 6, planes=[face("s2", 2), place("s3", z=1, width=20)]), [LIGHT, DARK]),
            (frame(8, 7, removed=["s2", "s3"]), [LIGHT]),
        ],
    ),
    "faces_scales": (
        "near, middle and far faces: from the first number and below the second",
        [
            (
                begin_with(
                    planes=[
                        face("s1", 1, scale=[0.85, None]),
                        face("s2", 2, scale=[0.5, 0.85]),
                        face("s3", 3, scale=[None, 0.5]),
                    ],
                    ops=painted("s1", "s2", "s3"),
                ),
                [
                    NEAR,
                    ("light", 0.84),
                    MIDDLE,
                    ("dark", 0.49),
                    FAR,
                    ("dark", 64),
                    ("light", 0.001),
                ],
            ),
            (
                frame(2, 1, planes=[face("s2", 4, "dark", [None, 2.5]), face("s3", 3, "light")]),
                [("dark", 2.4), ("dark", 2.5), ("light", 0.1)],
            ),
        ],
    ),
    "faces_apart": (
        "what was shown stays only where something that lacks pixels is to be shown",
        [
            (
                begin_with(
                    planes=[
                        face("s1", 1, "light", x=-20),
                        face("s2", 2, "light", x=8),
                        face("s3", 3, "light", x=16),
                        face("s4", 4, "dark"),
                        face("s5", 5, "dark", [2, None], x=-20),
                    ],
                    ops=painted("s1", "s2", "s3"),
                ),
                [LIGHT, DARK],
            ),
            (frame(2, 1, planes=[face("s2", 2, "light", x=16)]), [DARK]),
            (frame(3, 2, planes=[face("s2", 2, "light", x=8)]), [DARK, LIGHT, ("dark", 2)]),
            (frame(4, 3, ops=painted("s4", "s5")), [("dark", 2), LIGHT]),
        ],
    ),
    "faces_grounds": (
        "what lies on a ground that stays in the other theme waits for that ground",
        [
            (
                begin_with(
                    planes=[
                        face("s1", 1, "light", width=40),
                        face("s2", 1, "dark", width=40),
                        face("s3", 2, "light", x=4),
                        face("s4", 2, "dark", x=4),
                        face("s5", 2, "dark", [None, 0.5], x=4),
                    ],
                    ops=[fill("s1", [0, 0, 40, 12], RED), *painted("s3", "s4")],
                ),
                [LIGHT, DARK, ("light", 0.4), ("dark", 0.4)],
            ),
            (frame(2, 1, ops=[fill("s2", [0, 0, 40, 12], HALF)]), [DARK, LIGHT, DARK]),
        ],
    ),
    "faces_many": ("faces that come, go and are painted bit by bit", by_chance(15, 60)),
    "faces_refused": (
        "looks that there are none of",
        [
            (begin(), [LIGHT]),
            *(
                (frame(2, 1, planes=[place("s1", shown_when=when)]), [DARK])
                for when in (
                    "dark",
                    ["dark"],
                    {"theme": "dim"},
                    {"scale": [1]},
                    {"scale": [0, 1]},
                    {"scale": [-1, None]},
                    {"scale": [2, 1]},
                    {"scale": [1, 1]},
                    {"scale": ["1", None]},
                    {"scale": [True, None]},
                    {"scale": 1},
                )
            ),
            (frame(2, 1, planes=[place("s1", shown_when={"scale": [None, None]})]), [DARK]),
            (frame(3, 2, planes=[place("s1", shown_when=None)]), [DARK]),
        ],
    ),
}
"""By name: a title, and for each step its frame and the looks after it: theme and scale."""
