"""Every screen looks as it was kept: in both themes, from a watch to a wall.

The pictures in `tests/golden/looks` are small, so that letters of another machine are no difference
and a colour, a size or a place is. Set GEOMETRY_WS_UPDATE_GOLDEN=1 to write those of this run.
"""

import base64
import io
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from geometry_ws.demo import show
from tests.browser import chromium
from tests.support.golden_pictures import FOLDER, UPDATE

pytestmark = [pytest.mark.browser, pytest.mark.router]

LOOKS = FOLDER / "looks"
WIDEST = 320
"""Of a picture that is kept, in pixels: a third or a twelfth of the screen's."""

LEVELS, SHARE = 28, 0.006
"""A pixel is another one from so many levels on; so many of all may be."""

PATIENCE = 30.0
FIXED = 1_790_000_000_000
"""The page's clock stands still, and files have no age."""

CLOCK = f"""(() => {{
  const Real = Date;
  globalThis.Date = class extends Real {{
    constructor(...parts) {{ super(...(parts.length ? parts : [{FIXED}])); }}
    static now() {{ return {FIXED}; }}
  }};
}})()"""

DESKTOP, TABLET, PHONE, WATCH = (1440, 900), (820, 1180), (390, 844), (208, 208)
SMALL_WALL, WALL = (1920, 1080), (3840, 2160)
SCREENS = {
    "": (DESKTOP, TABLET, PHONE, WATCH),
    "?wall": (SMALL_WALL, WALL),
    "now": (PHONE,),
    "projects/lighthouse": (DESKTOP, PHONE),
    "changes/add-storm-mode": (DESKTOP, TABLET, PHONE),
    "specs/lamp": (DESKTOP,),
    "archive": (DESKTOP,),
    "projects": (DESKTOP,),
}


@pytest.fixture(scope="module")
def lighthouse(start_shared_node, tmp_path_factory):
    """A node that shows the demo's project, whose files are as old as time."""
    folder = tmp_path_factory.mktemp("looks") / "lighthouse"
    shutil.copytree(Path(show.__file__).with_name("project"), folder)
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    return start_shared_node(folder)


def kept_width(width: int) -> int:
    return min(width, WIDEST) if width > 400 else width * 2 // 3


def seen(page: chromium.Page, width: int, height: int) -> Image.Image:
    """What the tab shows, as small as it is kept."""
    area = {"x": 0, "y": 0, "width": width, "height": height, "scale": kept_width(width) / width}
    taken = page.send("Page.captureScreenshot", clip=area)["data"]
    picture = Image.open(io.BytesIO(base64.b64decode(taken))).convert("RGB")
    return picture.resize(
        (kept_width(width), kept_width(width) * height // width), Image.Resampling.BOX
    )


def difference(picture: Image.Image, path: Path) -> float:
    """The share of pixels that are other ones than in a picture that is kept."""
    with Image.open(path) as file:
        before = file.convert("RGB")
    if before.size != picture.size:
        return 1.0
    blurred = [each.filter(ImageFilter.BoxBlur(2)) for each in (before, picture)]
    left, right = (np.asarray(each, int) for each in blurred)
    return float((np.abs(left - right).max(axis=2) > LEVELS).mean())


def at_rest(page: chromium.Page, width: int, height: int) -> Image.Image:
    """What is seen once it stays the same for a while; only where pictures are written."""
    last, since = seen(page, width, height), time.monotonic()
    deadline = since + PATIENCE
    while time.monotonic() < min(since + 5, deadline):
        now = seen(page, width, height)
        if np.abs(np.asarray(now, int) - np.asarray(last, int)).max() > LEVELS:
            since = time.monotonic()
        last = now
    return last


def check(page: chromium.Page, name: str, size: tuple[int, int], scratch: Path) -> str:
    """Wait until a screen looks as it was kept; gives what is wrong where it never does."""
    path = LOOKS / f"{name}.png"
    if os.environ.get(UPDATE):
        path.parent.mkdir(exist_ok=True)
        at_rest(page, *size).quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        return ""
    deadline = time.monotonic() + PATIENCE
    while (share := difference(picture := seen(page, *size), path)) > SHARE:
        if time.monotonic() > deadline:
            picture.save(scratch / f"{name}.png")
            return f"{name} differs in {share:.2%} of its pixels; see {scratch / name}.png"
    return ""


def test_every_screen_looks_as_it_was_kept_in_both_themes(browser, lighthouse, tmp_path):
    page = browser.open()
    page.send("Emulation.setTimezoneOverride", timezoneId="UTC")
    page.send("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
    wrong = []
    for path, sizes in SCREENS.items():
        for size in sizes:
            page.size(*size, touch=size[0] < 760)
            page.prefer(prefers_color_scheme="light", prefers_reduced_motion="reduce")
            if not path or size is sizes[0]:
                page.go(lighthouse.url + path)
            for theme in ("light", "dark"):
                page.prefer(prefers_color_scheme=theme, prefers_reduced_motion="reduce")
                said = path.strip("?").replace("/", "-") or "board"
                wrong.append(check(page, f"{said}-{size[0]}-{theme}", size, tmp_path))
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_a_wall_has_nothing_to_press_fits_and_says_what_happened(browser, lighthouse):
    """It comes last: it ends the node."""
    page = browser.open()
    page.size(*SMALL_WALL)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(f"{lighthouse.url}?wall")
    page.wait("window.geometry_ws?.planes?.length > 10 && geometry_ws.camera.zoom > 0.5")
    shown = "[...document.querySelectorAll('button, a, input')]"
    assert page.run(f"{shown}.filter((each) => each.checkVisibility()).length") == 0
    tasks = lighthouse.project / "openspec/changes/add-storm-mode/tasks.md"
    tasks.write_text(tasks.read_text().replace("- [ ] 3.1", "- [x] 3.1"))
    said = "An editor ticked 3.1 of add-storm-mode"
    page.wait(f"document.querySelector('.wall-foot').innerText.includes({said!r})")
    page.wait("Boolean(document.querySelector('.ring.moved'))")
    lighthouse.process.stop()
    page.wait("document.querySelector('.wall-clock').innerText.startsWith('Reconnecting, as of')")
    page.key("Escape", "Escape", "", 27)
    page.wait("!location.search.includes('wall')")
