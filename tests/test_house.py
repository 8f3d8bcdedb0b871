"""The house: packages list their modules, sizes can be read, and names say what they hold."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "geometry_ws"
MOST_LINES = 450
MOST_FUNCTION_LINES = 60
NAMES_OF_NOTHING = {"one", "found", "some", "told", "kept"}
"""They say that there is a thing, and not which: write `for viewer in viewers`."""

PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
MODULES = sorted(
    path
    for folder in ("geometry_ws", "tests", "benchmarks", "examples")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
)
ROOM = re.compile(r"^ *(\w+(?:\.py|/)) {2,}\S", re.M)


def rooms(package):
    modules = {path.name for path in package.glob("*.py") if path.name != "__init__.py"}
    return modules | {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_lists_its_rooms(package):
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    listed = ROOM.findall(text)
    assert sorted(listed) == sorted(rooms(package))


def test_modules_can_be_read_at_one_sitting():
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert len(lines) > 400
    assert [str(path) for path, count in lines.items() if count > MOST_LINES] == []


def test_functions_can_be_seen_on_one_screen():
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > MOST_FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}: {node.name}, {count} lines")
    assert long == []


def names_given(tree):
    """The names that a module gives to values: variables, arguments and targets of loops."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_a_name_says_what_it_holds():
    nameless = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in MODULES
        for name, line in names_given(ast.parse(path.read_text("utf-8")))
        if name in NAMES_OF_NOTHING
    ]
    assert nameless == []
