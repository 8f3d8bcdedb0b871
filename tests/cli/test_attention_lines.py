"""The lines of `geometry-ws attention`, without a node."""

from geometry_ws.cli.attention import help_for, line_of
from geometry_ws.protocol.attention import AttentionItem


def item(kind, why, **more):
    return AttentionItem(id="x", project="shop", kind=kind, since=0, why=why, **more)


def test_a_line_says_nothing_twice():
    three = item("conflict", "a, b and c contradict each other.", change="a", changes=["b", "c"])
    assert line_of(three, False) == "conflict    3 changes: a, b and c contradict each other."
    two = item("conflict", "a and b contradict each other.", change="a", changes=["b"])
    assert line_of(two, True) == "conflict    shop: a and b: a and b contradict each other."
    waits = item("permission", "otter-1 waits at its terminal for a permission.", who="otter-1")
    assert line_of(waits, False) == f"permission  shop: {waits.why}"


def test_a_question_says_how_it_is_answered_from_a_terminal():
    asked = item("question", "q12: Which form?", who="otter-1", task="add-login/1.2")
    assert line_of(asked, False) == "question    add-login/1.2 (otter-1): q12: Which form?"
    assert "call question.answer question=q12 answer=" in help_for(asked)
    moved = item("moved_base", "It has changed since.", change="add-login")
    assert help_for(moved).endswith("geometry-ws openspec rebase add-login")
    assert help_for(item("ready", "All 3 tasks are done.", change="a")) == ""
