"""What the tests of the packages share: our scripts as modules, and copies of the checkout."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def load():
    """`load(".ci/release.py")`: a script of the checkout, as a module."""

    def load_script(path):
        spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load_script


@pytest.fixture(scope="session")
def tracked():
    """The names of all files in git, and of those that it would take."""
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture
def checkout(tracked, tmp_path):
    """A fresh copy of the checkout: nothing is built in it."""
    for name in tracked:
        place = tmp_path / "checkout" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place)
    return tmp_path / "checkout"
