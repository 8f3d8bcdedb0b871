"""Writes geometry_ws/testing/vectors/*.json: frames, and what every painter must make of them.

Run it by hand when the frame format grows: python -m tests.stream.make_vectors
The README beside them says what they hold.
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from geometry_ws.stream.painter import NeedsRefresh, PlaneStore
from geometry_ws.stream.shown_planes import ShownPlanes
from geometry_ws.stream.wire import BadFrame, from_wire
from tests.stream.vector_builders import EPOCH
from tests.stream.vector_cases import CASES
from tests.stream.vector_faces import FACES

FOLDER = Path(__file__).parents[2] / "geometry_ws" / "testing" / "vectors"
MOST = {"jpeg": 6, "h264": 12, "vp8": 12}
"""How far two decoders may differ in one byte."""


Looks = list[tuple[str, float]]


def expected(steps: list[dict[str, Any]], looks: list[Looks]) -> list[dict[str, Any]]:
    """The steps with their outcomes, by the reference painter; with what each look shows."""
    store, chosen = PlaneStore(EPOCH), ShownPlanes()
    results: list[dict[str, Any]] = []
    lossy: dict[str, int] = {}
    painted: list[Any] = []
    for wire, looks_after in zip(steps, looks, strict=True):
        try:
            outcome = "part" if store.apply(from_wire(wire)) is None else "applied"
        except (NeedsRefresh, BadFrame):
            outcome = "refused"
        if outcome != "refused":
            painted += wire.get("ops", ())
        if outcome == "applied":
            for op in painted:
                most = MOST.get(op[3], 0) if op[0] in ("image", "video") else 0
                whole = op[2] == [0, 0, *store.planes[op[1]].place.buffer_size]
                lossy[op[1]] = most if whole else max(most, lossy.get(op[1], 0))
            painted = []
        planes: dict[str, Any] = dict(store.hashes())
        for name in planes:
            if lossy.get(name):
                near = zlib.compress(store.planes[name].pixels.tobytes())
                planes[name] = {"near": near, "most": lossy[name]}
        result = {"frame": wire, "outcome": outcome, "seq": store.seq, "planes": planes}
        if looks_after:
            result["looks"] = [
                {
                    "theme": theme,
                    "scale": scale,
                    "shown": list(chosen.choose(store.planes, theme, scale)),
                }
                for theme, scale in looks_after
            ]
        results.append(result)
    return results


def vectors() -> dict[str, dict[str, Any]]:
    """All vectors by name; bytes are still bytes."""
    plain = {
        name: {"title": title, "steps": expected(steps, [[]] * len(steps))}
        for name, (title, steps) in CASES.items()
    }
    faces = {
        name: {"title": title, "steps": expected(*map(list, zip(*steps, strict=True)))}
        for name, (title, steps) in FACES.items()
    }
    return plain | faces


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, vector in vectors().items():
        text = json.dumps(
            vector, indent=1, default=lambda data: base64.b64encode(data).decode("ascii")
        )
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
