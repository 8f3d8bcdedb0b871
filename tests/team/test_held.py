"""What is held outlives the node: lines that are read again, and what is lost is said."""

import pytest

from geometry_ws.team.held import read, restore, written
from geometry_ws.team.lapses import DAY_MS
from geometry_ws.team.members import GRACE_MS, LEASE_MS
from geometry_ws.team.text import MINUTE
from geometry_ws.team.troubles import items_of_desk
from tests.team.team_states import NOW, Table, change

LOGIN = change("add-login", "x 1.1 Find the place", "1.2 Add the form", "1.3 Check the password")
LATER = change("add-login", "1.1 Look", "1.2 Add the form and a test", "x 1.3 Check the password")


def table_before():
    """otter-1 by HTTP holds 1.2, heron-1 by a session 1.3."""
    table = Table(LOGIN)
    table.claim(table.member(), "1.2")
    heron = table.member()
    table.desk.members.bind(heron, 7)
    heron.token = "t0k3n"
    table.desk.members.call(heron, "claude:5d0c")
    table.claim(heron, "1.3")
    return table


def start_again(data, now, *changes, projects=("shop",)):
    table = Table(*changes)
    for holder in read(data):
        restore(table.desk, holder, projects, now)
    table.show(*changes)
    return table


def held(table):
    return {claim.name: claim.who for claim in table.desk.claims}


def test_holders_go_on_within_their_lease_and_sessions_have_a_moment():
    now = NOW + LEASE_MS - 1
    table = start_again(written(table_before().desk), now, LOGIN)
    assert held(table) == {"add-login/1.2": "otter-1", "add-login/1.3": "heron-1"}
    heron = table.desk.members.of_key("claude:5d0c")
    assert (heron.name, heron.token, heron.until()) == ("heron-1", "t0k3n", now + GRACE_MS)
    table.desk.members.bind(heron, 8)
    table.desk.sweep(now + GRACE_MS + MINUTE)
    assert held(table) == {"add-login/1.3": "heron-1"}, "its session came back, the other is silent"


def test_what_was_lost_is_told_to_its_holder_once_and_to_people_until_somebody_takes_it():
    table = start_again(written(table_before().desk), NOW + LEASE_MS + MINUTE, LOGIN)
    assert held(table) == {"add-login/1.3": "heron-1"}
    assert [(e.what, e.who, e.task) for e in table.desk.events] == [
        ("lapsed", "otter-1", "add-login/1.2")
    ]
    whys = [item.why for item in items_of_desk(table.desk, "shop", table.now)]
    assert any("otter-1 lost add-login/1.2" in why for why in whys)
    otter = table.member("otter-1")
    assert "You lost add-login/1.2 at " in table.next(otter)
    assert "You lost" not in table.next(otter)
    table.claim(otter, "1.2")
    assert not list(table.desk.lapses)


@pytest.mark.parametrize("how", ["done", "archived", "a day", "taken whole"])
def test_a_loss_is_forgotten(how):
    table = start_again(written(table_before().desk), NOW + LEASE_MS + MINUTE, LOGIN)
    assert list(table.desk.lapses)
    if how == "done":
        table.show(change("add-login", "x 1.1 Find the place", "x 1.2 Add the form", "1.3 Check"))
    elif how == "archived":
        table.show()
    elif how == "a day":
        table.desk.sweep(NOW + LEASE_MS + MINUTE + DAY_MS)
    else:
        table.desk.sweep(NOW + 2 * LEASE_MS)
        table.claim(table.member(), "add-login")
    assert not [lapse for lapse in table.desk.lapses if lapse.who == "otter-1"]


def test_claims_follow_their_tasks_and_end_with_them_while_nobody_looks():
    table = start_again(written(table_before().desk), NOW, LATER)
    assert held(table) == {"add-login/1.2": "otter-1"}
    assert not list(table.desk.lapses), "what was done meanwhile isn't lost"


def test_a_torn_line_and_other_peoples_lines_cost_nobody_anything():
    first, second = written(table_before().desk).splitlines(keepends=True)
    for odd in (b"{", b"nonsense\n", b'{"name": 1}\n', b"\xff\n", b"[" * 9999 + b"\n", second[:40]):
        assert held(start_again(first + odd, NOW, LOGIN)) == {"add-login/1.2": "otter-1"}
    assert held(start_again(first, NOW, LOGIN, projects=())) == {}


def test_a_mere_sign_of_life_is_written_down_once_a_minute():
    table = table_before()
    data = written(table.desk)
    table.desk.members.come("otter-1", "agent", NOW + 1)
    assert written(table.desk) == data
    table.desk.members.come("otter-1", "agent", NOW + MINUTE)
    assert written(table.desk) != data
