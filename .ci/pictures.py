"""Makes the pictures of the README from the demo: `make pictures`. Needs Chromium.

Three pictures (the board, a change's page, the board by night) and an animation: a file is edited,
and the card changes in two browsers, beside two programs that draw.
"""

import base64
import io
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geometry_ws.demo.show import Programs, copied_project  # noqa: E402
from tests.browser import chromium  # noqa: E402

DOCS = ROOT / "docs"
READY = "document.querySelectorAll('canvas').length && document.readyState === 'complete'"
SECONDS = 9.0
WIDTH, HEIGHT = 1280, 640
EDITS = (
    (1.2, "2.2 Keep it lit"),
    (2.6, "2.3 Tell the coast guard"),
    (4.0, "2.4 Show the charge"),
    (5.4, "3.1 Cut the mains"),
    (6.6, "3.2 Write down"),
)
"""When which task of `add-storm-mode` is ticked in its file: the last one completes the change."""
CHANGE = "lighthouse/openspec/changes/add-storm-mode/tasks.md"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Show the project in a folder; gives the address of the node."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "geometry_ws", "up", str(folder / "lighthouse")]
    command += ["--port", str(port), "--state", str(folder / "state")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as node:
        try:
            for line in node.stdout or ():
                if "Ctrl-C" in line:
                    break
            else:
                sys.exit("The node doesn't start.")
            yield f"http://localhost:{port}/"
        finally:
            node.terminate()


@contextmanager
def browsers(count: int) -> Iterator[list[chromium.Page]]:
    """Give a page in each of some browsers: a page in the background shows nothing."""
    program = chromium.find()
    if program is None:
        sys.exit("There is no Chromium: install it, or name it in CHROMIUM.")
    with ExitStack() as stack:
        pages = []
        for _ in range(count):
            profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            browser = chromium.Browser(program, profile)
            stack.callback(browser.close)
            pages.append(browser.open())
        yield pages


def shot(page: chromium.Page, address: str, name: str, *, theme: str = "light") -> None:
    """Take one picture of an address, at two device pixels, for the documents."""
    page.size(1440, 900, 2)
    page.prefer(prefers_color_scheme=theme)
    page.go(address)
    page.wait("document.readyState === 'complete'")
    page.wait("!document.querySelector('#skeleton:not([hidden])')")
    time.sleep(4)  # fonts, the first pictures, and a camera that has come to rest
    picture = Image.open(io.BytesIO(page.picture())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(DOCS / name, optimize=True)


def snapshot(page: chromium.Page) -> bytes:
    """What a page shows, as fast as it can be had."""
    taken = page.send("Page.captureScreenshot", format="jpeg", quality=90, optimizeForSpeed=True)
    return base64.b64decode(taken["data"])


def film(pages: list[chromium.Page], address: str, tasks: Path) -> None:
    """Record two browsers while the file is edited: `docs/live.webp`."""
    for page in pages:
        page.size(WIDTH, HEIGHT)
        page.prefer(prefers_color_scheme="light")
        page.go(address)
        page.wait(READY)
        page.wait("document.querySelector('#skeleton').hidden")
    pages[1].prefer(prefers_color_scheme="dark")
    time.sleep(5)
    waiting = list(EDITS)
    frames: list[Image.Image] = []
    times: list[float] = []
    start = time.monotonic()
    while (now := time.monotonic() - start) < SECONDS:
        if waiting and now > waiting[0][0]:
            text = tasks.read_text("utf-8")
            task = waiting.pop(0)[1]
            tasks.write_text(text.replace(f"- [ ] {task}", f"- [x] {task}"), "utf-8")
        both = [Image.open(io.BytesIO(snapshot(page))) for page in pages]
        frame = Image.new("RGB", (WIDTH, 2 * HEIGHT + 8), "#828a98")
        frame.paste(both[0], (0, 0))
        frame.paste(both[1], (0, HEIGHT + 8))
        frames.append(
            frame.resize((WIDTH * 4 // 5, (2 * HEIGHT + 8) * 4 // 5), Image.Resampling.LANCZOS)
        )
        times.append(now)
    durations = [round(1000 * (b - a)) for a, b in zip(times, [*times[1:], SECONDS], strict=True)]
    frames[0].save(
        DOCS / "live.webp",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        quality=72,
        method=6,
        minimize_size=True,
    )


def main() -> None:
    """Make them all."""
    with copied_project() as folder, running(folder) as address:
        programs = Programs(folder / "programs.log")
        try:
            programs.start(address, ("wind", "beam"))
            time.sleep(3)
            with browsers(1) as (page,):
                shot(page, address, "dashboard.png")
                shot(page, f"{address}changes/add-storm-mode", "pages.png")
                shot(page, address, "dashboard-dark.png", theme="dark")
            with browsers(2) as pages:
                film(pages, f"{address}?at=fit", folder / CHANGE)
        finally:
            programs.stop()
    for name in ("dashboard.png", "pages.png", "dashboard-dark.png", "live.webp"):
        print(f"docs/{name}: {(DOCS / name).stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
