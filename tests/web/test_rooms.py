"""The folders of the dashboard's sources: what lies where, and what may import what."""

import pathlib
import re

import pytest

from geometry_ws.web import dist

SOURCES = dist().parent / "src"
TESTS = pathlib.Path(__file__).parent
MAY_IMPORT = {
    "dashboard": {"shared", "painter"},
    "pages": {"shared", "diagram"},
    "diagram": {"shared"},
    "viewer": {"dashboard", "shared", "painter"},
    "shared": set(),
    "painter": set(),
}
IMPORT = re.compile(r'(?:\bfrom |\bimport\(|\bimport )"(\.[^"]+)"')


def read_imports(module: pathlib.Path) -> set[pathlib.Path]:
    """The modules of ours that a module names, for values and for types."""
    names = IMPORT.findall(module.read_text())
    return {(module.parent / name).resolve() for name in names}


def find_modules_below(entry: pathlib.Path) -> set[pathlib.Path]:
    """A module and everything that it needs."""
    modules: set[pathlib.Path] = set()
    waiting = [entry]
    while waiting:
        module = waiting.pop()
        if module not in modules:
            modules.add(module)
            waiting.extend(read_imports(module))
    return modules


def test_the_folders_are_those_with_rules():
    assert {path.name for path in SOURCES.iterdir() if path.is_dir()} == set(MAY_IMPORT)
    assert {path.name for path in SOURCES.iterdir() if path.is_file()} == {"README.md"}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_keep_to_the_layers(folder):
    """What applications stand on imports none of them; the viewer takes parts of the dashboard."""
    allowed = {folder} | MAY_IMPORT[folder]
    for module in (SOURCES / folder).glob("*.js"):
        for imported in read_imports(module):
            assert imported.is_file(), f"{module.name}: {imported}"
            assert imported.parent.name in allowed, f"{module.name}: {imported}"


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_the_readme_lists_every_module(folder):
    readme = (SOURCES / folder / "README.md").read_text()
    listed = re.findall(r"^- `([^`]+)`: .+\.$", readme, re.M)
    modules = [path.name for path in (SOURCES / folder).iterdir() if path.suffix in (".js", ".ts")]
    assert sorted(listed) == sorted(modules)


def test_the_readme_of_the_sources_lists_every_folder():
    readme = (SOURCES / "README.md").read_text()
    assert set(re.findall(r"^- `([a-z]+)/`: .+\.$", readme, re.M)) == set(MAY_IMPORT)


def test_the_viewer_takes_nothing_of_the_dashboards_page():
    """It stands in pages that have none of its elements."""
    for module in find_modules_below(SOURCES / "viewer" / "index.js"):
        assert not re.search(r"(?<!function )\bbyId\(", module.read_text()), module.name


@pytest.mark.parametrize("folder", ["dashboard", "pages", "viewer"])
def test_every_module_is_used(folder):
    names = ("page.js", "index.js") if folder == "viewer" else ("main.js",)
    entries = [
        *(SOURCES / folder / name for name in names),
        *(SOURCES / folder).glob("*_worker.js"),
    ]
    modules = {module for entry in entries for module in find_modules_below(entry)}
    assert {path for path in modules if path.parent.name == folder} == set(
        (SOURCES / folder).glob("*.js")
    )


def test_what_is_shared_is_used_by_both_applications():
    """What only one application uses lies in that application."""
    for folder in ("dashboard", "pages"):
        assert set((SOURCES / "shared").glob("*.js")) <= find_modules_below(
            SOURCES / folder / "main.js"
        )


@pytest.mark.parametrize("folder", [SOURCES.parent, TESTS], ids=["sources", "tests"])
def test_modules_and_lines_are_short(folder):
    """Prettier keeps lines below 100 columns but for texts and comments, which it doesn't break."""
    if folder == TESTS:
        modules = list(TESTS.glob("*.mjs"))
    else:
        modules = [*SOURCES.rglob("*.js"), *folder.glob("*.mjs")]
        modules.remove(SOURCES / "shared" / "icons.js")  # made, and nobody reads drawings
    assert modules
    for module in modules:
        lines = module.read_text().splitlines()
        assert len(lines) <= 450, module.name
        # The title of a test stands on one line with its function.
        too_long = [line for line in lines if len(line) > 100 and not line.startswith('test("')]
        assert not too_long, module.name
