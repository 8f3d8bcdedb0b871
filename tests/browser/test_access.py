"""A phone on another machine opens a link, and its owner works; a wall only looks."""

import pytest

from tests.support.outside import Opened, free_port, up

pytestmark = [pytest.mark.router, pytest.mark.browser, pytest.mark.slow]

OPEN = "geometry_ws.state === 'open'"
TICK = """(() => { const box = [...document.querySelectorAll('input[type=checkbox]')]
  .find((box) => !box.checked && !box.disabled);
  box?.click(); return Boolean(box); })()"""
CHECKED = "document.querySelectorAll('input[type=checkbox]:checked').length"


def test_a_phone_opens_a_link_ticks_and_is_sent_away(
    project, tmp_path, other_machine, browser, other_browser
):
    node = Opened(project, tmp_path / "state", free_port())
    node.access("add", "ann", "--role", "maintainer")
    with up(node, "--listen", other_machine.address, prefix=other_machine.prefix):
        link = node.access("link", "ann")
        assert link.startswith(f"http://{other_machine.address}:{node.port}/#t=")
        phone = browser.open()
        phone.size(390, 844, 2, touch=True)
        phone.go(link)
        phone.wait(OPEN)
        # Nothing of the link is left where somebody could read it, or a script.
        assert phone.run("location.href") == link.partition("#")[0]
        assert phone.run("document.cookie") == ""
        phone.send("Page.reload")
        phone.wait(OPEN)
        assert phone.run("fetch('/session').then((answer) => answer.json())")["person"] == "ann"

        wall = other_browser.open(node.access("add", "wall", "--role", "viewer"))
        wall.wait(OPEN)
        change = f"{link.partition('#')[0]}changes/add-farewell"
        for page in (wall, phone):
            page.go(change)
            page.wait(OPEN)
        before = wall.wait(CHECKED)
        phone.wait(TICK)
        wall.wait(f"{CHECKED} > {before}")
        assert node.tasks.read_text().count("[x]") == 2

        used = other_browser.open(link)
        used.wait(OPEN)
        who = used.run("fetch('/session').then((answer) => answer.json())")
        assert who["person"] == "wall"

        node.access("revoke", "ann")
        phone.wait("geometry_ws.state === 'refused'")
        assert "taken back" in phone.run("document.querySelector('.refused').innerText")
        phone.send("Page.reload")
        phone.wait("document.body.innerText.includes('needs a link')")
        wall.wait(OPEN)
