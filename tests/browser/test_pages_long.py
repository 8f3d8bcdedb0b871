"""Long and awkward documents on their pages: bounded pieces, so that none holds the page."""

from urllib.parse import quote

import pytest

from tests.browser.pages import CHANGES, opened, save, says, use
from tests.support.nodes import fetch

pytestmark = [pytest.mark.browser, pytest.mark.router, pytest.mark.slow]

MOST_ELEMENTS = 1000  # that may be added to the page at once
SIZE = 1_000_000
DOCUMENTS = {
    "links": "http://a.b/c ",
    "bare-links": "http://",
    "underlines": "a\n",
    "lists": "- a\n",
    "headings": "# a\n",
    "emphasis": "**a** ",
    "table": "| a | b |\n",
    "markup": "<div>\n\n",
    "code": "    x = 1\n",
    "one-word": "a",
    "quotes": "> ",
}
HEADS = {"table": "| a | b |\n| - | - |\n"}
TAILS = {"underlines": "="}
WATCH = """
window.most = 0;
window.texts = 0;
const counted = (node) =>
  node.nodeType === 1 ? 1 + node.getElementsByTagName('*').length : 0;
new MutationObserver((records) => {
  const all = records.flatMap((record) => [...record.addedNodes]);
  const added = all.filter((node) => node.parentElement?.closest('.pieces, .lines, .diff'));
  most = Math.max(most, ...added.map(counted));
  texts = Math.max(texts, ...added.map((node) => node.textContent.length));
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture(scope="module")
def long_shop(start_shared_node, tmp_path_factory):
    """A node with a change for each awkward document, and a spec of thousands of requirements."""
    project = tmp_path_factory.mktemp("long") / "shop"
    for name, part in DOCUMENTS.items():
        head, tail = HEADS.get(name, ""), TAILS.get(name, "")
        write(project, f"changes/{name}/proposal.md", head + part * (SIZE // len(part)) + tail)
    requirement = "### Requirement: R{0}\nIt SHALL.\n\n#### Scenario: s\n- x\n\n"
    requirements = "".join(requirement.format(number) for number in range(15_000))
    write(project, "specs/many/spec.md", f"## Purpose\nWhy.\n\n## Requirements\n{requirements}")
    write(project, "specs/long/spec.md", spec("a *b* c\n"))
    write(project, "changes/compared/specs/long/spec.md", delta("a *c* c\n"))
    write(project, "changes/compared/tasks.md", "- [ ] Do it\n" * 20_000)
    write(project, "changes/compared/proposal.md", "# Compared\n\nShort.\n")
    return start_shared_node(project)


def write(project, path, text):
    file = project / "openspec" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def spec(line):
    return f"## Purpose\nWhy.\n\n## Requirements\n### Requirement: A\nIt SHALL.\n{line * 100_000}"


def delta(line):
    return f"## MODIFIED Requirements\n### Requirement: A\nIt SHALL.\n{line * 100_000}"


def watched(browser, node, address):
    """The page of an address, with what is added to it counted from the beginning."""
    page = browser.open()
    page.size(1440, 900)
    page.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    page.go(node.url.rstrip("/") + address)
    return page


def read(page, selector):
    """Wait until a part of the page is read as far as it is shown at first."""
    page.wait(f"!!document.querySelector('{selector} .pieces[aria-busy=false]')", patience=60)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_shown_in_pieces(browser, long_shop, name):
    page = watched(browser, long_shop, f"/changes/{name}")
    read(page, "#proposal")
    assert page.run("most") <= MOST_ELEMENTS
    assert page.run("texts") <= 10_000
    assert page.run("document.querySelector('#proposal').textContent.length") > 5000
    assert page.run("document.querySelectorAll('#proposal *').length") < 15_000
    assert page.messages == []


def test_more_of_a_document_is_shown_when_it_is_asked_for(browser, long_shop):
    page = watched(browser, long_shop, "/changes/lists")
    read(page, "#proposal")
    before = page.run("document.querySelectorAll('#proposal li').length")
    use(page, "document.querySelector('#proposal .reading button').click()")
    page.wait(f"document.querySelectorAll('#proposal li').length > {before} + 5000")
    assert page.run("most") <= MOST_ELEMENTS


def test_differences_are_shown_in_pieces(browser, long_shop):
    page = watched(browser, long_shop, "/changes/compared")
    page.wait("document.querySelectorAll('.diff-row').length > 1000", patience=60)
    read(page, ".diff")
    assert page.run("most") <= MOST_ELEMENTS


def test_long_lists_are_shown_in_portions_and_led_into(browser, long_shop):
    page = watched(browser, long_shop, "/specs/many")
    page.wait("document.querySelectorAll('.requirement-card').length > 50")
    assert page.run("document.querySelectorAll('.requirement-card').length") < 500
    use(page, "document.querySelector('#requirements [data-do=more]').click()")
    page.wait("document.querySelectorAll('.requirement-card').length > 150")
    page = watched(browser, long_shop, f"/specs/many#{quote('requirement:R700')}")
    page.wait("document.querySelector('.led')?.innerText.includes('R700')")
    page = watched(browser, long_shop, "/changes/compared")
    page.wait("document.querySelectorAll('.task').length > 50")
    assert page.run("document.querySelectorAll('.task').length") < 500


def test_a_line_far_down_in_a_long_file_is_led_to(browser, long_shop):
    page = watched(browser, long_shop, f"/specs/long#{quote('file:spec.md:9000')}")
    page.wait("document.querySelector('.raw .led')?.innerText.includes('a *b* c')", patience=60)
    assert page.run("most") <= MOST_ELEMENTS


def test_a_text_stays_until_its_new_version_is_laid_out(browser, long_shop):
    """A reader's place is kept: what is shown never becomes less on the way."""
    path = long_shop.project / CHANGES / "compared" / "proposal.md"
    paragraphs = "word word\n\n" * 3000
    save(path, f"# Compared\n\nBefore.\n\n{paragraphs}")
    page = opened(browser, long_shop, "/changes/compared")
    says(page, "Before.", "#proposal")
    read(page, "#proposal")
    watch = """
    window.least = 1e9;
    new MutationObserver(() => {
      least = Math.min(least, document.querySelectorAll('#proposal p').length);
    }).observe(document, { childList: true, subtree: true });
    """
    use(page, watch)
    save(path, f"# Compared\n\nAfterwards.\n\n{paragraphs}")
    says(page, "Afterwards.", "#proposal")
    assert page.run("least") > 3000


def test_the_worker_comes_from_the_nodes_own_origin(long_shop):
    answer = fetch(long_shop.port, "GET", "/changes/lists")
    assert "worker-src 'self';" in answer.headers["content-security-policy"]
