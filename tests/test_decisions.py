"""The page of decisions has one form, so that each entry says why and what else was possible."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "decisions.md").read_text("utf-8")
LABELS = ["Date", "Decision", "Why", "Alternative", "Measured"]
ENTRIES = [
    pytest.param(text, id=text.partition("\n")[0]) for text in re.split(r"(?m)^## ", PAGE)[1:]
]


def read_date(entry):
    return re.search(r"^\*\*Date\*\*: (\d{4}-\d\d-\d\d)$", entry, re.M)[1]


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_has_its_five_parts_in_their_order(entry):
    assert re.findall(r"^\*\*(\w+)\*\*: (?=\S)", entry, re.M) == LABELS


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_says_when_it_was_decided(entry):
    assert read_date(entry)


def test_the_newest_entry_comes_first():
    dates = [read_date(entry.values[0]) for entry in ENTRIES]
    assert dates == sorted(dates, reverse=True)
