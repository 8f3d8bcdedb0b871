"""The client's own distribution works with what it requires, and with nothing else."""

import configparser
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from PIL import Image

from tests.packaging.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "packages/client/pyproject.toml").read_text("utf-8"))
DEPENDENCIES = PROJECT["project"]["dependencies"]
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]

ALONE = """
import sys

sys.path.insert(0, sys.argv[1])
import geometry_ws as gw
"""
"""The beginning of a program in an environment that has the client alone."""


def required(name, known):
    """The distributions that one requires, with itself, into `known` by their names."""
    name = re.match(r"[\w.-]+", name)[0]
    if name.lower() in known:
        return
    try:
        known[name.lower()] = distribution(name)
    except PackageNotFoundError:
        return  # it is for other machines
    for requirement in known[name.lower()].requires or ():
        if "extra" not in requirement:
            required(requirement, known)


@pytest.fixture(scope="module")
def run_alone(tmp_path_factory):
    """Runs a program where nothing is installed but the client and what it requires."""
    folder = tmp_path_factory.mktemp("client")
    for package in PACKAGES:
        place = folder / package.replace(".", "/")
        place.mkdir(parents=True, exist_ok=True)
        for module in (ROOT / package.replace(".", "/")).glob("*.py"):
            (place / module.name).symlink_to(module)
    known = {}
    for dependency in DEPENDENCIES:
        required(dependency, known)
    for each in known.values():
        # Autobahn brings a folder `twisted`, too: where Twisted is installed that is all of it.
        for top in {file.parts[0] for file in each.files} - {"..", "twisted"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(each.locate_file(top))
    assert (folder / "autobahn").exists()
    assert not (folder / "numpy").exists()

    def run(program, *words):
        command = [sys.executable, "-B", "-I", "-S", "-c", ALONE + program, str(folder), *words]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.stderr == "", done.stderr
        return done.stdout

    return run


def test_it_requires_what_the_whole_requires_too():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    whole = settings["options"]["install_requires"].split("\n")
    assert set(DEPENDENCIES) <= set(whole)
    assert PROJECT["project"]["requires-python"].replace(" ", "") == (
        settings["options"]["python_requires"].replace(" ", "")
    )


LACKS = """
from geometry_ws.client import ClientError, NoPicture

for ask in (lambda: gw.connect("localhost:9", start=True), lambda: gw.client.Viewer,
            lambda: gw.Board, lambda: gw.client.pictures.picture_of([[0.5]])):
    try:
        ask()
    except (ClientError, ImportError, NoPicture) as problem:
        print(problem)
"""


def test_what_it_lacks_is_said_in_a_sentence(run_alone):
    rest = "needs all of geometry_ws, and here is the client alone: pip install geometry_ws"
    program = "import geometry_ws.client.pictures\n" + LACKS
    assert run_alone(program).splitlines() == [
        f"`start` {rest}.",
        f"Viewer {rest}",
        f"Board {rest}",
        "`picture` is a list, and arrays need numpy: pip install numpy.",
    ]


SHOWS = """
from PIL import Image
from geometry_ws.client import run

screen = gw.connect(sys.argv[2], keep=False, quiet=True)
for picture in (sys.argv[3], Image.new("RGB", (30, 20), "red")):
    handle = screen.show(picture)
    handle.flush(30)
    print(handle.title)
screen.close()


async def main(client):
    surface = await client.create_surface(width=8, height=8)
    print((await surface.fill((80, 160, 240))).frame >= 0)  # 0: nobody has looked yet
    await surface.destroy()


run(main, sys.argv[2])
"""


@pytest.mark.router
def test_it_shows_files_and_images(run_alone, node, tmp_path):
    Image.new("RGB", (40, 30), "blue").save(tmp_path / "blue.png")
    shown = run_alone(SHOWS, node.url, str(tmp_path / "blue.png"))
    assert shown.splitlines() == ["blue.png", "Picture 1", "True"]
