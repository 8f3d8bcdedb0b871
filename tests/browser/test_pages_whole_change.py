"""A whole change on the pages, from nothing to archived, without touching a file."""

import pytest

from tests.browser.pages import BOXES, CHANGES, opened, read_until, says, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]

NAME = "answer-letters"
LAST_BUTTON = "[...document.querySelectorAll('[data-do={0}]')].at(-1).click()"


def write(page, selector, text):
    """Put the focus into a field, and type in place of what is in it."""
    page.wait(f"Boolean(document.querySelector({selector!r}))")
    use(page, f"(document.querySelector({selector!r}).focus(), document.activeElement.select())")
    page.send("Input.insertText", text=text)


def add_task(page, text, shown):
    page.wait("document.activeElement?.matches('textarea.task-text')")
    page.send("Input.insertText", text=text)
    page.key("Enter", text="\r")
    says(page, shown, "#tasks")


@pytest.fixture
def begun(browser, shop):
    """The page of a new change with its proposal and one requirement, all written there."""
    page = opened(browser, shop, "/projects/shop", (1440, 1000))
    use(page, "document.querySelector('[data-do=new-change]').click()")
    write(page, "dialog.new-change input", "Answer letters")
    write(page, "dialog.new-change textarea", "Letters lie about.")
    use(page, "document.querySelector('dialog.new-change .main').click()")
    page.wait(f"location.pathname === '/changes/{NAME}'")
    wait_read(page)
    says(page, "Letters lie about.")
    use(page, "document.querySelector('#proposal [data-do=edit]').click()")
    page.wait("document.activeElement?.matches('textarea.editor')")
    says(page, "Letters lie about.", ".preview")
    write(page, "textarea.editor", "# Answer letters\n\n## Why\n\nLetters wait for weeks.\n")
    says(page, "Letters wait for weeks.", ".preview")
    page.key("s", text="", modifiers=2)
    page.wait("!document.querySelector('textarea.editor')")
    use(page, "document.querySelector('#deltas [data-do=write-delta]').click()")
    write(page, "dialog.new-delta input", "Post Office")
    write(page, "dialog.new-delta [data-do=delta-requirement]", "Letters are answered")
    write(page, "dialog.new-delta [data-do=delta-purpose]", "Letters are read here.")
    use(page, "document.querySelector('dialog.new-delta .main').click()")
    page.wait("Boolean(document.querySelector('#deltas textarea.editor'))")
    text = page.run("document.querySelector('textarea.editor').value")
    assert text.startswith(
        "## Purpose\n\nLetters are read here.\n\n"
        "## ADDED Requirements\n\n### Requirement: Letters are answered\n"
    )
    use(page, "document.querySelector('[data-do=save]').click()")
    says(page, "Letters are answered", "#deltas .requirement")
    return page


def test_a_change_is_written_and_archived_on_its_page(begun, shop):
    page = begun
    tasks = shop.project / CHANGES / NAME / "tasks.md"
    use(page, "document.querySelector('[data-do=task-add]').click()")
    add_task(page, "Read it", "1.1 Read it")
    add_task(page, "Answer it", "1.2 Answer it")
    add_task(page, "Burn it", "1.3 Burn it")
    page.key("Escape", text="")
    use(page, "document.querySelector('[data-do=tasks-open]').click()")
    page.wait("document.querySelectorAll('[data-do=task-up]').length === 3")
    use(page, LAST_BUTTON.format("task-up"))
    read_until(tasks, "- [ ] 1.3 Burn it\n- [ ] 1.2 Answer it\n")
    page.wait("document.activeElement?.dataset.do === 'task-up'")
    use(page, LAST_BUTTON.format("task-reword"))
    page.wait("document.activeElement?.matches('textarea.task-text')")
    write(page, "textarea.task-text", "1.2 Answer it kindly")
    page.key("Enter", text="\r")
    says(page, "1.2 Answer it kindly", "#tasks")
    use(page, "document.querySelectorAll('[data-do=task-remove]')[1].click()")
    read_until(tasks, "- [ ] 1.1 Read it\n- [ ] 1.2 Answer it kindly\n")
    page.wait(f"{BOXES}.length === 2")
    use(page, "document.querySelector('.toast button').click()")
    says(page, "1.3 Burn it", "#tasks")
    use(page, "document.querySelectorAll('[data-do=task-remove]')[1].click()")
    page.wait(f"{BOXES}.length === 2")
    read_until(tasks, "- [ ] 1.1 Read it\n- [ ] 1.2 Answer it kindly\n")
    page.wait("!document.querySelector('[data-do=task-reword]:disabled')")
    use(page, f"{BOXES}.forEach((box) => box.click())")
    says(page, "Ready to archive", ".named")
    use(page, "document.querySelector('[data-do=archive]').click()")
    says(page, "New, with 1 requirement", "dialog.archive, dialog[open]")
    page.wait("document.querySelector('dialog[open] footer .main')?.disabled === false")
    use(page, "document.querySelector('dialog[open] footer .main').click()")
    says(page, "This change was archived")
    says(page, "Archived", ".named")
    assert "Ready to archive" not in page.run("document.querySelector('#page').innerText")
    spec = shop.project / "openspec/specs/post-office/spec.md"
    assert "### Requirement: Letters are answered" in read_until(spec, "Letters")
    assert "## Purpose\nLetters are read here.\n" in spec.read_text()
    page.go(shop.url.rstrip("/") + "/specs/post-office")
    says(page, "Letters are read here.", ".head")
    use(page, "document.querySelector('.head [data-do=edit]').click()")
    page.wait("document.activeElement?.matches('textarea.editor')")
    written = spec.read_text().replace("are read here", "are read and answered here")
    write(page, "textarea.editor", written)
    page.key("s", text="", modifiers=2)
    says(page, "Letters are read and answered here.", ".head")
    assert spec.read_text() == written
    assert page.messages == []


def test_a_requirement_that_is_there_begins_as_its_spec_has_it(browser, shop):
    """Another one of the change comes into its section; what is written there stays."""
    page = opened(browser, shop, "/changes/loud-greeting", (1440, 1000))
    delta = shop.project / CHANGES / "loud-greeting/specs/greeting/spec.md"
    before = delta.read_text()
    use(page, "document.querySelector('#deltas [data-do=write-delta]').click()")
    write(page, "dialog.new-delta input", "greet")
    page.wait("Boolean(document.querySelector('[data-do=delta-pick]'))")
    use(page, "document.querySelector('[data-do=delta-pick]').click()")
    page.wait("document.querySelectorAll('dialog.new-delta option').length === 7")
    use(
        page,
        "(() => { const field = document.querySelector('dialog.new-delta select');"
        " field.value = 'change Doors';"
        " field.dispatchEvent(new Event('change', {bubbles: true})) })()",
    )
    use(page, "document.querySelector('dialog.new-delta .main').click()")
    page.wait("Boolean(document.querySelector('#deltas textarea.editor'))")
    text = page.run("document.querySelector('textarea.editor').value")
    assert text.startswith(before.rstrip())
    assert text[len(before.rstrip()) :].startswith("\n\n### Requirement: Doors\nEach door SHALL")
    assert "there is a mat" in text
    use(page, "document.querySelector('[data-do=cancel]').click()")
    page.wait("!document.querySelector('textarea.editor')")
    assert delta.read_text() == before
