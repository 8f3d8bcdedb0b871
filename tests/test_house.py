"""The house: rooms are listed at their door, and stay of a size that one can read."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "geometry_ws"
MOST_LINES = 450
MOST_FUNCTION_LINES = 60

PACKAGES = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
MODULES = sorted(
    path
    for folder in ("geometry_ws", "benchmarks", "examples")
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
    assert len(lines) > 300
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
