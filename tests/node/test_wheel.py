"""The wheel: what people install."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of a copy of the package, so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    files = subprocess.run(
        [
            "git",
            "-C",
            ROOT,
            "ls-files",
            "-z",
            ".ci",
            "build_backend",
            "geometry_ws",
            "setup.cfg",
            "pyproject.toml",
            "README.md",
            "LICENSE",
        ],
        capture_output=True,
        text=True,
    )
    if files.returncode != 0:
        pytest.skip("this is no git checkout")
    dist = [str(p.relative_to(ROOT)) for p in (ROOT / "geometry_ws/web/dist").glob("*")]
    for name in [*files.stdout.split("\0")[:-1], *dist]:
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    made = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "-w", made, source],
        capture_output=True,
        text=True,
    )
    if built.returncode != 0 and "setuptools" in built.stderr:
        pytest.skip("setuptools can't be had here")
    assert built.returncode == 0, built.stderr
    return next(made.iterdir())


def test_it_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"geometry_ws"}
    assert "geometry_ws/py.typed" in names
    for folder in ("protocol", "node", "http", "components", "board", "cli"):
        assert f"geometry_ws/{folder}/__init__.py" in names
    assert not [name for name in names if "node_modules" in name or "/test/" in name]


def test_it_holds_the_vectors_and_their_format(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    vectors = {
        str(path.relative_to(ROOT)) for path in (ROOT / "geometry_ws/testing/vectors").glob("*")
    }
    assert "geometry_ws/testing/vectors/README.md" in vectors
    assert len(vectors) > 20
    assert vectors <= names


def test_it_holds_the_dashboard(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "geometry_ws/web/dist/index.html" in names
    assert [name for name in names if name.startswith("geometry_ws/web/dist/main-")]


def test_it_runs_from_any_folder(wheel, tmp_path):
    """Installed elsewhere, the command knows its commands and makes its configuration."""
    site = tmp_path / "site"
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", site, wheel],
        capture_output=True,
        text=True,
    )
    assert installed.returncode == 0, installed.stderr
    program = (
        "import geometry_ws, geometry_ws.cli as c; print(geometry_ws.__file__); c.main(['config'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith(str(site))
    assert '"version": 2' in run.stdout
