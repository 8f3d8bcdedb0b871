"""The page about the architecture names things that exist."""

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
NAMED = re.compile(
    r"`((?:client|components|protocol|scene|stream|render|openspec|board|node|http)\.[\w.]+)`"
)


def find(path):
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module("geometry_ws." + ".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise AttributeError(path)


def test_every_function_that_the_page_names_exists():
    # `http.Root` is spoken of in the picture only; what stands in backquotes is real.
    named = NAMED.findall(PAGE)
    assert len(named) > 25
    for path in named:
        assert find(path) is not None, path


def test_every_file_that_the_page_names_exists():
    for path in re.findall(r"`(geometry_ws/[\w/.]+\.\w+)`", PAGE):
        assert (ROOT / path).exists(), path


def test_links_between_the_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        text = page.read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
