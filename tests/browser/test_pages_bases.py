"""Pages of a real node in a real browser: what has changed since a change was written."""

import pytest

from tests.browser.pages import opened, read_until, says, text_of, use, wait_read

pytestmark = [pytest.mark.browser, pytest.mark.router]

SPEC = """# lamp Specification

## Purpose
Says how a desk lamp behaves, so that its owner knows what to expect of it.

## Requirements

"""
LIGHT = """### Requirement: Light
The lamp SHALL give light.
{}
#### Scenario: On
- **WHEN** it is on
- **THEN** it shines
"""
FADE = """### Requirement: Fade
The lamp SHALL fade {}.

#### Scenario: Off
- **WHEN** it is switched off
- **THEN** it fades
"""
DIM, BLINK = "The lamp SHALL dim at night.", "The lamp SHALL blink when it is broken."
CARDS = "[...document.querySelectorAll('.card.moved')]"


def delta(sentence, fading):
    return f"## MODIFIED Requirements\n\n{LIGHT.format(sentence + chr(10))}\n{FADE.format(fading)}"


@pytest.fixture
def node(start_node, tmp_path):
    """A node that has seen two changes, after one of them was archived under the other."""
    folder = tmp_path / "desk"
    files = {
        "specs/lamp/spec.md": f"{SPEC}{LIGHT.format('')}\n{FADE.format('out')}",
        "changes/dim/specs/lamp/spec.md": delta(DIM, "out slowly"),
        "changes/blink/specs/lamp/spec.md": delta(BLINK, "out at once"),
    }
    for name in ("dim", "blink"):
        files[f"changes/{name}/proposal.md"] = f"# {name}\n"
        files[f"changes/{name}/tasks.md"] = "- [x] 1.1 Done\n"
    for path, text in files.items():
        place = folder / "openspec" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return start_node(folder)


def press(page, card, what):
    use(page, f"{CARDS}[{card}].querySelector('[data-do={what}]').click()")


def archive(page):
    use(page, "document.querySelector('[data-do=archive]').click()")
    page.wait("Boolean(document.querySelector('.archiving :is(.trouble, .checks)'))")


def test_both_are_merged_by_a_click_or_by_hand_and_then_archived(browser, node):
    spec = node.project / "openspec/specs/lamp/spec.md"
    page = opened(browser, node, "/changes/dim")
    archive(page)
    use(page, "document.querySelector('[data-do=archive-now]').click()")
    read_until(spec, DIM)
    page = opened(browser, node, "/changes/blink")
    page.wait(f"{CARDS}.length === 2")
    says(page, "Base moved", ".head")
    says(page, DIM, ".card.moved .column:nth-child(2) ins")
    says(page, BLINK, ".card.moved .column:nth-child(3) ins")

    archive(page)
    says(page, DIM, ".archiving .trouble")
    assert page.run("document.querySelector('[data-do=archive-now]').disabled")

    written = node.project / "openspec/changes/blink/specs/lamp/spec.md"
    press(page, 0, "base-merge")
    page.wait(f"{CARDS}.length === 1")
    read_until(written, f"{DIM}\n{BLINK}\n")

    says(page, "both rewrote this", ".card.moved")
    assert not page.run(f"Boolean({CARDS}[0].querySelector('[data-do=base-merge]'))")
    press(page, 0, "base-edit")
    page.wait("Boolean(document.querySelector('#bases textarea'))")
    field = "document.querySelector('#bases textarea')"
    assert "out slowly" in page.run(f"{field}.value")
    assert "out at once" in page.run(f"{field}.value")
    text = FADE.format("out slowly, or at once")
    use(
        page,
        f"{field}.value = {text!r};{field}.dispatchEvent(new Event('input', {{bubbles: true}}))",
    )
    use(page, "document.querySelector('[data-do=base-save]').click()")
    page.wait("!document.querySelector('#bases')")
    read_until(written, "out slowly, or at once")

    page.wait("!document.querySelector('[data-do=archive-now]').disabled")
    use(page, "document.querySelector('[data-do=archive-now]').click()")
    both = read_until(spec, "out slowly, or at once")
    assert DIM in both
    assert BLINK in both
    assert page.messages == []


def test_the_list_the_overlaps_and_another_session_see_it(browser, node):
    page = opened(browser, node, "/changes/dim")
    watching = opened(browser, node, "/projects/desk")
    archive(page)
    use(page, "document.querySelector('[data-do=archive-now]').click()")
    says(watching, "blink", ".need.base_moved")
    says(watching, "Light", ".need.base_moved")
    use(watching, "document.querySelector('.head a[href*=overlaps]').click()")
    says(watching, "Written against an older spec")
    wait_read(watching)
    assert DIM in text_of(watching, "#moved")
    use(watching, "document.querySelector('#moved a').click()")
    watching.wait("location.pathname === '/changes/blink' && location.hash === '#bases'")
    watching.wait(f"{CARDS}.length === 2")
    press(watching, 0, "base-ours")
    watching.wait(f"{CARDS}.length === 1")
    assert watching.messages == []
