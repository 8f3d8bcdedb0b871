"""Owners hear who looks, only when it changes, and within the surface's own bounds."""

import math

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.attention import EVERYTHING, Attention, Look
from geometry_ws.scene.world import World


def changed(attention: Attention, looks: list[Look], world: World) -> list[tuple]:
    changes = attention.update(looks, world.surfaces.values())
    return [(change.surface, change.looked, change.scale) for change in changes]


def test_only_changes_are_told() -> None:
    world, attention = World(), Attention()
    world.create("a", 100, 100)
    world.create("a", 100, 100, x=500, max_scale=1)
    near = Look(0, 0, 200, 200, 1.2)
    assert changed(attention, [near], world) == [("s1", True, 2), ("s2", False, 1)]
    assert changed(attention, [near], world) == []
    assert changed(attention, [near, EVERYTHING], world) == [("s2", True, 1)]
    assert changed(attention, [Look(0, 0, 999, 999, 64)], world) == []
    assert changed(attention, [Look(0, 0, 200, 200, 1.0)], world) == [
        ("s1", True, 1),
        ("s2", False, 1),
    ]
    assert changed(attention, [Look(0, 0, 200, 200, 1.0, hidden=True)], world) == [("s1", False, 1)]


def test_tiny_looks_want_scale_one_and_edges_are_half_open() -> None:
    world, attention = World(), Attention()
    world.create("a", 100, 100)
    assert changed(attention, [Look(99.5, 0, 5, 5, 0.01)], world) == [("s1", True, 1)]
    assert changed(attention, [Look(100, 0, 5, 5)], world) == [("s1", False, 1)]


def test_a_destroyed_surface_is_forgotten() -> None:
    world, attention = World(), Attention()
    surface, _ = world.create("a", 100, 100)
    changed(attention, [EVERYTHING], world)
    world.destroy("a", surface)
    assert changed(attention, [EVERYTHING], world) == []


NUMBERS = st.integers(-20, 20) | st.sampled_from([-7.5, 0.25, 9.75])
LOOKS = st.builds(
    Look, NUMBERS, NUMBERS, st.integers(0, 30), st.integers(0, 30),
    st.sampled_from([0.1, 1.0, 1.2, 2.0, 3.5, 64.0]), st.booleans(),
)  # fmt: skip


@given(
    st.lists(LOOKS, max_size=6),
    st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 20), st.integers(1, 4)), max_size=6),
)
def test_all_looks_at_once_say_what_each_one_sees(looks, places) -> None:
    world = World()
    for place, size, most in places:
        world.create("a", size, size, x=place, y=-place, max_scale=most)
    expected = []
    for surface in world.stack():
        scales = [look.scale for look in looks if look.sees(surface.rect)]
        wanted = max(1, math.ceil(max(scales))) if scales else 1
        expected.append((surface.id, bool(scales), min(wanted, surface.max_scale)))
    assert changed(Attention(), looks, world) == expected
