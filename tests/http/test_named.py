"""What the address of a page names, and when its status is 404."""

import asyncio

import pytest
from autobahn.wamp.exception import ApplicationError

from geometry_ws.http.gate import Visitor
from geometry_ws.http.named import names_nothing, read_item
from geometry_ws.protocol.errors import NoSuchChange, NotAdmitted, Unreadable
from geometry_ws.protocol.rights import GUEST_ROLE


@pytest.mark.parametrize(
    ("path", "query", "item"),
    [
        ("/changes/add-a", "", {"change": "add-a"}),
        ("/changes/add%20a", "project=shop", {"change": "add a", "project": "shop"}),
        ("/specs/a/b", "x=1", {"spec": "a/b"}),
        ("/archive/2026-01-02-a", "", {"archived": "2026-01-02-a"}),
        ("/archive", "", None),
        ("/projects/shop", "", None),
        ("/now", "", None),
        ("/changes/a", "&".join(["a=1"] * 99), None),
    ],
)
def test_an_item_is_named_by_its_address(path, query, item):
    assert read_item(path, query) == item


class _Session:
    def __init__(self, outcome):
        self.outcome = outcome

    async def call_with(self, *_):
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("outcome", "nothing"),
    [
        ({"documents": []}, False),
        (ApplicationError(NoSuchChange.uri), True),
        (ApplicationError(Unreadable.uri), False),
        (ApplicationError(ApplicationError.NO_SUCH_PROCEDURE), False),
        (ApplicationError(ApplicationError.CANCELED), False),
    ],
)
def test_only_what_the_node_says_is_not_there_is_missing(outcome, nothing):
    async def visitor():
        return Visitor("", GUEST_ROLE)

    asked = names_nothing({"change": "a"}, visitor, lambda _: _Session(outcome))
    assert asyncio.run(asked) is nothing


def test_who_is_not_let_in_hears_nothing_of_names():
    async def visitor():
        raise NotAdmitted("Nobody.")

    asked = names_nothing({"change": "a"}, visitor, lambda _: _Session({}))
    assert asyncio.run(asked) is False
