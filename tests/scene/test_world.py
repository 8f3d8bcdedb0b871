"""Promises of the world: atomic commits, exact damage, ownership and limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene import limits
from geometry_ws.scene.changes import Copied, Filled, Painted
from geometry_ws.scene.errors import InvalidContent, LimitExceeded, NoSuchSurface
from geometry_ws.scene.faces import ShownWhen
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.scene.surface import Area
from geometry_ws.scene.world import Update, World

RED = (0, 0, 255, 255)
BLUE = (255, 0, 0, 255)


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def test_new_surface_is_blank_and_on_top() -> None:
    world = World()
    first, changes = world.create("a", 10, 6, scale=2)
    second, _ = world.create("b", 4, 4, opaque=True)
    assert world.get(first).buffer.shape == (12, 20, 4)
    assert not world.get(first).buffer.any()
    assert (world.get(second).buffer == [0, 0, 0, 255]).all()
    assert [surface.id for surface in world.stack()] == [first, second]
    assert changes.created == (first,)
    assert changes.planes[first].damage == Region([Rect(0, 0, 20, 12)])


def test_not_yours_and_not_there_are_the_same_error() -> None:
    world = World()
    mine, _ = world.create("a", 4, 4)
    messages = []
    for owner, surface in (("b", mine), ("a", "s99")):
        for act in (world.raise_surface, world.lower_surface, world.destroy):
            with pytest.raises(NoSuchSurface):
                act(owner, surface)
        with pytest.raises(NoSuchSurface) as caught:
            world.commit(owner, [Update(surface)])
        messages.append(str(caught.value).replace(surface, "X"))
    assert messages[0] == messages[1]


def test_commit_with_one_mistake_changes_nothing() -> None:
    world = World()
    first, _ = world.create("a", 8, 8)
    second, _ = world.create("a", 8, 8)
    good = Update(first, x=50, width=4, ops=(Fill(Rect(0, 0, 4, 4), RED),))
    bad_updates = [
        Update(second, ops=(Fill(Rect(0, 0, 9, 1), RED),)),
        Update(second, ops=(Copy(Rect(0, 0, 4, 4), (5, 0)),)),
        Update(second, ops=(Image(Rect(0, 0, 4, 4), noise(4, 3)),)),
        Update(second, ops=(Fill(Rect(0, 0, 0, 1), RED),)),
        Update(second, width=9, ops=(Copy(Rect(0, 0, 1, 1), (2, 2)),)),
        Update(second, width=0),
        Update(second, x=10**9),
        Update("s77"),
        Update(first),
    ]
    for bad in bad_updates:
        with pytest.raises((InvalidContent, NoSuchSurface)):
            world.commit("a", [good, bad])
        assert world.get(first).x == 0
        assert world.get(first).width == 8
        assert not world.get(first).buffer.any()


def test_errors_name_the_operation() -> None:
    world = World()
    surface, _ = world.create("a", 8, 8)
    with pytest.raises(InvalidContent) as caught:
        world.commit("a", [Update(surface, ops=(Fill(Rect(0, 0, 8, 8), RED),) * 2
                                  + (Fill(Rect(8, 0, 1, 1), RED),))])  # fmt: skip
    assert caught.value.field == "updates[0].ops[2]"


def test_damage_that_lies_changes_nothing_outside_it() -> None:
    world = World()
    surface, _ = world.create("a", 40, 40)
    before = noise(40, 40, 1)
    world.commit("a", [Update(surface, ops=(Image(Rect(0, 0, 40, 40), before),))])
    damage = [Rect(3, 4, 5, 6), Rect(30, 30, 50, 50), Rect(-5, -5, 6, 6)]
    ops = (
        Image(Rect(0, 0, 40, 40), noise(40, 40, 2)),
        Fill(Rect(0, 0, 40, 7), BLUE),
        Copy(Rect(0, 0, 20, 20), (20, 20)),
    )
    changes = world.commit("a", [Update(surface, damage=damage, ops=ops)])
    outside = np.ones((40, 40), bool)
    outside[4:10, 3:8] = outside[30:, 30:] = outside[0, 0] = False
    buffer = world.get(surface).buffer
    assert (buffer[outside] == before[outside]).all()
    assert (buffer[~outside] != before[~outside]).any()
    inside = Region([Rect(3, 4, 5, 6), Rect(30, 30, 10, 10), Rect(0, 0, 1, 1)])
    assert all(inside.contains(Region([s.rect])) for s in changes.planes[surface].strokes)


def test_copies_read_the_buffer_as_it_was_before_the_commit() -> None:
    world = World()
    surface, _ = world.create("a", 6, 1)
    picture = noise(6, 1)
    world.commit("a", [Update(surface, ops=(Image(Rect(0, 0, 6, 1), picture),))])
    ops = (
        Fill(Rect(0, 0, 2, 1), RED),
        Copy(Rect(0, 0, 3, 1), (1, 0)),
        Copy(Rect(1, 0, 3, 1), (3, 0)),
    )
    world.commit("a", [Update(surface, ops=ops)])
    expected = picture.copy()
    expected[:, 0:2] = RED
    expected[:, 1:4] = picture[:, 0:3]
    expected[:, 3:6] = picture[:, 1:4]
    assert (world.get(surface).buffer == expected).all()


def test_unchanged_pixels_are_no_damage() -> None:
    """A program that repaints everything each time is charged for what it changed."""
    world = World()
    surface, _ = world.create("a", 300, 200)
    picture = noise(300, 200)
    whole = Rect(0, 0, 300, 200)
    world.commit("a", [Update(surface, ops=(Image(whole, picture),))])
    again = picture.copy()
    again[10, 20] ^= 255
    again[190, 290] ^= 255
    changes = world.commit("a", [Update(surface, ops=(Image(whole, again),))])
    assert changes.planes[surface].strokes == (
        Painted(Rect(20, 10, 1, 1)),
        Painted(Rect(290, 190, 1, 1)),
    )
    assert (
        not world.commit("a", [Update(surface, ops=(Image(whole, again),))]).planes[surface].damage
    )


def test_opaque_surfaces_stay_opaque() -> None:
    world = World()
    surface, _ = world.create("a", 8, 8, opaque=True)
    ops = (Image(Rect(0, 0, 8, 8), noise(8, 8)), Fill(Rect(0, 0, 2, 2), (0, 0, 0, 0)))
    world.commit("a", [Update(surface, ops=ops)])
    assert (world.get(surface).buffer[:, :, 3] == 255).all()


def test_a_new_size_begins_the_buffer_anew() -> None:
    world = World()
    surface, _ = world.create("a", 8, 8)
    world.commit("a", [Update(surface, ops=(Fill(Rect(0, 0, 8, 8), RED),))])
    changes = world.commit("a", [Update(surface, scale=2, ops=(Fill(Rect(0, 0, 1, 1), RED),))])
    change = changes.planes[surface]
    assert change.placed
    assert change.renewed
    assert change.damage == Region([Rect(0, 0, 16, 16)])
    assert change.strokes[0] == Filled(Rect(0, 0, 16, 16), (0, 0, 0, 0))
    assert np.count_nonzero(world.get(surface).buffer.any(axis=2)) == 1
    changes = world.commit("a", [Update(surface, scale=2, width=8)])
    assert not changes.planes[surface].renewed


def test_stacking() -> None:
    world = World()
    a, b, c = (world.create("a", 4, 4)[0] for _ in range(3))
    assert not world.raise_surface("a", c)
    world.raise_surface("a", a)
    world.lower_surface("a", c)
    assert [surface.id for surface in world.stack()] == [c, b, a]
    assert len({surface.z for surface in world.stack()}) == 3


def test_owner_who_leaves_takes_everything_along() -> None:
    world = World()
    mine = [world.create("a", 4, 4)[0] for _ in range(3)]
    other, _ = world.create("b", 4, 4)
    assert set(world.remove_owner("a").removed) == set(mine)
    assert list(world.surfaces) == [other]
    assert not world.remove_owner("a")
    assert world.create("a", 4, 4)[0] not in mine


def test_limits_are_enforced() -> None:
    world = World()
    with pytest.raises(LimitExceeded) as caught:
        world.create("a", limits.SIDE_PX + 1, 1)
    assert caught.value.limit == "surface_side_px"
    with pytest.raises(LimitExceeded):
        world.create("a", 4096, 1, scale=4)
    for _ in range(4):
        world.create("a", 4096, 4096)
    with pytest.raises(LimitExceeded) as caught:
        world.create("a", 1, 1)
    assert caught.value.limit == "bytes_per_owner"
    small, _ = world.create("b", 1, 1)
    with pytest.raises(LimitExceeded):
        world.commit("b", [Update(small, width=8000, height=8000)])
    with pytest.raises(LimitExceeded):
        world.commit("b", [Update(small, damage=[Rect(0, 0, 1, 1)] * 257)])
    with pytest.raises(InvalidContent):
        world.create("b", 1, 1, opacity=float("nan"))
    with pytest.raises(InvalidContent):
        world.configure("b", small, cursor="url(x)")
    with pytest.raises(InvalidContent):
        world.configure("b", small, keyboard="some")
    with pytest.raises(LimitExceeded):
        world.configure("b", small, text="x" * 20_001)


@pytest.mark.parametrize(
    ("limit", "most", "created"),
    [
        ("surfaces", 16, {}),
        ("bytes", 16 * 4, {}),
        ("words_bytes", 16 * 3, {"title": "abc"}),
    ],
)
def test_programs_leave_a_part_for_components(monkeypatch, limit, most, created) -> None:
    """Whatever programs take; and what a component has doesn't lessen theirs."""
    monkeypatch.setattr(limits, limit.upper(), most)
    world = World()
    for number in range(5):
        world.create("early component", 1, 1, **created, component=number == 0)
    for number in range(11):
        world.create(f"program {number % 3}", 1, 1, **created)
    assert len(world.surfaces) == 16
    with pytest.raises(LimitExceeded) as caught:
        world.create("component", 1, 1, **created, component=True)
    assert (caught.value.limit, caught.value.maximum) == (limit, most)
    world.remove_owner("early component")
    for _ in range(3):
        world.create("program 3", 1, 1, **created)
    with pytest.raises(LimitExceeded) as caught:
        world.create("program 4", 1, 1, **created)
    assert (caught.value.limit, caught.value.maximum) == (limit, most - most // 8)
    for _ in range(2):
        world.create("component", 1, 1, **created, component=True)


def test_describing_tells_only_what_changed() -> None:
    world = World()
    surface, _ = world.create("a", 4, 4, title="t")
    assert not world.configure("a", surface, title="t")
    assert world.configure("a", surface, title="u").described == {surface}
    assert world.configure("a", surface, opacity=0.5).planes[surface].placed
    assert world.move("a", surface, 7, 8).described == {surface}
    assert not world.move("a", surface, 7, 8).described


rects = st.builds(
    lambda x, y, w, h: Rect(x, y, min(w, 20 - x), min(h, 20 - y)),
    st.integers(0, 19), st.integers(0, 19), st.integers(1, 20), st.integers(1, 20),
)  # fmt: skip
fills = st.builds(Fill, rects, st.sampled_from([RED, BLUE, (0, 0, 0, 0)]))
images = st.builds(lambda r, s: Image(r, noise(r.w, r.h, s)), rects, st.integers(0, 9))
copies = st.builds(
    lambda r, x, y: Copy(r, (x % (21 - r.w), y % (21 - r.h))),
    rects, st.integers(0, 20), st.integers(0, 20),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(fills | images | copies, max_size=5),
            st.none() | st.lists(rects, max_size=3),
        ),
        max_size=4,
    )
)
def test_strokes_over_the_picture_before_give_the_picture_after(commits) -> None:
    """What streams forward is exactly what happened, clipped, trimmed and in order."""
    world = World()
    surface, _ = world.create("a", 20, 20)
    for ops, damage in commits:
        before = world.get(surface).buffer.copy()
        changes = world.commit("a", [Update(surface, damage=damage, ops=ops)])
        after = world.get(surface).buffer
        again = before.copy()
        for stroke in changes.planes[surface].strokes:
            assert changes.planes[surface].damage.contains(Region([stroke.rect]))
            rows, columns = (
                slice(stroke.rect.y, stroke.rect.bottom),
                slice(stroke.rect.x, stroke.rect.right),
            )
            if isinstance(stroke, Filled):
                again[rows, columns] = stroke.colour
            elif isinstance(stroke, Copied):
                s = stroke.source
                again[rows, columns] = before[s.y : s.bottom, s.x : s.right]
            else:
                again[rows, columns] = after[rows, columns]
        assert (again == after).all()


def test_an_area_leads_to_a_page_of_this_node_and_nowhere_else() -> None:
    world = World()
    good = (Area(Rect(0, 0, 4, 4), "pointer", "/changes/a?project=p#tasks"), Area(Rect(0, 0, 9, 9)))
    surface, _ = world.create("a", 4, 4, areas=good)
    assert world.get(surface).areas == good
    for link in (
        "//else.where/",
        "https://else.where",
        "javascript:alert(1)",
        "/\\else",
        "/a b",
        "a",
    ):
        with pytest.raises(InvalidContent, match="areas"):
            world.configure("a", surface, areas=(Area(Rect(0, 0, 4, 4), "", link),))
    with pytest.raises(InvalidContent, match="areas"):
        world.create("a", 4, 4, areas=(Area(Rect(0, 0, 4, 4), "Not a word"),))
    with pytest.raises(LimitExceeded, match="areas"):
        world.create("a", 4, 4, areas=good * limits.AREAS)
    assert world.get(surface).areas == good
    assert world.configure("a", surface, areas=()).described == {surface}
    assert not world.configure("a", surface, areas=()).described


def test_a_face_takes_memory_once_it_is_drawn_and_none_when_it_is_blank_again(monkeypatch) -> None:
    monkeypatch.setattr(limits, "BYTES_PER_OWNER", 400)
    world = World()
    dark, light = ShownWhen("dark"), ShownWhen("light")
    faces = [world.create("a", 10, 10, shown_when=each)[0] for each in (dark, light)]
    assert [world.get(face).buffer_bytes for face in faces] == [0, 0]
    world.commit("a", [Update(faces[0], x=5)])
    drawn = world.commit("a", [Update(faces[0], ops=[Fill(Rect(0, 0, 2, 2), (9, 9, 9, 255))])])
    assert drawn.planes[faces[0]].renewed
    assert world.get(faces[0]).buffer_bytes == 400
    assert world.get(faces[0]).buffer[:3, :3, 0].tolist() == [[9, 9, 0], [9, 9, 0], [0, 0, 0]]
    with pytest.raises(LimitExceeded, match="bytes_per_owner"):
        world.commit("a", [Update(faces[1], ops=[Fill(Rect(0, 0, 2, 2), (9, 9, 9, 255))])])
    world.commit("a", [Update(faces[0], height=9)])
    assert world.get(faces[0]).waits
    world.commit("a", [Update(faces[1], ops=[Fill(Rect(0, 0, 2, 2), (9, 9, 9, 255))])])
    world.configure("a", faces[0], shown_when=ShownWhen())
    assert not world.get(faces[0]).buffer.any()
    for face in faces:
        world.destroy("a", face)
    world.create("a", 10, 10)


def test_links_count_as_words(monkeypatch) -> None:
    monkeypatch.setattr(limits, "WORDS_BYTES_PER_OWNER", 9)
    world = World()
    with pytest.raises(LimitExceeded, match="words_bytes_per_owner"):
        world.create("a", 4, 4, title="long", areas=(Area(Rect(0, 0, 4, 4), "", "/pages"),))


def test_words_of_one_owner_and_of_all_are_bounded_in_bytes(monkeypatch) -> None:
    """What fits again after something shrank or went is counted anew; a refusal changes nothing."""
    monkeypatch.setattr(limits, "WORDS_BYTES_PER_OWNER", 10)
    # Programs get 16 of them.
    monkeypatch.setattr(limits, "WORDS_BYTES", 18)
    world = World()
    surface, _ = world.create("a", 1, 1, title="äö", text="four")
    with pytest.raises(LimitExceeded, match="words_bytes_per_owner"):
        world.create("a", 1, 1, text="abc")
    world.create("a", 1, 1, text="ab")
    with pytest.raises(LimitExceeded, match="words_bytes_per_owner"):
        world.configure("a", surface, text="four!")
    assert world.surfaces[surface].text == "four"
    world.create("b", 1, 1, text="6 more")
    with pytest.raises(LimitExceeded, match=r"words_bytes "):
        world.create("b", 1, 1, title="\ud800")
    world.configure("a", surface, title="")
    world.create("b", 1, 1, title="\ud800")
    world.remove_owner("a")
    world.create("c", 1, 1, text="7 bytes")
    with pytest.raises(LimitExceeded, match=r"words_bytes "):
        world.create("c", 1, 1, text="1")


@given(st.integers(0, 10**6), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_drawing_apart_comes_to_the_same_and_shows_nothing_before(seed, resize, clipped) -> None:
    rng = np.random.default_rng(seed)
    worlds = World(), World()
    rects = [
        Rect(*rng.integers(0, 20, 2).tolist(), *rng.integers(1, 20, 2).tolist()) for _ in "123"
    ]
    ops = [
        Fill(rects[0], (1, 2, 3, 4)),
        Image(rects[1], rng.integers(0, 255, (rects[1].h, rects[1].w, 4), np.uint8)),
    ]
    if not resize:
        ops.append(Copy(Rect(0, 0, 10, 10), (15, 15)))
    update = Update(
        "s1", width=50 if resize else None, x=7, ops=ops, damage=rects[1:] if clipped else None
    )
    for world in worlds:
        world.create("a", 40, 40)
        world.commit("a", [Update("s1", ops=[Fill(Rect(0, 0, 30, 5), (9, 9, 9, 255))])])
    expected = worlds[0].commit("a", [update])
    surface = worlds[1].surfaces["s1"]
    before = surface.buffer
    copied = before.copy()
    drawing = worlds[1].begin("a", [update])
    drawing.draw(apart=True)
    assert surface.buffer is before
    assert np.array_equal(before, copied)
    assert worlds[1].finish(drawing) == expected
    assert np.array_equal(before, copied)
    assert np.array_equal(surface.buffer, worlds[0].surfaces["s1"].buffer)


def test_what_was_drawn_for_a_surface_that_went_is_not_shown() -> None:
    world = World()
    for _ in range(2):
        world.create("a", 10, 10)
    ops = [Fill(Rect(0, 0, 10, 10), (1, 1, 1, 255))]
    drawing = world.begin("a", [Update("s1", x=5, ops=ops), Update("s2", ops=ops)])
    drawing.draw(apart=True)
    world.destroy("a", "s2")
    with pytest.raises(NoSuchSurface):
        world.finish(drawing)
    assert world.surfaces["s1"].x == 0
    assert not world.surfaces["s1"].buffer.any()
