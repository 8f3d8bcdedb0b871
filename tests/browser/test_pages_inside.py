"""What stands in documents beside text, in a real browser: it is shown, and nothing of it runs."""

import pytest

from tests.browser.pages import opened, says, text_of, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]

PICTURES = "[...document.querySelectorAll('#design img')].map((img) => img.getAttribute('src'))"


@pytest.fixture
def pictured(browser, shop):
    """The page of a change whose design has all of it, and tries to run something."""
    page = opened(browser, shop, "/changes/only-a-thought", (1200, 2400))
    use(page, "document.querySelectorAll('.disclosure').forEach((box) => (box.open = true))")
    page.wait("document.querySelectorAll('figure.diagram').length === 3")
    page.wait(
        "document.querySelectorAll('figure.diagram img').length === 2"
        " && !document.querySelectorAll('figure.diagram')[2].querySelector('.note').hidden"
    )
    return page


def test_documents_have_pictures_and_diagrams_of_which_nothing_runs(pictured):
    """A picture is an <img>, a diagram is one too; neither can hold what runs."""
    page = pictured
    addresses = page.run(PICTURES)
    own, *drawn = addresses
    assert own == "/pictures/openspec/changes/only-a-thought/way.svg"
    assert page.run("document.querySelector('#design img').naturalWidth") == 40
    assert len(drawn) == 2
    assert all(address.startswith("data:image/svg+xml") for address in drawn)
    assert all("foreignObject" not in address for address in drawn)
    says(page, "picture: out")
    says(page, "picture: far")
    says(page, "in its line 2", "figure.diagram:nth-of-type(1) ~ *, #design")
    # whatever is written, nothing but the closed list came of it
    assert page.run("typeof window.ran") == "undefined"
    bad = "script, object, embed, svg:not(.icon), form, math, [onerror], [onclick], [ontoggle]"
    assert page.run(f"document.querySelectorAll('#design :is({bad})').length") == 0
    frames = page.run("[...document.querySelectorAll('iframe')].map((f) => f.outerHTML)")
    assert len(frames) == 1
    assert 'sandbox="allow-scripts"' in frames[0]
    assert page.run("document.querySelector('iframe').contentDocument") is None
    assert not [message for message in page.messages if "404" not in message]


def test_a_diagram_follows_the_theme_and_has_its_source(pictured):
    page = pictured
    before = page.run(PICTURES)
    use(page, "document.documentElement.dataset.theme = 'dark'")
    page.wait(f"{PICTURES}.length === 3 && {PICTURES}[1] !== {before[1]!r}")
    box = "document.querySelector('figure.diagram .source')"
    assert page.run(f"{box}.open") is False
    assert "is greeted" in page.run(f"{box}.textContent")
    use(page, "document.documentElement.dataset.theme = 'light'")
    page.wait(f"{PICTURES}[1] === {before[1]!r}")


def test_footnotes_lead_there_and_back(pictured):
    page = pictured
    use(page, "document.querySelector('#design .reference').click()")
    page.wait("document.activeElement?.matches('li.footnote')")
    assert "somebody" in page.run("document.activeElement.innerText")
    use(page, "document.activeElement.querySelector('.back').click()")
    page.wait("document.activeElement?.matches('.reference')")
    assert text_of(page, "#design sup") == "1"


def test_nothing_is_loaded_for_pages_without_a_diagram(browser, shop):
    page = opened(browser, shop, "/changes/polite-greeting")
    wait_read(page)
    assert page.run("document.querySelectorAll('iframe').length") == 0
    fetched = page.run("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert not [name for name in fetched if "diagram" in name]


def test_the_frame_can_reach_nothing(pictured, browser):
    """Whoever takes it over has no origin, no cookie, no network, and can run nothing more."""
    address = pictured.run("document.querySelector('iframe').src")
    frame = browser.open()
    frame.go(address)
    frame.wait("typeof mermaid === 'object'")
    assert frame.run("origin") == "null"
    for reach in (
        "fetch('/api/changes')", "fetch('http://evil.invalid/')", "import('/x.js')",
        "new Promise((give, fail) => { const i = new Image(); i.onload = give; i.onerror = fail;"
        " i.src = '/icon.svg'; })",
    ):  # fmt: skip
        assert frame.run(f"{reach}.then(() => 'reached', () => 'refused')") == "refused", reach
    assert (
        frame.run("(() => { try { return document.cookie } catch { return 'none' } })()") == "none"
    )
    use(
        frame,
        "document.body.innerHTML = '<img src=x onerror=window.ran=1><a onclick=window.ran=1>a</a>';"
        " document.querySelector('a').click();"
        " document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = 1'}))",
    )
    assert frame.run("new Promise((give) => setTimeout(() => give(typeof window.ran), 300))") == (
        "undefined"
    )
