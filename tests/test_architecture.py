"""The pages about the architecture name things that exist, and are short enough to be read."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [DOCS / name for name in ("architecture.md", "openspec-internals.md", "board.md")]
PACKAGES = "client|components|protocol|scene|stream|render|openspec|board|node|http|wamp"
NAMED = re.compile(rf"`((?:{PACKAGES})\.[\w.]+)`")
MOST_STEPS = 12
MOST_COLUMNS = 120


def find(path):
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value = importlib.import_module("geometry_ws." + ".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            value = getattr(value, name)
        return value
    raise AttributeError(path)


def text_of(page):
    return page.read_text("utf-8")


def test_every_function_that_the_pages_name_exists():
    # `http.Root` is spoken of in the picture only; what stands in backquotes is real.
    names = [name for page in PAGES for name in NAMED.findall(text_of(page))]
    assert len(names) > 60
    for name in names:
        assert find(name) is not None, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page):
    for path in re.findall(r"`(geometry_ws/[\w/.]+\.\w+)`", text_of(page)):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"`(src/[\w/]+(?:\.js|/))`", text_of(page)):
        assert (ROOT / "geometry_ws" / "web" / path).exists(), path


def test_each_way_through_the_code_can_be_read_at_a_glance():
    ways = re.split(r"^## (?=The way of )", text_of(PAGES[0]), flags=re.M)[1:]
    assert [way.splitlines()[0] for way in ways] == [
        "The way of a commit",
        "The way of a tick",
        "The way of a call by curl",
        "The way of somebody by name",
        "The way of a call to another machine",
        "The way of a command line",
    ]
    for way in ways:
        steps = re.findall(r"^(\d+)\. (.*)$", way, re.M)
        assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
        assert 5 < len(steps) <= MOST_STEPS
        assert all(len(line) <= MOST_COLUMNS for line in way.splitlines())


def test_links_between_the_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
