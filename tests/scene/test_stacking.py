"""The order of surfaces and their places follow every change; sums of what owners have, too."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene.budget import Usage
from geometry_ws.scene.commit import Update
from geometry_ws.scene.places import PlaceHistory
from geometry_ws.scene.world import World

actions = st.one_of(
    st.tuples(st.just("create"), st.integers(-40, 40), st.integers(1, 30)),
    st.tuples(st.just("move"), st.integers(0, 99), st.integers(-40, 40)),
    st.tuples(st.just("resize"), st.integers(0, 99), st.integers(1, 30)),
    st.tuples(st.sampled_from(("raise", "lower", "destroy")), st.integers(0, 99), st.just(0)),
    st.tuples(st.just("leave"), st.integers(0, 2), st.just(0)),
)


def act(world: World, action: tuple[str, int, int]) -> None:
    """Do what an action says; numbers choose among what there is."""
    kind, number, value = action
    there = list(world.surfaces.values())
    if kind == "create":
        owner = f"owner {len(there) % 3}"
        world.create(owner, value, value, x=number, y=-number)
    elif kind == "leave":
        world.remove_owner(f"owner {number}")
    elif there:
        surface = there[number % len(there)]
        if kind == "move":
            world.move(surface.owner, surface.id, value, value)
        elif kind == "resize":
            world.commit(surface.owner, [Update(surface.id, width=value)])
        else:
            {"raise": world.raise_surface, "lower": world.lower_surface, "destroy": world.destroy}[
                kind
            ](surface.owner, surface.id)


@settings(max_examples=150)
@given(st.lists(actions, max_size=60), st.integers(-50, 50), st.integers(-50, 50))
def test_hits_and_places_are_those_of_each_frame(actions, x, y) -> None:
    """Beside the plainest model: all surfaces looked through, for each frame by itself."""
    world = World()
    history = PlaceHistory(world.stacking)
    frames = []
    for seq, action in enumerate(actions, 1):
        act(world, action)
        history.note(seq)
        ordered = sorted(world.surfaces.values(), key=lambda surface: surface.z)
        assert world.stack() == tuple(ordered)
        frames.append([(surface.id, surface.rect) for surface in ordered])
    moments = [*enumerate(frames, 1), (0, frames[-1] if frames else [])]
    for seq, placed in moments:
        under = [surface for surface, rect in placed if rect.contains_point(x, y)]
        hit = history.hit(seq, x, y)
        assert (hit and hit.surface) == (under[-1] if under else None)
        if hit:
            assert hit.rect == dict(placed)[hit.surface]
        for surface in world.surfaces if seq else ():
            assert history.rect(seq, surface) == dict(placed).get(surface)


@given(st.lists(actions, max_size=60))
def test_sums_are_those_of_what_there_is(actions) -> None:
    """Whatever was made, changed and removed before, exactly the rest may still be made."""
    world = World()
    for action in actions:
        act(world, action)
    budget = world._budget
    surfaces = list(world.surfaces.values())
    for owner in {surface.owner for surface in surfaces}:
        own = [surface for surface in surfaces if surface.owner == owner]
        assert budget._owners[owner] == Usage(
            len(own),
            sum(surface.buffer_bytes for surface in own),
            sum(surface.words_bytes for surface in own),
        )
    assert budget._all.surfaces == len(surfaces)
    assert budget._all.bytes == sum(surface.buffer_bytes for surface in surfaces)
    assert budget._programs == budget._all
