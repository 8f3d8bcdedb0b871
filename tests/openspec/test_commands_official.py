"""`geometry-ws openspec` answers as the official tool does, where that is installed.

Documents are the same key by key, statuses too; only messages are in our own words.
"""

import random
import re
import shutil

import pytest

from tests.openspec import openspec_answers
from tests.openspec import test_official as randomly
from tests.openspec.command_cases import (
    MISTAKES,
    PROPOSAL,
    WHOLE,
    Writer,
    lines_for_items,
    write_oddities,
    write_rules,
)

pytestmark = [
    pytest.mark.nodejs,
    pytest.mark.skipif(
        shutil.which("openspec") is None, reason="the official tool is not installed"
    ),
]


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    tool = openspec_answers.Official(tmp_path_factory.mktemp("home"))
    yield tool
    tool.close()


def write_random(made, seed):
    """Documents of random lines."""
    chance = random.Random(seed)
    for number in range(15):
        made.put(f"specs/s{number}/spec.md", randomly._document(chance))
        name = f"changes/c{number}"
        text = randomly._document(chance)
        made.put(f"{name}/proposal.md", PROPOSAL.format(number) + text)
        made.put(f"{name}/tasks.md", randomly._document(chance))
        for _ in range(2):
            delta = chance.choice(randomly._LINES[2:6]) + "\n" + randomly._document(chance)
            made.put(f"{name}/specs/s{chance.randrange(18)}/spec.md", delta)
        metadata = chance.choice(randomly._METADATA)
        if metadata is not None:
            made.put(f"{name}/.openspec.yaml", metadata)


def compare(official, folder, lines):
    answers = [openspec_answers.difference(official, folder, list(line)) for line in lines]
    differences = [answer for answer in answers if answer is not None]
    if differences:
        pytest.fail("\n\n".join(differences[:5]) + f"\n{len(differences)} differences")


def split(lines):
    return [line.split() for line in lines]


def test_every_rule_is_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_rules(made)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


def test_oddities_are_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_oddities(made)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


def test_mistakes_are_told_alike(official, tmp_path):
    made = Writer(tmp_path)
    write_oddities(made)
    compare(official, tmp_path, split(MISTAKES))


@pytest.mark.parametrize("seed", [11, 12])
def test_random_projects_are_told_alike(official, tmp_path, seed):
    made = Writer(tmp_path)
    write_random(made, seed)
    compare(official, tmp_path, [*split(WHOLE), *lines_for_items(made)])


@pytest.mark.parametrize("seed", [1, 2])
def test_random_projects_are_summed_up_in_the_same_text(official, tmp_path, seed):
    """Names of any script and length, shares of all sizes, specs with equally many requirements."""
    chance = random.Random(seed)
    made = Writer(tmp_path)
    signs = "abyzABYZ09-_ .éßÅ漢字😀ｱ\u0301"
    for number in range(60):
        name = "".join(chance.choice(signs) for _ in range(chance.choice([1, 5, 29, 31, 40])))
        folder = f"changes/{name.strip(' .') or 'x'}{number}"
        total = chance.choice([0, 0, 1, 3, 7, 8, 40, 200])
        done = chance.choice([0, total, chance.randint(0, total)])
        marks = ["x"] * done + [chance.choice(" ~-") for _ in range(total - done)]
        chance.shuffle(marks)
        made.put(f"{folder}/tasks.md", "".join(f"- [{mark}] a\n" for mark in marks))
    for number in range(25):
        count = chance.choice([0, 1, 1, 2, 9])
        blocks = "".join(
            f"### Requirement: R{at}\nIt SHALL.\n\n#### Scenario: S\n- a\n\n" for at in range(count)
        )
        purpose = chance.choice(["## Purpose\nA purpose.\n\n", ""])
        id_ = chance.choice(["s{0}", "area/s{0}", "Å{0}", "字/{0}/deep"]).format(number)
        made.put(f"specs/{id_}/spec.md", f"{purpose}## Requirements\n{blocks}")
    compare(official, tmp_path, split(["view", "list --json", "list --json --sort name"]))


@pytest.mark.parametrize(
    "files",
    [
        (), ("README.md",), ("openspec/project.md",), ("openspec/config.yaml",),
        ("openspec/specs/.gitkeep",), ("openspec/changes/archive/.gitkeep",),
        ("openspec/other/x.md",), ("openspec/specs/.openspec-store/store.yaml",),
    ],
)  # fmt: skip
def test_places_with_little_or_nothing_are_told_alike(official, tmp_path, files):
    for path in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    compare(official, tmp_path, split([*WHOLE, "show x --json", "validate x --json", "status"]))


OURS_ALONE = {"all", "archived", "official", "accept-base"}


@pytest.mark.parametrize(
    "command",
    [
        "list", "view", "show", "validate", "status", "schemas", "archive", "new change",
        "instructions", "spec list", "spec show", "spec validate", "change list", "change show",
        "change validate",
    ],
)  # fmt: skip
def test_every_option_of_the_official_help_is_taken(official, tmp_path, command):
    """And none besides, but for those that docs/openspec.md calls ours."""
    words = [*command.split(), "--help"]
    theirs, mine = (
        set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", text, re.MULTILINE))
        for text in (official.ask(tmp_path, *words)[1], openspec_answers.ours(tmp_path, *words)[1])
    )
    assert theirs
    own = OURS_ALONE - ({"all", "archived"} if command != "list" else set())
    assert mine - own == theirs


def test_a_project_is_found_from_below_alike(official, tmp_path):
    made = Writer(tmp_path / "project")
    write_oddities(made)
    below = made.root / "src" / "deep"
    below.mkdir(parents=True)
    (tmp_path / "link").symlink_to(below)
    for folder in (below, made.folder / "specs", tmp_path / "link"):
        compare(official, folder, split(["list --json", "show both --json", "spec list --json"]))
