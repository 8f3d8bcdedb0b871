"""Every screen looks as it was kept: in both themes, from a watch to a wall.

The pictures in `tests/golden/looks` are small, so that letters of another machine are no difference
and a colour, a size or a place is. Set GEOMETRY_WS_UPDATE_GOLDEN=1 to write those of this run.
"""

import base64
import io
import json
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
COLOURS = LOOKS / "colours.json"
WIDEST = 320
"""Of a picture that is kept, in pixels: a third or a twelfth of the screen's."""

LEVELS, SHARE = 28, 0.006
"""A pixel is another one from so many levels on; so many of all may be."""

PATIENCE = 30.0
FLAT, LEAST = 0.0005, 0.5
"""A colour is kept that so much of a screen has; it is gone where less than this part of it is."""

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
PAPER = (680, 940)
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


def colours(page: chromium.Page, size: tuple[int, int]) -> dict[str, float]:
    """The colours of flat places, where no letter's edge is, with how much of the screen each has.

    A small picture hides a thin ring or a bar; here each colour of the design is itself.
    """
    area = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    taken = page.send("Page.captureScreenshot", clip=area, optimizeForSpeed=True)["data"]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(taken))).convert("RGB"), np.uint32)
    packed = pixels @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    here = packed[:-1, :-1]
    flat = here[(here == packed[1:, 1:]) & (here == packed[:-1, 1:]) & (here == packed[1:, :-1])]
    values, counts = np.unique(flat, return_counts=True)
    shares = counts / packed.size
    many = shares >= FLAT * LEAST
    return {
        f"#{value:06x}": round(float(share), 5)
        for value, share in zip(values[many], shares[many], strict=True)
    }


def check_colours(page: chromium.Page, name: str, size: tuple[int, int]) -> str:
    """Wait until every colour that was kept of a screen is there; gives those that never are."""
    known = json.loads(COLOURS.read_text()) if COLOURS.exists() else {}
    if os.environ.get(UPDATE):
        shown = {each: share for each, share in colours(page, size).items() if share >= FLAT}
        COLOURS.write_text(json.dumps({**known, name: shown}, indent=1, sort_keys=True) + "\n")
        return ""
    deadline = time.monotonic() + PATIENCE
    while True:
        shown = colours(page, size)
        gone = [each for each, share in known[name].items() if shown.get(each, 0) < share * LEAST]
        if not gone:
            return ""
        if time.monotonic() > deadline:
            return f"{name} has no longer {', '.join(gone)}"


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
                name = f"{said}-{size[0]}-{theme}"
                wrong.append(check(page, name, size, tmp_path))
                if size in (DESKTOP, SMALL_WALL):
                    wrong.append(check_colours(page, name, size))
    assert not any(wrong), "\n".join(filter(None, wrong))


def test_paper_is_black_on_white_from_the_dark_too_and_has_no_empty_page(
    browser, lighthouse, tmp_path
):
    page = browser.open()
    page.send("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
    page.size(*PAPER)
    page.send("Emulation.setTimezoneOverride", timezoneId="UTC")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.send("Emulation.setEmulatedMedia", media="print", features=dark)
    wrong = []
    for path, said in (("#board", "board"), ("changes/add-storm-mode", "change")):
        page.go(lighthouse.url + path)
        page.wait("window.geometry_ws?.state === 'open'")
        wrong.append(check(page, f"{said}-paper", PAPER, tmp_path))
    assert not any(wrong), "\n".join(filter(None, wrong))
    page.go(f"{lighthouse.url}archive")
    page.wait("document.querySelectorAll('.timeline > li').length === 3")
    printed = page.send("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert base64.b64decode(printed).count(b"/Type /Page\n") == 1
    feet = "[...document.adoptedStyleSheets].flatMap((each) => [...each.cssRules])"
    assert "counter(pages)" in page.run(f"{feet}.map((each) => each.cssText).join()")


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
