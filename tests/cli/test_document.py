"""docs/command-line.md shows the commands as they are."""

import re
from pathlib import Path

import pytest

from geometry_ws.cli import COMMANDS, document, make_parser
from geometry_ws.cli.exits import Exit

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / document.FILE).read_text("utf-8")
SECTIONS = dict(re.findall(r"^## `geometry-ws (\w+)`\n(.*?)(?=^##+ |\Z)", TEXT, re.M | re.S))


@pytest.mark.parametrize("columns", ["20", "80", "400"])
def test_the_page_is_not_stale_on_any_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert document.page() == TEXT, "run `make generate`"


def test_every_command_has_a_section():
    assert tuple(SECTIONS) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_the_help_is_on_the_page(command, capsys):
    with pytest.raises(SystemExit):
        make_parser().parse_args([command, "--help"])
    options = set(re.findall(r"^ +(--[a-z-]+)", capsys.readouterr().out, re.M))
    rows = set(re.findall(r"^\| `(--[a-z-]+)", SECTIONS[command], re.M))
    assert rows == options


def test_every_exit_status_has_a_meaning():
    for status in Exit:
        assert f"| {status.value} | {status.name.lower()} | {status.meaning} |" in TEXT
        assert Exit(int(status)) is status
        assert status.meaning.endswith(".")
