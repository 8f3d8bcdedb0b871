"""The pages beside the board, of a real node in a real browser."""

import itertools
import shutil
import time
from urllib.parse import quote

import pytest

from tests.browser import pages_project

pytestmark = [pytest.mark.browser, pytest.mark.router]

BOXES = "[...document.querySelectorAll('.tasks input')]"
CHANGES = "openspec/changes"


@pytest.fixture(scope="module")
def shop(start_shared_node, tmp_path_factory):
    """A node with a project for pages; tests put back what they change."""
    return start_shared_node(pages_project.write(tmp_path_factory.mktemp("project") / "shop"))


def save(path, text):
    """Save as editors do: the file is never half written."""
    beside = path.with_name(".saving")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


@pytest.fixture
def polite(shop):
    """The folder of a change, as it was afterwards."""
    folder = shop.project / CHANGES / "polite-greeting"
    before = {path: path.read_text() for path in folder.rglob("*.md")}
    yield folder
    for path, text in before.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            save(path, text)


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
        " && !document.querySelector('#page .waiting, .prose > .plain-text')"
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


def test_a_tick_on_a_page_reaches_the_file_and_another_page(browser, shop, polite):
    """One character of tasks.md changes; whoever looks at the change sees it without reload."""
    pages = [opened(browser, shop, "/changes/polite-greeting") for _ in range(2)]
    before = (polite / "tasks.md").read_text()
    use(pages[0], f"{BOXES}[1].click()")
    after = read_until(polite / "tasks.md", "- [x] 1.2 Say them")
    assert after == before.replace("- [ ] 1.2", "- [x] 1.2")
    for page in pages:
        page.wait(f"{BOXES}.map((box) => box.checked).join() === 'true,true,false'")
        says(page, "2 of 3 tasks done")
        assert page.messages == []


def test_a_tick_that_is_refused_is_undone_and_says_why(browser, shop, polite):
    """Of a task that meanwhile is another one nothing is written."""
    page = opened(browser, shop, "/changes/polite-greeting")
    tasks = polite / "tasks.md"
    use(
        page,
        "const call = WebSocket.prototype.send;"
        "WebSocket.prototype.send = function (data) {"
        " setTimeout(() => call.call(this, data), 600) }",
    )
    use(page, f"{BOXES}[1].click()")
    assert page.run(f"{BOXES}[1].checked")
    save(tasks, tasks.read_text().replace("1.2 Say them", "1.2 Sing them"))
    page.wait("Boolean(document.querySelector('.task .trouble'))")
    page.wait(f"!{BOXES}[1].checked")
    says(page, "Sing them")
    assert "- [ ] 1.2 Sing them" in tasks.read_text()


def test_an_edit_on_disk_changes_what_is_open_in_place(browser, shop, polite):
    """The page keeps its scrolling, its focus, its selection, and what was opened."""
    page = opened(browser, shop, "/changes/polite-greeting", (1440, 500))
    use(page, "document.querySelector('details.delta').open = false")
    use(page, "document.querySelector('#deltas').scrollIntoView()")
    use(page, f"{BOXES}[2].focus({{preventScroll: true}})")
    use(page, "getSelection().selectAllChildren(document.querySelector('#design p'))")
    state = "[scrollY, document.activeElement.dataset.task, String(getSelection())]"
    before = page.run(state)
    assert before[0] > 0
    assert before[1:] == ["3", "A smile."]
    proposal = polite / "proposal.md"
    save(proposal, proposal.read_text().replace("Manners matter", "Kindness matters"))
    says(page, "Kindness matters")
    assert page.run(state) == before
    assert not page.run("document.querySelector('details.delta').open")


def test_deltas_are_shown_before_and_after(browser, shop):
    """What is added and removed is marked by more than colour, word by word."""
    page = opened(browser, shop, "/changes/polite-greeting")
    page.wait("document.querySelectorAll('details.delta').length === 4")
    words = page.run(
        "['del', 'ins'].map((tag) => [...document.querySelectorAll(`.diff ${tag}`)]"
        ".map((one) => one.innerText.trim()))"
    )
    assert "politely" in words[1]
    assert "by name" in words[1]
    assert words[0] == ["Doors"]
    for tag, line in (("ins", "underline"), ("del", "line-through")):
        script = (
            f"getComputedStyle(document.querySelector('details.delta {tag}')).textDecorationLine"
        )
        assert page.run(script) == line
    says(page, "added: Nobody comes in")
    shown = text_of(page, "#deltas")
    for part in ("+ added Farewell", "− removed Old bell", "Doors → Mats", "~ modified Greeting"):
        assert part in " ".join(shown.split())


def test_problems_lead_to_their_lines(browser, shop):
    """A finding says what to do; its place opens the document there."""
    page = opened(browser, shop, "/changes/half-a-delta")
    page.wait("document.querySelectorAll('.problem').length >= 2")
    says(page, "Error", ".problems")
    use(
        page,
        "[...document.querySelectorAll('.place')]"
        ".find((a) => a.textContent.includes('tasks.md')).click()",
    )
    page.wait("document.querySelector('.raw .led') && location.hash.includes('tasks.md')")
    page.wait("document.activeElement?.closest('details')?.dataset.key === 'tasks.md'")
    page = browser.open()
    page.go(f"{shop.url}changes/half-a-delta#{quote('file:specs/weather/spec.md:3')}")
    page.wait("document.querySelector('.raw .led')?.innerText === 'It should snow, too.'")


def test_a_mostly_invalid_project_is_shown_with_its_problems(browser, shop):
    """What breaks the rules is readable too, and says how to mend it."""
    page = opened(browser, shop, "/projects/shop")
    says(page, "1 invalid spec")
    says(page, "invalid changes")
    use(page, "document.querySelector('.needed a[href*=attention]').click()")
    page.wait("location.search.includes('attention')")
    page.wait(
        "[...document.querySelectorAll('.changes .badge')]"
        ".every((one) => one.innerText.includes('Invalid'))"
    )
    for name in ("only-a-thought", "half-a-delta"):
        says(page, name)
    page = opened(browser, shop, "/changes/only-a-thought")
    says(page, "The change says nothing about specs")
    says(page, "Something could be better.")
    page = opened(browser, shop, "/specs/weather")
    says(page, "There is no purpose")
    says(page, "It rains.")


def test_a_spec_says_which_changes_touch_it(browser, shop):
    page = opened(browser, shop, "/specs/greeting")
    says(page, "modified by loud-greeting")
    says(page, "Scenario Two visitors come in")
    use(page, "document.querySelector('#touched a[href$=Farewell]').click()")
    page.wait("location.pathname === '/changes/polite-greeting'")
    page.wait("document.querySelector('details.led')?.innerText.includes('Farewell')")


def test_overlaps_begin_with_conflicts(browser, shop):
    page = opened(browser, shop, "/overlaps")
    shown = text_of(page, "#conflicts")
    assert "Greeting" in shown
    assert "polite-greeting" in shown
    assert "loud-greeting" in shown


def test_search_finds_while_it_is_typed(browser, shop):
    """What is found is marked, has an address, and leads to its line."""
    page = opened(browser, shop, "/search")
    use(page, "document.querySelector('#search-text').focus()")
    for letter in "goodbye":
        page.key(letter, text=letter)
    page.wait("document.querySelector('.hit mark')?.innerText.toLowerCase() === 'goodbye'")
    page.wait("location.search === '?q=goodbye'")
    assert page.run("document.activeElement.id") == "search-text"
    use(page, "document.querySelector('.hit a').click()")
    page.wait("location.pathname === '/changes/polite-greeting'")
    page.wait("document.querySelector('.raw .led')?.innerText.includes('goodbye')")
    use(page, "history.back()")
    page.wait("location.pathname === '/search' && Boolean(document.querySelector('.hit mark'))")
    assert page.run("document.querySelector('#search-text').value") == "goodbye"


def test_the_archive_is_a_timeline_of_readable_changes(browser, shop):
    page = opened(browser, shop, "/archive")
    says(page, "January 2026")
    says(page, "greeting +1")
    use(page, "document.querySelector('.timeline a').click()")
    page.wait("location.pathname === '/archive/2026-01-02-first-words'")
    wait_read(page)
    says(page, "The shop was silent")
    says(page, "Say something")
    use(page, "history.back()")
    says(page, "January 2026")


def test_nothing_of_a_project_runs(browser, shop):
    """Scripts, handlers, foreign links, frames, styles and pictures are text, or nothing."""
    page = opened(browser, shop, "/changes/nasty")
    says(page, "placeholder <name> of a template")
    use(page, "document.querySelectorAll('#files summary').forEach((one) => one.click())")
    page.wait("document.querySelectorAll('.raw li').length > 20")
    use(
        page,
        "document.querySelectorAll('#page a:not([target])')"
        ".forEach((a) => a.href.startsWith('java') && a.click())",
    )
    time.sleep(0.3)
    assert page.run("typeof window.ran") == "undefined"
    bad = "script, img, svg, iframe, object, embed, style, link, base, meta, form, math, template"
    assert page.run(f"document.querySelectorAll('#page :is({bad})').length") == 0
    attributes = page.run(
        "[...new Set([...document.querySelectorAll('.prose *')].flatMap((one) =>"
        " [...one.attributes].map(({name}) => name)))]"
    )
    assert set(attributes) <= {"href", "target", "rel", "class", "tabindex", "role", "aria-label"}
    links = page.run(
        "[...document.querySelectorAll('.prose a')]"
        ".map((a) => [a.innerText, a.getAttribute('href')])"
    )
    leads = dict(links)
    assert leads["good"] == "https://example.org/"
    assert leads["mail"] == "mailto:somebody@example.org"
    assert leads["tasks"] == "/changes/nasty#file%3Atasks.md"
    allowed = ("https://example.org/", "mailto:somebody@", "/changes/nasty")
    assert all(href.startswith(allowed) for _, href in links), links
    assert text_of(page, "h1") == "nasty"
    assert page.messages == []


def test_the_policy_would_stop_what_got_through(browser, shop):
    """Even markup that somebody forgot to clean runs no script and loads no picture."""
    page = opened(browser, shop, "/changes/nasty")
    use(
        page,
        "document.querySelector('#page').insertAdjacentHTML('beforeend',"
        " '<img id=probe src=data:x onerror=window.ran=1><p onclick=window.ran=1 id=click>x</p>'"
        " + '<a id=link href=javascript:window.ran=1>x</a>');"
        "const script = document.createElement('script'); script.textContent = 'window.ran = 1';"
        "document.body.append(script);"
        "document.getElementById('click')?.click(); document.getElementById('link')?.click()",
    )
    time.sleep(0.3)
    assert page.run("typeof window.ran") == "undefined"
    assert any("Content Security Policy" in message for message in page.messages)


def test_scripts_of_the_world_are_shown_as_they_are_written(browser, shop):
    """Names and texts of any direction have addresses, lists and pages."""
    name = "改善-مرحبا"
    page = opened(browser, shop, f"/changes/{quote(name)}", (390, 844), touch=True)
    assert text_of(page, "h1") == name
    says(page, "访客希望得到更好的问候")
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.run(f"{BOXES}.length") == 2


def test_an_archived_change_that_is_open_says_so(browser, start_node, tmp_path):
    """Whoever looks at a change while it is archived is led to where it is now."""
    node = start_node(pages_project.write(tmp_path / "shop"))
    page = opened(browser, node, "/changes/nasty")
    changes = node.project / CHANGES
    shutil.move(changes / "nasty", changes / "archive" / "2026-02-03-nasty")
    says(page, "This change was archived")
    assert page.run(f"{BOXES}.every((box) => box.disabled)")
    use(page, "document.querySelector('.gone a').click()")
    page.wait("location.pathname === '/archive/2026-02-03-nasty'")
    says(page, "placeholder <name>")
    page = opened(browser, node, "/changes/nasty")
    says(page, "This change was archived")
    page = opened(browser, node, "/changes/never-was")
    says(page, "There is no open change of this name")
    node.process.stop()
    page.wait("document.querySelector('#link').dataset.state === 'lost'", 30)
    says(page, "not live", "#link")


def test_documents_are_written_and_nothing_is_lost(browser, shop, polite):
    """What an editor saved while somebody writes here is shown beside it; one decides."""
    page = opened(browser, shop, "/changes/polite-greeting#file%3Adesign.md")
    page.wait("Boolean(document.querySelector('button[data-do=edit][value=\"design.md\"]'))")
    use(page, "document.querySelector('button[data-do=edit][value=\"design.md\"]').click()")
    page.wait("document.querySelector('textarea.editor')?.value.includes('A smile.')")
    type_in = (
        "(() => {{ const field = document.querySelector('textarea.editor'); field.value = {0!r};"
        " field.dispatchEvent(new InputEvent('input', {{bubbles: true}})) }})()"
    )
    use(page, type_in.format("# Design\n\nA bow.\n"))
    design = polite / "design.md"
    save(design, "# Design\n\nA wave.\n")
    says(page, "written by somebody else", "#files")
    diff = " ".join(text_of(page, "#files .diff").split())
    assert "A wave." in diff
    assert "A bow." in diff
    use(page, "document.querySelector('button[data-do=mine]').click()")
    page.wait("!document.querySelector('button[data-do=save]').disabled")
    assert page.run("document.querySelector('textarea.editor').value") == "# Design\n\nA bow.\n"
    use(page, "document.querySelector('button[data-do=save]').click()")
    read_until(design, "A bow.")
    page.wait("!document.querySelector('textarea.editor')")
    says(page, "A bow.", "#design")


def test_a_change_is_archived_after_it_was_tried(browser, start_node, tmp_path):
    """First it is said what would happen, then it happens when somebody says so."""
    node = start_node(pages_project.write(tmp_path / "shop"))
    page = opened(browser, node, "/changes/polite-greeting")
    use(page, "document.querySelector('button[data-do=archive]').click()")
    says(page, "can't be archived now", ".archiving")
    use(page, "document.querySelector('input[data-do=archive-incomplete]').click()")
    says(page, "It would become", ".archiving")
    says(page, "greeting", ".archiving")
    assert (node.project / CHANGES / "polite-greeting").exists()
    use(page, "document.querySelector('button[data-do=archive-now]').click()")
    says(page, "This change was archived")
    spec = (node.project / "openspec/specs/greeting/spec.md").read_text()
    assert "politely greet" in spec
    assert "### Requirement: Mats" in spec


def test_the_keyboard_and_screen_readers_find_their_way(browser, shop):
    """Landmarks, one h1, headings without gaps, names for everything that can be used."""
    addresses = (
        "/projects/shop",
        "/changes/polite-greeting",
        "/specs/greeting",
        "/overlaps",
        "/search?q=shop",
        "/archive",
    )
    for address in addresses:
        page = opened(browser, shop, address)
        levels = page.run(
            "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]"
            ".map((one) => Number(one.tagName[1]))"
        )
        assert levels.count(1) == 1, address
        assert levels[0] == 1, address
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (
            address,
            levels,
        )
        unnamed = page.run(
            "[...document.querySelectorAll('a, button, input, select, textarea')].filter((one) =>"
            " !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length))"
            ".map((one) => one.outerHTML)"
        )
        assert unnamed == [], address
        landmarks = page.run(
            "['header', 'main', 'nav[aria-label]']"
            ".map((one) => document.querySelectorAll(one).length)"
        )
        assert landmarks[:2] == [1, 1]
        assert landmarks[2] >= 1
        doubled = page.run(
            "[...document.querySelectorAll('[id]')].map((one) => one.id)"
            ".filter((id, at, all) => all.indexOf(id) !== at)"
        )
        assert doubled == [], address
    use(page, "document.querySelector('nav.pages a').focus()")
    page.key("Enter", "Enter", "\r", 13)
    page.wait("location.pathname === '/projects/shop' && document.activeElement.tagName === 'H1'")
    page.key("/", "Slash", "/", 191)
    page.wait("location.pathname === '/search' && document.activeElement.id === 'search-text'")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900), (1920, 1080)], ids=str)
def test_nothing_is_wider_than_the_screen(browser, shop, size):
    for address in (
        "/projects/shop",
        "/changes/polite-greeting",
        "/changes/nasty",
        "/specs/greeting",
        "/overlaps",
        "/search?q=shop",
        "/archive",
    ):
        page = opened(browser, shop, address, size, touch=size[0] < 500)
        assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0, address
        browser.forget(page)


def test_addresses_are_answered_and_others_are_not(shop):
    for path in (
        "/projects",
        "/projects/shop",
        "/changes/x",
        "/specs/a/b",
        "/overlaps",
        "/archive/x",
        "/search?q=x",
    ):
        answer = shop.fetch("GET", path)
        assert answer.status == 200, path
        assert b"/pages-" in answer.body
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
    for path in ("/project", "/changes/", "/changes/a/b", "/changes/..", "/nothing"):
        assert shop.fetch("GET", path).status == 404, path


def test_the_list_and_the_pages_lead_to_each_other(browser, shop):
    link = '#changes a[href="/changes/polite-greeting"]'
    page = opened(browser, shop, "/changes/polite-greeting")
    use(page, "document.getElementById('board').click()")
    page.wait(f"location.pathname === '/' && Boolean(document.querySelector({link!r}))")
    use(page, f"document.querySelector({link!r}).click()")
    page.wait("location.pathname === '/changes/polite-greeting'")
    wait_read(page)
    says(page, "Manners matter")


def _serve_too(settings, path):
    """Let the node of a configuration serve one more project."""
    if isinstance(settings, dict):
        if isinstance(settings.get("projects"), list):
            settings["projects"].append({"path": str(path)})
        settings = list(settings.values())
    for inner in settings if isinstance(settings, list) else ():
        _serve_too(inner, path)


def test_of_several_projects_each_has_addresses(browser, start_node, tmp_path):
    """The address says which; links keep it; another one is chosen without loading anything."""
    other = pages_project.write(tmp_path / "other")
    save(other / CHANGES / "polite-greeting/tasks.md", "- [ ] 1.1 Only here\n")
    node = start_node(
        pages_project.write(tmp_path / "shop"), lambda settings: _serve_too(settings, other)
    )
    page = opened(browser, node, "/changes/polite-greeting?project=other")
    says(page, "Only here")
    links = "[...document.querySelectorAll('header a, #page a[href^=\"/\"]')].map((a) => a.href)"
    assert all("project=other" in link or "/projects/other" in link for link in page.run(links))
    use(
        page,
        "(() => { const picker = document.getElementById('projects'); picker.value = 'shop';"
        " picker.dispatchEvent(new Event('change', {bubbles: true})) })()",
    )
    page.wait("location.pathname === '/projects/shop' && geometry_ws.project === 'shop'")
    page.wait("Boolean(document.querySelector('.rows a[href*=polite]'))")
    use(page, "document.querySelector('.rows a[href*=polite]').click()")
    page.wait("location.href.endsWith('/changes/polite-greeting?project=shop')")
    says(page, "1 of 3 tasks done")
    use(page, "history.go(-2)")
    says(page, "Only here")
    page = opened(browser, node, "/projects/nothing")
    says(page, "no project")
    page = opened(browser, node, "/projects")
    page.wait("document.querySelectorAll('.rows a').length === 2")
