"""What tests of the pages share: opening one, reading what it shows, and using it."""

import time

BOXES = "[...document.querySelectorAll('.tasks input')]"
CHANGES = "openspec/changes"


def save(path, text):
    """Save as editors do: the file is never half written."""
    beside = path.with_name(".saving")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def opened(browser, node, address, size=(1440, 900), *, touch=False):
    """A tab with a page, once it has read what it shows."""
    page = browser.open()
    page.size(*size, touch=touch)
    page.prefer(prefers_reduced_motion="reduce")
    page.go(node.url.rstrip("/") + address)
    wait_read(page)
    return page


def wait_read(page):
    """Until nothing is awaited, and Markdown is shown as what it is."""
    page.wait(
        "window.geometry_ws?.state === 'open' && document.querySelector('#page h1')"
        " && !document.querySelector('#page .waiting, .pieces[aria-busy=true]')"
    )


def text_of(page, selector="#page"):
    """The text of the first element of a selector."""
    return page.run(f"document.querySelector({selector!r})?.innerText ?? ''")


def says(page, words, selector="#page"):
    """Wait until an element says something."""
    page.wait(f"document.querySelector({selector!r})?.innerText.includes({words!r})")


def use(page, script):
    """Run something that gives nothing back."""
    page.run(f"{script}; 0")


def read_until(path, text):
    """The file once it has the text; fails after some seconds."""
    deadline = time.monotonic() + 10
    while text not in (content := path.read_text()):
        assert time.monotonic() < deadline, content
        time.sleep(0.02)
    return content
