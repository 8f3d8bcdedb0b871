"""The site of the documents: built strictly, whole, and without anything from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import geometry_ws.client

ROOT = Path(__file__).parents[2]
# What a page loads by itself; links that are followed may lead anywhere.
LOADED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*?\ssrc=[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon))[^>]*?"
    r"\shref=[\"']?((?:https?:)?//[^\"'\s>]+)"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    for name in ("zensical", "mkdocstrings"):
        pytest.importorskip(name, reason="`make tools` installs it")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci/site.py", "--folder", folder],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "site"


@pytest.mark.slow
def test_every_document_is_a_page(site):
    names = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"README"}
    names |= {"index", "contributing", "changelog", "security"}
    assert names <= {path.stem for path in site.glob("*.html")}


@pytest.mark.slow
def test_pages_lead_to_each_other_and_not_out_of_the_site(site):
    """What lies beside docs/ is led to in the site, or at the repository."""
    pages = {path.name for path in site.glob("*.html")}
    for page in pages:
        text = (site / page).read_text("utf-8")
        for target in re.findall(r'<a\b[^>]*?\shref="(?!https?:|#|mailto:)([^"#?]+)', text):
            # The page of an unknown address is shown anywhere: its links begin at the top.
            assert (site / target.removeprefix("/")).exists(), f"{page} leads to {target}"


@pytest.mark.slow
def test_the_reference_has_everything_public(site):
    page = (site / "api.html").read_text("utf-8")
    identifiers = set(re.findall(r'\bid="([\w.]+)"', page))
    public = {f"geometry_ws.client.{name}" for name in geometry_ws.client.__all__}
    # A constant without a docstring has no entry.
    assert public - identifiers <= {"geometry_ws.client.DEFAULT_ADDRESS"}
    assert [name for name in identifiers if name.startswith("geometry_ws.testing.")]
    assert "geometry_ws.client.Client.create_surface" in identifiers


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        assert LOADED.findall(page.read_text("utf-8")) == [], page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet.name


def test_what_is_loaded_from_elsewhere_is_noticed():
    assert LOADED.findall('<link href="https://fonts.example/a.css" rel="stylesheet">')
    assert LOADED.findall("<script async src=//cdn.example/a.js></script>")
    assert not LOADED.findall('<link rel="canonical" href="https://example.org/">')
    assert not LOADED.findall('<a href="https://example.org/">there</a>')


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("[a](docs/client.md#draw)", "[a](client.md#draw)"),
        ("[a](CHANGELOG.md)", "[a](changelog.md)"),
        ("![a](docs/pages.png)", "![a](pages.png)"),
        ("[a](LICENSE)", "[a](https://github.com/geometry-os/geometry_ws/blob/main/LICENSE)"),
        ("[a](https://example.org/#b)", "[a](https://example.org/#b)"),
        ("[a](#b)", "[a](#b)"),
    ],
)
def test_links_of_pages_beside_the_documents_fit_the_site(load, text, moved):
    assert load(".ci/site.py").move(text) == moved


def test_pages_are_listed_in_order_and_none_is_forgotten(load):
    order = load(".ci/site.py").order
    pages = ["changelog.md", "new.md", "index.md", "client.md", "another.md"]
    assert order(pages) == ["index.md", "client.md", "another.md", "new.md", "changelog.md"]
