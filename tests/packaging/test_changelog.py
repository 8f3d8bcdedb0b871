"""The changelog has the form of Keep a Changelog."""

import datetime
import itertools
import re
from pathlib import Path

import geometry_ws

TEXT = (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
HEADINGS = re.findall(r"^## (.*)$", TEXT, re.M)
VERSION = re.compile(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})")
REPOSITORY = "https://github.com/geometry-os/geometry_ws"


def read_versions():
    matches = [VERSION.fullmatch(heading) for heading in HEADINGS[1:]]
    assert all(matches), HEADINGS
    return [(tuple(int(number) for number in match.groups()[:3]), match[4]) for match in matches]


def test_unreleased_comes_first_and_versions_have_dates_newest_first():
    assert TEXT.startswith("# Changelog\n")
    assert HEADINGS[0] == "[Unreleased]"
    versions = read_versions()
    assert versions == sorted(versions, reverse=True)
    for _, date in versions:
        assert datetime.date.fromisoformat(date) <= datetime.date.today()
    assert len({numbers for numbers, _ in versions}) == len(versions)


def test_the_version_of_the_package_is_in_it():
    numbers = tuple(int(number) for number in geometry_ws.__version__.split("."))
    assert numbers in [version for version, _ in read_versions()]


def test_changes_are_grouped_by_kind_in_order():
    for section in re.split(r"^## .*$", TEXT, flags=re.M)[1:]:
        kinds = re.findall(r"^### (.*)$", section, re.M)
        assert kinds == [kind for kind in KINDS if kind in kinds]
        for notes in re.split(r"^### .*$", section, flags=re.M)[1:]:
            assert re.search(r"^- \S", notes, re.M), section


def test_every_heading_has_its_link():
    links = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", TEXT, re.M))
    versions = [".".join(map(str, numbers)) for numbers, _ in read_versions()]
    wanted = {"Unreleased": f"{REPOSITORY}/compare/v{versions[0]}...HEAD"}
    for newer, older in itertools.pairwise(versions):
        wanted[newer] = f"{REPOSITORY}/compare/v{older}...v{newer}"
    wanted[versions[-1]] = f"{REPOSITORY}/releases/tag/v{versions[-1]}"
    assert links == wanted
