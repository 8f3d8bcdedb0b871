"""A phone on another machine opens a link, and its owner works; a wall only looks."""

import pytest
import trustme

from tests.client.programs import wait_for
from tests.support.outside import Opened, free_port, up
from tests.support.proxy import proxied, write_certificate

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
        wait_for(lambda: node.tasks.read_text().count("[x]") == 2)

        # What somebody may not press isn't offered, and a box that stays says why.
        rows = "document.querySelectorAll('.task input[data-do=tick]')"
        assert wall.run(f"[...{rows}].every((box) => box.disabled)")
        assert "you are a viewer" in wall.run(f"{rows}[0].title")
        for what in ("archive", "edit-proposal", "tasks-open", "task-add"):
            button = f"Boolean(document.querySelector('[data-do={what}]'))"
            assert (wall.run(button), phone.run(button)) == (False, True)
        # Only who may give access is led to it, and given anything there.
        assert wall.run("document.getElementById('access').hidden")
        wall.go(f"{link.partition('#')[0]}access")
        wall.wait("document.body.innerText.includes('You are viewer here; a maintainer says')")

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


def pressed(selector):
    """Press what may not be there yet."""
    return f"(it => it && (it.click(), true))(document.querySelector('{selector}'))"


TYPE_NAME = """(() => { const field = document.querySelector('dialog.give-access input');
  field.value = 'zoe'; field.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('dialog.give-access button.main').click(); return true; })()"""


def test_a_maintainer_gives_access_by_the_page_and_takes_it_back(node, browser, other_browser):
    page = browser.open(node.url)
    page.wait("document.querySelector('#access:not([hidden])')?.pathname === '/access'")
    page.run("document.getElementById('access').click()")
    page.wait(pressed("[data-do=give]:not([disabled])"))
    page.wait("!!document.querySelector('dialog.give-access input')")
    page.run(TYPE_NAME)
    link = page.wait("document.querySelector('.secret input')?.value")
    assert link.startswith(f"{node.url}#t=")
    assert page.run("document.querySelector('svg.qr path').getAttribute('d').length") > 1000
    phone = other_browser.open(link)
    phone.wait(OPEN)
    page.wait("document.querySelector('.opened')?.innerText.includes('zoe is logged in')")
    page.run("document.querySelector('dialog [data-do=close]').click()")
    row = "document.querySelector('[data-key=zoe]')"
    page.wait(f"{row}?.innerText.includes('1 browser')")
    page.run(
        f"const roles = {row}.querySelector('select'); roles.value = 'reviewer'; "
        "roles.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    who = "fetch('/session').then((answer) => answer.json())"
    while phone.run(who)["role"] != "reviewer":
        pass
    page.run(f"{row}.querySelector('[data-do=revoke]').click()")
    page.wait(pressed("[data-do=revoke-it]"))
    page.wait(f"!{row}")
    assert phone.run(who)["role"] == "guest"


def test_below_a_path_of_a_host_everything_is_found(project, tmp_path, browser):
    node = Opened(project, tmp_path / "state", free_port())
    proxy_port, node_port = free_port(), free_port()
    pair = write_certificate(trustme.CA(), tmp_path / "tls", "127.0.0.1")
    public = f"https://127.0.0.1:{proxy_port}/board/"
    node.access("add", "ann", "--role", "maintainer")
    options = ["--public", public, "--public-port", str(node_port)]
    with (
        up(node, *options),
        proxied(tmp_path, pair, proxy_port, node_port, "/board/"),
    ):
        phone = browser.open()
        phone.size(390, 844, 2, touch=True)
        phone.send("Network.enable")
        phone.send("Security.setIgnoreCertificateErrors", ignore=True)
        link = node.access("link", "ann")
        assert link.startswith(f"{public}#t=")
        phone.go(link)
        phone.wait(OPEN)
        # The board, then the pages, by what they lead to.
        phone.wait(f"location.href === '{public}'")
        (login,) = phone.send("Network.getCookies")["cookies"]
        assert (login["name"], login["path"]) == (f"__Secure-gws_{proxy_port}", "/board/")
        assert (login["secure"], login["httpOnly"], login["sameSite"]) == (True, True, "Strict")
        phone.wait("document.querySelector('a[data-page=specs]')?.pathname === '/board/specs'")
        phone.wait(
            "document.querySelector('a[data-page=project]')?.pathname.startsWith('/board/projects/')"
        )
        phone.run("document.querySelector('nav.tabs a[data-page=project]').click()")
        phone.wait("location.pathname.startsWith('/board/projects/') && " + OPEN)
        phone.wait(
            "document.querySelector('a[href*=\"/board/changes/add-farewell\"]')?.click(), "
            "location.pathname === '/board/changes/add-farewell'"
        )
        before = node.tasks.read_text().count("[x]")
        phone.wait(TICK)
        phone.wait(f"{CHECKED} > {before}")
        wait_for(lambda: node.tasks.read_text().count("[x]") == before + 1)
        for path in ("api/changes", "api/outputs", "health"):
            assert phone.run(f"fetch('/board/{path}').then((answer) => answer.status)") == 200
        application = phone.run("""(async () => {
          const { href } = document.querySelector('link[rel=manifest]');
          const { start_url, scope, shortcuts } = await (await fetch(href)).json();
          return [start_url, scope, ...shortcuts.map(({ url }) => url)]
            .map((url) => new URL(url, href).href); })()""")
        assert application == [public, public, f"{public}now", f"{public}?wall"]
        document = phone.run("fetch('/board/openapi.json').then((answer) => answer.json())")
        assert document["servers"] == [{"url": public.rstrip("/")}]
        # A page that isn't there says so in the same clothes.
        phone.go(f"{public}changes/add-farewell/nothing/here")
        phone.wait("document.body.dataset.page === 'missing'")
        # All that was asked for lies below the path, and was there.
        requests = (tmp_path / "access.log").read_text().splitlines()
        assert len(requests) > 20
        assert all('" 404 ' not in line for line in requests if "/nothing/here" not in line)
