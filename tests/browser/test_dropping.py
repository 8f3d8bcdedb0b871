"""Files that a person drops in a real browser, and what the program under them gets."""

from hashlib import sha256

import pytest

from tests.browser import input_pads
from tests.browser.input_pads import opened, spot

pytestmark = [pytest.mark.browser, pytest.mark.router]


def test_a_file_that_is_dropped_reaches_the_program_whole_and_others_are_told(
    browser, node, tmp_path
):
    """What takes no files says so while they are dragged; the page is never left for a file."""
    content = bytes(range(256)) * 3000
    (tmp_path / "otter.bin").write_bytes(content)
    dragged = {"items": [], "files": [str(tmp_path / "otter.bin")], "dragOperationsMask": 1}
    frame = "document.querySelector('.drop')"
    with input_pads.program(node, {"files": True}, {}) as pads:
        page = opened(browser, node, pads)

        def drag(kind, number):
            x, y = spot(page, pads, number)
            page.send("Input.dispatchDragEvent", type=kind, x=x, y=y, data=dragged)

        drag("dragEnter", 1)
        drag("dragOver", 1)
        page.wait(f"{frame}?.textContent === 'pad 1 takes no files'")
        drag("dragOver", 0)
        page.wait(f"{frame}?.textContent === 'Drop for pad 0'")
        drag("drop", 0)
        event = pads.until(lambda event: "dropped" in event)[-1]
        assert event["dropped"] == ["otter.bin"]
        assert event["sums"] == [sha256(content).hexdigest()]
        assert abs(event["x"] - 50) < 2
        page.wait("document.querySelector('.toast')?.textContent.includes('has taken otter.bin')")
        assert not page.run(f"Boolean({frame})")
