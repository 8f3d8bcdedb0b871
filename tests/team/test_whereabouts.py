"""At which changes somebody is."""

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.team.claims import Claim
from geometry_ws.team.members import Member
from geometry_ws.team.whereabouts import MOST_PLACES, whereabouts

names = st.sampled_from(("a", "b", "c"))
claims = st.builds(
    Claim, project=names, change=names, label=st.just("1.1"), text=st.just(""), who=st.just("m"),
    since=st.just(0),
)  # fmt: skip


def member(project="", change="", moved_in=("", "")):
    return Member("m", "agent", 0, 0, 0, project=project, change=change, moved_in=moved_in)


@given(st.lists(claims, max_size=20), names, st.sampled_from(("", "a", "z")), names)
def test_each_change_is_named_once_and_by_what_says_most(held, project, looks, last):
    places = whereabouts(member(project, looks, (last, last)), held)
    named = [(place.project, place.change) for place in places]
    assert len(set(named)) == len(named) <= MOST_PLACES
    assert named, "whoever has moved something is somewhere"
    holding = {(claim.project, claim.change) for claim in held}
    for place in places:
        here = place.project, place.change
        assert (place.why == "holds") == (here in holding)
        assert place.why != "moved" or (not held and not looks)


def test_who_has_done_nothing_is_nowhere():
    assert whereabouts(member("shop"), []) == []
    assert whereabouts(member("", "dim"), []) == [], "a change is looked at in a project"
