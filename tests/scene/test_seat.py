"""Where input goes: hits on what was seen, grabs, focus, and no exception for garbage."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.scene.places import MOST_STACKS, PlaceHistory
from geometry_ws.scene.seat import Seat
from geometry_ws.scene.world import World


class Desk:
    """Two surfaces, s1 below s2, and one seat; frames are noted as a stream would."""

    def __init__(self) -> None:
        self.world = World()
        self.places = PlaceHistory(self.world.stacking)
        self.seat = Seat(self.world.surfaces, self.places)
        self.low, _ = self.world.create("a", 100, 100)
        self.high, _ = self.world.create("b", 100, 100, x=50, y=50)
        self.seq = 0
        self.note()

    def note(self) -> None:
        self.seq += 1
        self.places.note(self.seq)

    def point(self, phase, x, y, button=0, buttons=0, frame=0):
        events = self.seat.pointer(phase, x, y, button=button, buttons=buttons, frame=frame)
        return [(event.surface, event.phase) for event in events]

    def press(self, x, y):
        """Press and release the main button."""
        self.point("down", x, y, 0, 1)
        self.point("up", x, y)


def test_pointer_goes_to_the_topmost_surface_with_enter_and_leave() -> None:
    desk = Desk()
    assert desk.point("move", 10, 10) == [("s1", "enter"), ("s1", "move")]
    assert desk.point("move", 60, 60) == [("s1", "leave"), ("s2", "enter"), ("s2", "move")]
    assert desk.point("move", 500, 60) == [("s2", "leave")]
    assert desk.point("move", 60, 60) == [("s2", "enter"), ("s2", "move")]
    assert desk.point("leave", 60, 60) == [("s2", "leave")]


def test_what_is_shown_alone_gets_the_pointer_whatever_lies_over_it() -> None:
    """A page that shows one surface doesn't show what hides it elsewhere."""
    desk = Desk()

    def point(phase, x, y, alone, **more):
        events = desk.seat.pointer(phase, x, y, frame=desk.seq, alone=alone, **more)
        return [(event.surface, event.phase) for event in events]

    assert point("down", 60, 60, "s1", buttons=1) == [("s1", "enter"), ("s1", "down")]
    assert point("move", 300, 60, "s1", buttons=1) == [("s1", "move")]
    assert point("up", 120, 60, "s1") == [("s1", "up"), ("s1", "leave")]
    assert point("move", 120, 60, "s1") == point("move", 60, 60, "s9") == []
    wheel = desk.seat.wheel(60, 60, 0, 9, frame=desk.seq, alone="s1")
    assert [event.surface for event in wheel] == ["s1"]
    assert desk.seat.wheel(120, 60, 0, 9, frame=desk.seq, alone="s1") == []
    desk.world.move("a", desk.low, 900, 900)
    assert point("down", 60, 60, "s1", buttons=1)[-1] == ("s1", "down")  # as it was seen


def test_events_are_in_the_surfaces_own_pixels_and_name_the_owner() -> None:
    desk = Desk()
    event = desk.seat.pointer("down", 60.5, 71, buttons=1)[-1]
    assert (event.x, event.y, event.world_x, event.world_y) == (10.5, 21, 60.5, 71)
    assert event.owner == "b"


def test_a_click_means_what_was_seen() -> None:
    """A card that moved away meanwhile still gets the click, at the place where it was seen."""
    desk = Desk()
    seen = desk.seq
    desk.world.move("b", desk.high, 1000, 1000)
    desk.note()
    event = desk.seat.pointer("down", 60, 60, buttons=1, frame=seen)[-1]
    assert (event.surface, event.x, event.y) == ("s2", 10, 10)
    desk.seat.pointer("up", 60, 60, frame=seen)
    assert desk.point("down", 60, 60, buttons=1, frame=desk.seq)[-1] == ("s1", "down")


def test_a_drag_keeps_its_surface_until_all_buttons_are_up() -> None:
    desk = Desk()
    desk.point("down", 60, 60, 0, 1)
    desk.world.move("b", desk.high, 900, 900)
    desk.note()
    assert desk.point("move", -500, 10, 0, 1) == [("s2", "move")]
    assert desk.point("leave", -500, 10, 0, 1) == []
    assert desk.point("down", 10, 10, 2, 3) == [("s2", "down")]
    assert desk.point("up", 10, 10, 0, 2) == [("s2", "up")]
    assert desk.point("move", 11, 10, 0, 2) == [("s2", "move")]
    assert desk.point("up", 10, 10, 2, 0) == [("s2", "up"), ("s2", "leave"), ("s1", "enter")]


def test_a_lost_release_ends_the_drag() -> None:
    desk = Desk()
    desk.point("down", 60, 60, 0, 1)
    assert desk.point("move", 10, 10, 0, 0) == [("s2", "up"), ("s2", "leave"), ("s1", "enter")]


def test_a_press_on_the_bare_world_holds_nothing_and_clears_the_focus() -> None:
    desk = Desk()
    desk.point("down", 60, 60, 0, 1)
    desk.point("up", 60, 60)
    assert desk.seat.focus == "s2"
    assert desk.point("down", -10, -10, 0, 1) == [("s2", "leave")]
    assert desk.seat.focus is None
    assert desk.point("move", 10, 10, 0, 1) == []
    assert desk.seat.key("down", "a") == []


def test_a_destroyed_surface_ends_grab_and_focus() -> None:
    desk = Desk()
    desk.point("down", 60, 60, 0, 1)
    desk.world.destroy("b", desk.high)
    desk.note()
    assert desk.point("move", 60, 60, 0, 1) == []
    assert desk.seat.text("x") == []
    assert desk.point("up", 60, 60) == [("s1", "enter")]


def test_keys_and_text_go_to_the_last_press() -> None:
    desk = Desk()
    assert desk.seat.key("down", "a", "KeyA") == []
    desk.press(10, 10)
    assert desk.seat.key("down", "Shift", "ShiftLeft")[0].surface == "s1"
    assert desk.seat.key("up", "Shift", "ShiftLeft")[0].surface == "s1"
    desk.press(60, 60)
    assert desk.seat.text("é")[0].surface == "s2"
    assert desk.seat.key("down", "a", "KeyA")[0].surface == "s2"


def test_a_press_elsewhere_releases_the_keys_that_are_down() -> None:
    """Nothing stays down in a program that has lost the keyboard, and it hears no key after it."""
    desk = Desk()
    desk.press(10, 10)
    for key in "sec":
        desk.seat.key("down", key, f"Key{key.upper()}")
    events = desk.seat.pointer("down", 60, 60, buttons=1)
    ups = [(event.surface, event.phase, event.key) for event in events if event.kind == "key"]
    assert ups == [("s1", "up", key) for key in "sec"]
    for key in "sec":
        assert [event.surface for event in desk.seat.key("down", key, f"Key{key.upper()}")] == [
            "s2"
        ]
    desk.point("up", 60, 60)
    assert [event.key for event in desk.seat.pointer("down", -9, -9) if event.kind == "key"] == [
        "s", "e", "c"
    ]  # fmt: skip


def test_a_surface_that_wants_no_keys_gets_none() -> None:
    desk = Desk()
    desk.world.configure("a", desk.low, keyboard="none")
    desk.press(60, 60)
    desk.seat.key("down", "a", "KeyA")
    events = desk.seat.pointer("down", 10, 10, buttons=1)
    assert [(event.surface, event.phase) for event in events if event.kind == "key"] == [
        ("s2", "up")
    ]
    desk.point("up", 10, 10)
    assert desk.seat.focus is None
    assert desk.seat.key("down", "a", "KeyA") == desk.seat.text("a") == []


def test_a_surface_that_stops_wanting_keys_has_them_released() -> None:
    desk = Desk()
    desk.press(10, 10)
    desk.seat.key("down", "a", "KeyA")
    desk.world.configure("a", desk.low, keyboard="none")
    events = desk.seat.key("down", "b", "KeyB")
    assert [(event.surface, event.phase, event.key) for event in events] == [("s1", "up", "a")]
    assert desk.seat.text("b") == []


def test_a_release_without_a_press_is_nobodys() -> None:
    desk = Desk()
    desk.seat.key("down", "a", "KeyA")
    desk.press(10, 10)
    assert desk.seat.key("up", "a", "KeyA") == []


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("press"), st.sampled_from([(10, 10), (60, 60), (-9, -9)])),
            st.tuples(st.sampled_from(["down", "up"]), st.sampled_from("abc")),
            st.tuples(st.just("destroy"), st.sampled_from(["s1", "s2"])),
        ),
        max_size=30,
    )
)
def test_every_key_that_goes_down_comes_up_while_its_surface_has_the_keyboard(steps) -> None:
    """Whatever is pressed in which order: a surface hears keys only between its focus and its loss,
    and at the end none of its keys is down."""
    desk = Desk()
    down: dict[str, set[str]] = {"s1": set(), "s2": set()}
    for kind, what in [*steps, ("close", None)]:
        before = desk.seat.focus
        if kind == "press":
            events = desk.seat.pointer("down", *what, buttons=1) + desk.seat.pointer("up", *what)
        elif kind == "destroy":
            events = []
            if surface := desk.world.get(what):
                desk.world.destroy(surface.owner, what)
                desk.note()
                down[what].clear()
        elif kind == "close":
            events = desk.seat.close()
        else:
            events = desk.seat.key(kind, what)
        for event in events:
            if event.kind == "key":
                assert event.surface == before
                (set.add if event.phase == "down" else set.remove)(down[event.surface], event.key)
        assert not any(keys for surface, keys in down.items() if surface != desk.seat.focus)
    assert down == {"s1": set(), "s2": set()}


def test_wheel_turns_what_is_under_the_pointer_or_held() -> None:
    desk = Desk()
    event = desk.seat.wheel(10, 10, 0, 40)[0]
    assert (event.surface, event.dy, event.kind) == ("s1", 40, "wheel")
    desk.point("down", 60, 60, 0, 1)
    assert desk.seat.wheel(10, 10, 0, 40)[0].surface == "s2"


def test_a_viewer_that_leaves_lets_everything_go() -> None:
    desk = Desk()
    desk.point("down", 60, 60, 0, 1)
    desk.seat.key("down", "a", "KeyA")
    events = [(event.surface, event.kind, event.phase) for event in desk.seat.close()]
    assert events == [
        ("s2", "pointer", "cancel"),
        ("s2", "pointer", "leave"),
        ("s2", "key", "up"),
    ]
    assert desk.seat.close() == []


def test_history_is_bounded_and_old_frames_mean_the_oldest_known() -> None:
    desk = Desk()
    for x in range(500):
        desk.world.move("b", desk.high, 1000 + x, 1000)
        desk.note()
    assert desk.places.hit(1, 1000 + 500 - MOST_STACKS, 1000).surface == "s2"
    assert desk.places.hit(10**9, 60, 60).surface == "s1"


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.just("pointer"),
                st.sampled_from(["move", "down", "up", "leave", "cancel", "?"]),
                st.floats(),
                st.floats(-50, 200),
                st.integers(-3, 40),
                st.integers(-3, 300),
                st.integers(-5, 50),
            ),
            st.tuples(st.just("wheel"), st.floats(), st.floats()),
            st.tuples(st.just("key"), st.sampled_from(["down", "up", "?"]), st.text()),
            st.tuples(st.just("destroy"), st.sampled_from(["s1", "s2"])),
        ),
        max_size=30,
    )
)
def test_garbage_raises_nothing_and_reaches_only_what_exists(steps) -> None:
    desk = Desk()
    for step in steps:
        if step[0] == "pointer":
            events = desk.seat.pointer(
                step[1], step[2], step[3], button=step[4], buttons=step[5], frame=step[6]
            )
        elif step[0] == "wheel":
            events = desk.seat.wheel(step[1], step[2], step[1], step[2])
        elif step[0] == "key":
            events = desk.seat.key(step[1], step[2])
        else:
            events = []
            surface = desk.world.get(step[1])
            if surface is not None:
                desk.world.destroy(surface.owner, step[1])
                desk.note()
        assert all(event.surface in desk.world.surfaces for event in events)
