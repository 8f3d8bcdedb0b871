"""Pages of a real node in a real browser: what is changed there, and on disk meanwhile."""

import shutil

import pytest

from tests.browser import pages_project
from tests.browser.pages import BOXES, CHANGES, opened, read_until, save, says, text_of, use

pytestmark = [pytest.mark.browser, pytest.mark.router]


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
    use(page, "document.activeElement.blur()")
    page.key("x", "KeyX", "x")
    page.wait("document.activeElement.dataset.do === 'tick' && document.activeElement.checked")


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
    says(page, "There is no change “never-was”")
    node.process.stop()
    page.wait("document.querySelector('#link').dataset.state === 'lost'", 30)
    says(page, "Reconnecting, as of", "#link")


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
    says(page, "written by somebody else", "#design")
    diff = " ".join(text_of(page, "#design .diff").split())
    assert "A wave." in diff
    assert "A bow." in diff
    use(page, "document.querySelector('button[data-do=mine]').click()")
    page.wait("!document.querySelector('button[data-do=save]').disabled")
    assert page.run("document.querySelector('textarea.editor').value") == "# Design\n\nA bow.\n"
    use(page, "document.querySelector('button[data-do=save]').click()")
    read_until(design, "A bow.")
    page.wait("!document.querySelector('textarea.editor')")
    says(page, "A bow.", "#design")


def test_an_edited_document_keeps_its_ends_of_lines(browser, start_node, tmp_path):
    """One letter typed is one line in a difference, though a text field knows one end only."""
    node = start_node(pages_project.write(tmp_path / "shop"))
    design = node.project / CHANGES / "polite-greeting/design.md"
    design.write_bytes(b"# Design\r\n\r\nA smile.\r\nUnix.\n")
    page = opened(browser, node, "/changes/polite-greeting#file%3Adesign.md")
    says(page, "Unix.", "#design")
    use(page, "document.querySelector('button[data-do=edit][value=\"design.md\"]').click()")
    page.wait("document.querySelector('textarea.editor')?.value.includes('Unix.')")
    use(
        page,
        "(() => { const field = document.querySelector('textarea.editor');"
        " field.value = field.value.replace('smile', 'smiles');"
        " field.dispatchEvent(new InputEvent('input', {bubbles: true})) })()",
    )
    use(page, "document.querySelector('button[data-do=save]').click()")
    page.wait("!document.querySelector('textarea.editor')")
    assert design.read_bytes() == b"# Design\r\n\r\nA smiles.\r\nUnix.\n"


def test_a_change_is_archived_after_it_was_tried(browser, start_node, tmp_path):
    """First it is said what would happen, then it happens when somebody says so."""
    node = start_node(pages_project.write(tmp_path / "shop"))
    page = opened(browser, node, "/changes/polite-greeting")
    use(page, "document.querySelector('button[data-do=archive]').click()")
    says(page, "can't be archived now", ".archiving")
    use(page, "document.querySelector('input[data-do=archive-incomplete]').click()")
    says(page, "To archive/", ".archiving")
    says(page, "greeting", ".archiving .becomes")
    says(page, "3 requirements stay 3", ".archiving .becomes")
    use(page, "document.querySelector('[data-do=archive-read]').click()")
    says(page, "The shop SHALL politely greet every visitor.", ".archiving .resulting")
    assert (node.project / CHANGES / "polite-greeting").exists()
    use(page, "document.querySelector('button[data-do=archive-now]').click()")
    says(page, "polite-greeting is archived.", ".toast")
    says(page, "This change was archived")
    spec = (node.project / "openspec/specs/greeting/spec.md").read_text()
    assert "politely greet" in spec
    assert "### Requirement: Mats" in spec


def test_a_change_is_begun_on_a_page(browser, start_node, tmp_path):
    """Its name becomes one that a folder can have, and a name that is taken is said so."""
    node = start_node(pages_project.write(tmp_path / "shop"))
    page = opened(browser, node, "/projects/shop")
    page.key("n", "KeyN", "n", 78)
    page.wait("document.activeElement?.dataset.do === 'new-name'")
    for letter in "Nasty":
        page.key(letter, text=letter)
    says(page, "an open change nasty already", ".new-change")
    assert page.run("document.querySelector('button[data-do=new-create]').disabled")
    for letter in " Bell":
        page.key(letter, text=letter)
    says(page, "called nasty-bell", ".new-change")
    use(page, "document.querySelector('textarea[data-do=new-why]').focus()")
    for letter in "Nobody hears it.":
        page.key(letter, text=letter)
    use(page, "document.querySelector('button[data-do=new-create]').click()")
    page.wait("location.pathname === '/changes/nasty-bell'")
    says(page, "Nobody hears it.", "#proposal")
    assert "Nobody hears it." in (node.project / CHANGES / "nasty-bell/proposal.md").read_text()
    assert page.messages == []
