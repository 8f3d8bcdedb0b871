"""What axe-core finds in a page: https://github.com/dequelabs/axe-core."""

from pathlib import Path

import pytest

from tests.browser.chromium import Page

SCRIPT = Path(__file__).parents[2] / "geometry_ws/web/node_modules/axe-core/axe.min.js"
_RUN = """axe.run(document, {resultTypes: ["violations"], %s}).then(({violations}) =>
  violations.flatMap(({id, nodes}) => nodes.map(({target}) => `${id}: ${target.join(" ")}`)))"""
_COLOURS = "runOnly: ['color-contrast']"


def load(page: Page) -> None:
    """Let every page that this tab opens from now on have axe."""
    if not SCRIPT.exists():
        pytest.skip("the dashboard's packages for development aren't installed")
    page.send("Page.addScriptToEvaluateOnNewDocument", source=SCRIPT.read_text("utf-8"))


def findings(page: Page) -> list[str]:
    """What breaks a rule, by light and in the dark; of the dark page only colours are asked."""
    broken = []
    for theme, what in (("light", ""), ("dark", _COLOURS)):
        page.prefer(prefers_color_scheme=theme, prefers_reduced_motion="reduce")
        broken += [f"{theme}: {finding}" for finding in page.run(_RUN % what)]
    return broken
