"""What the metadata says of the project, and that what is pinned fits it."""

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/geometry-os/geometry_ws"


@pytest.fixture(scope="module")
def metadata():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def read_names(text):
    """The packages that lines of requirements name, in the form that compares."""
    lines = [line.split("#")[0].strip() for line in text.splitlines() if line[:1] != " "]
    names = [re.match(r"[\w.-]+", line)[0] for line in lines if line]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def read_pins(name):
    return (ROOT / name).read_text("utf-8")


def test_the_projects_addresses_are_those_of_one_repository(metadata):
    lines = metadata["metadata"]["project_urls"].split("\n")[1:]
    urls = dict(line.split(" = ") for line in lines)
    assert set(urls) == {"Documentation", "Source", "Changelog", "Issues"}
    assert all(url.startswith(REPOSITORY) for url in urls.values())
    assert metadata["metadata"]["url"] == REPOSITORY
    for name in ("SECURITY.md", "CHANGELOG.md", "mkdocs.yml"):
        text = (ROOT / name).read_text("utf-8")
        assert set(re.findall(r"https://github\.com/[\w-]+/\w+", text)) == {REPOSITORY}


@pytest.mark.parametrize(
    ("extra", "file"),
    [
        (None, "requirements.txt"),
        ("video", "requirements.txt"),
        ("test", "requirements.txt"),
        ("docs", "requirements-docs.txt"),
        ("release", "requirements-release.txt"),
    ],
)
def test_what_is_required_is_pinned(metadata, extra, file):
    required = metadata["options.extras_require"][extra] if extra else ""
    required = required or metadata["options"]["install_requires"]
    pins = read_pins(file)
    assert read_names(required) <= read_names(pins)
