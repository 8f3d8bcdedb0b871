"""The viewer as an npm package: its version, and its types in a program of somebody else's."""

import json
import subprocess
from pathlib import Path

import pytest

from geometry_ws import __version__
from tests.web.test_dashboard import MODULES, nodejs, run

__all__ = ["nodejs"]  # a fixture

PACKAGE = Path(__file__).parents[2] / "packages" / "viewer"
PROGRAM = """
import { CallError, Session, type View, view } from "geometry-ws-viewer";

const shown: View = view(document.body, { url: "http://localhost:8081", surface: "Plot" });
shown.addEventListener("change", () => {
  if (shown.state === "live" && shown.size) console.log(shown.size.width, shown.sentence);
});
shown.show({ board: true });
shown.close();
const session = new Session("ws://localhost:8081/ws", { token: "t" });
session.call("surface_list").catch((problem: CallError) => console.log(problem.uri));
"""
WRONG = """
import { view } from "geometry-ws-viewer";
view(document.body, { surfaces: "Plot" });
view(document.body).state === "open";
"""


def test_it_has_the_projects_version():
    assert json.loads((PACKAGE / "package.json").read_text())["version"] == __version__


def test_its_package_names_what_the_build_makes():
    """And depends on nothing: what it needs is built in."""
    package = json.loads((PACKAGE / "package.json").read_text())
    assert not {"dependencies", "peerDependencies", "devDependencies"} & set(package)
    built = (PACKAGE.parents[1] / ".ci" / "build-viewer").read_text()
    assert "$package/dist/viewer.js" in built
    assert package["exports"]["."]["default"] == "./dist/viewer.js"


@pytest.mark.nodejs
@pytest.mark.slow
def test_a_program_in_typescript_is_checked_against_its_types(nodejs, tmp_path):
    compiler = MODULES / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        pytest.skip("the dashboard's packages for development aren't installed")
    package = tmp_path / "node_modules" / "geometry-ws-viewer"
    package.mkdir(parents=True)
    (package / "package.json").write_text((PACKAGE / "package.json").read_text())
    types = str(package / "dist" / "types")
    run(nodejs, str(compiler), "-p", str(PACKAGE), "--outDir", types)
    (tmp_path / "right.ts").write_text(PROGRAM)
    (tmp_path / "wrong.ts").write_text(WRONG)
    options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"]
    command = [nodejs, str(compiler), *options, "--lib", "es2023,dom", "right.ts", "wrong.ts"]
    checked = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    problems = checked.stdout.splitlines()
    assert [line.partition("(")[0] for line in problems] == ["wrong.ts", "wrong.ts"], problems
    assert "surfaces" in problems[0]
