"""One look for pages and canvas: what is made from it is fresh, and can be read by everybody."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from geometry_ws import design
from geometry_ws.design import icons
from geometry_ws.design.generate import products
from geometry_ws.design.tokens import THEMES, TOKENS, Rgba, css

FOLDER = Path(design.__file__).parent
ROOT = FOLDER.parent.parent


def test_made_files_are_not_stale():
    for path, text in products(ROOT).items():
        assert path.read_text("utf-8") == text, f"{path} is stale: run `make generate`"


def luminance(colour: Rgba) -> float:
    """The relative luminance of WCAG 2.2."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (value / 255 for value in colour[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Rgba, second: Rgba) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground_it_stands_on(theme):
    colours = TOKENS.colours[theme]
    weak = [
        f"{on} on {under}: {ratio:.2f}"
        for least, pairs in TOKENS.contrast.items()
        for on, under in pairs
        if (ratio := contrast(colours[on], colours[under])) < least
    ]
    assert not weak


def test_both_themes_have_every_colour():
    light, dark = (TOKENS.colours[theme] for theme in THEMES)
    assert list(light) == list(dark)
    assert all(colour in light for _, _, colour in TOKENS.shadow.values())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*s/*.svg")), ids=lambda path: path.stem)
def test_a_sign_is_a_small_drawing_without_a_size_or_a_script(path):
    root = ElementTree.fromstring(path.read_text("utf-8"))
    assert set(root.attrib) <= {
        "viewBox",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
    }
    shapes = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root}
    assert shapes <= {"path", "circle", "rect", "line", "polyline", "ellipse"}
    assert path.stat().st_size < 2_000


def test_signs_of_states_use_colours_of_the_look():
    assert sorted(path.stem for path in (FOLDER / "states").glob("*.svg")) == list(icons.STATES)
    for name in icons.STATES:
        for theme in THEMES:
            drawn = icons.state(name, TOKENS.colours[theme], 0.4)
            assert "var(" not in drawn
            assert re.search(r"#[0-9a-f]{6}", drawn)


def test_a_pie_is_as_full_as_its_progress():
    """The same values as in icon.test.mjs: pages and canvas draw one pie."""
    assert icons.pie(0.25) == "M8 8V4.5A3.5 3.5 0 0 1 11.50 8.00Z"
    assert icons.pie(0.75) == "M8 8V4.5A3.5 3.5 0 1 1 4.50 8.00Z"
    assert icons.pie(0) == icons.pie(0.04) == "M8 8V4.5A3.5 3.5 0 0 1 8.87 4.61Z"


def test_a_colour_is_written_as_css_reads_it():
    assert css(TOKENS.colours["light"]["accent"]) == "#3a56d6"
    assert css(TOKENS.colours["light"]["veil"]) == "#14182052"


def test_an_unknown_sign_is_named():
    with pytest.raises(KeyError, match="no-such"):
        icons.icon("no-such", (0, 0, 0, 255))


def selectors(sheet: Path) -> list[str]:
    """The selectors of a style sheet, without those of conditions."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    heads = [head.strip() for head in re.findall(r"([^{}]+)\{", text)]
    parts = [re.split(r",(?![^(]*\))", head) for head in heads if not head.startswith("@")]
    return [part.strip() for each in parts for part in each]


def test_a_pages_styles_leave_the_signs_of_people_in_the_header_alone():
    """What only one page means has a name of its own: all pages' sheets are one file."""
    styles = ROOT / "geometry_ws" / "web" / "styles"
    classes = re.compile(r"\.([a-z][\w-]*)")
    discs = {
        name
        for each in selectors(styles / "shared" / "discs.css")
        for name in classes.findall(each)
    }
    discs = (discs - {"quiet"}) | {"person", "agent", "program"}
    assert {"disc", "people"} <= discs
    taken = [
        f"{sheet.name}: {each}"
        for sheet in sorted((styles / "pages").glob("*.css"))
        for each in selectors(sheet)
        if (names := set(classes.findall(each))) and names <= discs
    ]
    assert not taken
