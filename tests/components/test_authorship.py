"""Who wrote: the caller, or for whom a component of the node acts; nobody else says so."""

import pytest

from geometry_ws.components.openspec.authorship import author
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.rights import COMPONENT_ROLE, GIVEN_ROLES, GUEST_ROLE, Right, may

BOARD = Caller(session=7, authid="board", authrole=COMPONENT_ROLE)


def test_a_caller_with_a_role_is_a_person_and_a_guest_is_not():
    ann = By.of(Caller(session=3, authid="ann", authrole="maintainer"))
    assert ann == By(session=3, authid="ann", person="ann", role="maintainer")
    assert By.of(Caller(session=4, authid="X7Q2-ABCD", authrole=GUEST_ROLE)).person == ""


def test_a_caller_acts_for_nobody_but_a_component():
    ann = By(session=3, authid="ann", person="ann", role="maintainer")
    assert author(BOARD, ann) == ann
    for role in (*GIVEN_ROLES, GUEST_ROLE):
        with pytest.raises(InvalidArgument, match="Only components"):
            author(Caller(session=9, authid="eve", authrole=role), ann)


@pytest.mark.parametrize("role", [*GIVEN_ROLES, GUEST_ROLE, "nobody", ""])
def test_a_press_on_the_board_does_no_more_than_a_call_would(role):
    presser = By(session=3, authid="ann", role=role)
    if may(role, Right.WORK):
        assert author(BOARD, presser) == presser
    else:
        with pytest.raises(InvalidArgument, match="may not"):
            author(BOARD, presser)
