"""Pages of a real node in a real browser: what they show, and that nothing of a project runs."""

import time
from urllib.parse import quote

import pytest

from tests.browser.pages import BOXES, opened, save, says, text_of, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]


def test_deltas_are_shown_before_and_after(browser, shop):
    """What is added and removed is marked by more than colour, word by word."""
    page = opened(browser, shop, "/changes/polite-greeting")
    page.wait("document.querySelectorAll('details.delta').length === 4")
    words = page.run(
        "['del', 'ins'].map((tag) => [...document.querySelectorAll(`#deltas .diff ${tag}`)]"
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
    says(page, "half-a-delta", ".needs-list")
    use(page, "document.querySelector('.tab[value=attention]').click()")
    page.wait("location.search.includes('attention')")
    page.wait(
        "[...document.querySelectorAll('.changes .state-word')]"
        ".every((one) => ['Invalid', 'Conflict'].includes(one.innerText))"
    )
    says(page, "half-a-delta")
    page = opened(browser, shop, "/changes/only-a-thought")
    says(page, "The change says nothing about specs")
    says(page, "Not written yet")  # and nothing of it is broken
    says(page, "Something could be better.")
    page = opened(browser, shop, "/specs/weather")
    says(page, "There is no purpose")
    says(page, "It rains.")


def test_a_spec_says_which_changes_touch_it(browser, shop):
    page = opened(browser, shop, "/specs/greeting")
    touches = "#requirement\\:Greeting .touches"
    says(page, "loud-greeting", touches)
    says(page, "rewrites it", touches)
    says(page, "first-words", touches)
    says(page, "brought it, Jan 2", touches)
    says(page, "Two visitors come in")
    use(page, "document.querySelector('#touched a[href$=Farewell]').click()")
    page.wait("location.pathname === '/changes/polite-greeting'")
    page.wait("document.querySelector('details.led')?.innerText.includes('Farewell')")


def test_overlaps_begin_with_conflicts(browser, shop):
    page = opened(browser, shop, "/overlaps")
    page.wait("document.querySelector('#conflicts')?.innerText.includes('Greeting')")
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
    use(page, "document.querySelector('.hit .place').click()")
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
    bad = "script, img, iframe, object, embed, style, link, base, meta, form, math, template"
    assert page.run(f"document.querySelectorAll('#page :is({bad})').length") == 0
    # signs of ours stand beside the texts of a project, never in them
    drawn = "#page :is(.prose, .raw, .text) svg, #page svg:not(.icon, .state)"
    assert page.run(f"document.querySelectorAll('{drawn}').length") == 0
    attributes = page.run(
        "[...new Set([...document.querySelectorAll('.prose .pieces *')].flatMap((one) =>"
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


def test_a_name_that_nothing_has_leads_to_those_that_are_like_it(browser, shop):
    """What is archived is offered too, and the page becomes the change's when it is there."""
    page = opened(browser, shop, "/changes/polite-greetings")
    says(page, "There is no change “polite-greetings”")
    says(page, "polite-greeting", ".nothing .needs-list")
    page = opened(browser, shop, "/changes/first-words")
    says(page, "This change was archived", ".nothing")
    use(page, "document.querySelector('.nothing .button').click()")
    page.wait("location.pathname === '/archive/2026-01-02-first-words'")
    page = opened(browser, shop, "/specs/greetings")
    says(page, "greeting", ".nothing .needs-list")
    use(page, "document.querySelector('.nothing .button').click()")
    page.wait("location.pathname === '/specs/greeting'")
    wait_read(page)


def test_a_document_over_its_bound_is_named(browser, shop, polite):
    """Its page says which one it is, also at an address with a slash too many."""
    save(polite / "design.md", "word " * 300_000)
    page = opened(browser, shop, "/changes/polite-greeting/")
    assert page.run("location.pathname") == "/changes/polite-greeting"
    says(page, "design.md is larger than 1 MiB", ".problems")
