"""Command lines that nobody thought of: status, streams and documents are the official tool's."""

import random
import shutil

import pytest

from tests.openspec import openspec_answers
from tests.openspec.command_cases import Writer, write_oddities

pytestmark = [
    pytest.mark.nodejs,
    pytest.mark.skipif(
        shutil.which("openspec") is None, reason="the official tool is not installed"
    ),
]

NAMES = (
    "both", "plain", "told", "own", "broken", "wrap", "area", "area/deep.er", "nowhere", "linked",
    "a-file", "archive", "specs", "changes", ".dotted", "empty", "no-why", "x", "Both", "fenced",
)  # fmt: skip
AS_TYPED = (
    "{}", "{}", "{}", "{}/", "./{}", "{}//", "./{}/", "../changes/{}", "{}/.", "x/../{}",
    "{}/specs", "/{}", "", "{}/../{}", "../specs/{}",
)  # fmt: skip
OPTIONS = (
    "--json", "--strict", "--type", "change", "--long", "--all", "--changes", "--specs", "--diff",
    "--archived", "--no-interactive", "--deltas-only", "--requirements", "-r", "1", "--sort",
    "--report", "findings", "--help", "-h", "--change", "--schema", "own", "--bogus", "--", "-x",
    "--no-color", "--concurrency", "--store", "--version", "help", "",
)  # fmt: skip
COMMANDS = (
    "show", "validate", "status", "list", "schemas", "spec list", "spec show", "spec validate",
    "change list", "change show", "change validate", "spec", "change", "help", "spec help",
    "change help", "archive",
)  # fmt: skip
REFUSED = ("", "nowhere", "./nowhere", "nowhere/", "..", ".", "wrap", "a-file", "both/", "./both")
"""Names that nothing is archived for."""


def typed(chance):
    return chance.choice(AS_TYPED).replace("{}", chance.choice(NAMES))


def random_line(chance):
    """A command with what may stand behind it, in any order."""
    words = chance.choice(COMMANDS).split()
    parts = []
    if words[-1] in ("show", "validate"):
        parts.append([typed(chance)])
        if chance.random() < 0.4:
            parts.append(["--type", chance.choice(["change", "spec"])])
    elif words == ["status"] and chance.random() < 0.8:
        parts.append(["--change", typed(chance)])
    elif words == ["archive"]:
        parts.append([chance.choice(REFUSED)])
    elif words[-1] == "help":
        parts.append([chance.choice(["", "list", "show", "spec", "change", "nothing", "help"])])
    if chance.random() < 0.5:
        parts.append(["--json"])
    parts += [[chance.choice(OPTIONS)] for _ in range(chance.choice([0, 0, 1, 2]))]
    chance.shuffle(parts)
    return words + [word for part in parts for word in part]


def streams(answer):
    return [bool(text.strip()) for text in answer[1:]]


@pytest.mark.parametrize("seed", range(3))
def test_random_command_lines_end_alike(tmp_path, seed):
    made = Writer(tmp_path / "project")
    write_oddities(made)
    official = openspec_answers.Official(tmp_path)
    chance = random.Random(seed)
    differences = []
    for words in (random_line(chance) for _ in range(250)):
        difference = openspec_answers.difference(official, made.root, words)
        theirs = official.ask(made.root, *words)
        theirs = (*theirs[:2], theirs[2].replace("- Loading change status...\n", ""))
        mine = openspec_answers.ours(made.root, *words)
        if difference is None and streams(theirs) != streams(mine):
            difference = f"{words}: said on {streams(theirs)} by them, on {streams(mine)} by us"
        if difference is not None:
            differences.append(difference)
    official.close()
    assert not differences, "\n\n".join(differences[:5])
