"""What the tests of the packages share: our scripts as modules, and one dry run of a release."""

import importlib.util
import subprocess
import sys
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
def dry_run(tmp_path_factory):
    """What a dry run of a release said, and the folder with the sdist and the wheel that it built.

    It builds from a copy of the checkout in which nothing is built.
    """
    for name in ("build", "twine"):
        pytest.importorskip(name, reason="`make tools` installs it")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    folder = tmp_path_factory.mktemp("made")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci/release.py", "--dry-run", "--keep", folder],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, folder
