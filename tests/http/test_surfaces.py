"""Pictures that are shown by HTTP: whose they are, how long, and what is refused."""

import io

import pytest
from autobahn.wamp.exception import ApplicationError
from PIL import Image
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from geometry_ws.http.decide import Head, Refused, route
from geometry_ws.http.surfaces import (
    LEFT_TO_GUESTS,
    LONGEST_KEY,
    LONGEST_SECONDS,
    MOST_NAMES,
    MOST_OF_PERSON,
    PictureSurfaces,
    read_picture,
    read_words,
)
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import InvalidArgument, LimitExceeded, NoSuchSurface
from geometry_ws.protocol.names import short


def file_of(width=4, height=3, codec="png"):
    written = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(written, codec)
    return written.getvalue()


class Compositor:
    """Surfaces as the compositor has them; `broken` refuses the next call of a procedure."""

    def __init__(self) -> None:
        self.surfaces = {}
        self.calls = []
        self.broken = {}
        self.made = 0

    async def call(self, procedure, keywords):
        name = short(procedure)
        self.calls.append(name)
        if name in self.broken:
            raise ApplicationError(self.broken.pop(name), "No.")
        if name == "surface.create":
            self.made += 1
            surface = f"s{self.made}"
            self.surfaces[surface] = dict(keywords)
            return {"surface": surface}
        updates = keywords.get("updates", [keywords])
        for update in updates:
            if update["surface"] not in self.surfaces:
                raise ApplicationError(NoSuchSurface.uri, "Gone.")
            if name == "surface.destroy":
                del self.surfaces[update["surface"]]
            else:
                self.surfaces[update["surface"]].update(update)
        return {}


class Case:
    """Surfaces by HTTP over a compositor and a clock."""

    def __init__(self) -> None:
        self.compositor, self.clock = Compositor(), Clock()
        self.surfaces = PictureSurfaces(self.compositor.call, self.clock)

    def show(self, name="plot", query="", person="", **picture):
        return done(self.surfaces.show(name, read_picture(query, file_of(**picture)), person))

    def remove(self, name, key):
        return done(self.surfaces.remove(name, key))


def done(coroutine):
    results = []
    Deferred.fromCoroutine(coroutine).addBoth(results.append)
    [result] = results
    if hasattr(result, "raiseException"):
        result.raiseException()
    return result


def test_a_picture_is_shown_where_nothing_is_and_its_key_is_given() -> None:
    case = Case()
    shown, is_new = case.show(width=40, height=30)
    assert is_new
    assert shown["key"]
    [surface] = case.compositor.surfaces.values()
    assert (surface["width"], surface["height"], surface["place"]) == (40, 30, "free")
    assert (surface["title"], surface["keyboard"]) == ("plot", "none")
    [(kind, rect, codec, _)] = surface["ops"]
    assert (kind, rect, codec) == ("image", [0, 0, 40, 30], "png")


def test_a_picture_is_docked_at_a_change_until_it_says_otherwise() -> None:
    case = Case()
    case.show(query="key=mine&change=add-x")
    [surface] = case.compositor.surfaces.values()
    assert surface["dock"] == {"change": "add-x", "project": ""}
    case.show(query="key=mine")
    assert surface["dock"] == {"change": "add-x", "project": ""}
    case.show(query="key=mine&change=&project=p")
    assert surface["dock"] == {"change": "", "project": "p"}
    with pytest.raises(InvalidArgument, match="change"):
        case.show(query="change=" + "x" * 256)


def test_who_has_the_key_replaces_it_and_nobody_else() -> None:
    case = Case()
    case.show(query="key=mine&title=First")
    for query in ("", "key=other", "key="):
        with pytest.raises(Refused, match="key"):
            case.show(query=query)
        with pytest.raises(Refused):
            case.remove("plot", query.removeprefix("key="))
    shown, is_new = case.show(query="key=mine&title=Second&x=5&y=-6", width=8, height=9)
    assert not is_new
    surface = case.compositor.surfaces[shown["surface"]]
    assert (surface["title"], surface["x"], surface["y"]) == ("Second", 5, -6)
    assert (surface["width"], surface["height"]) == (8, 9)
    case.remove("plot", "mine")
    assert case.compositor.surfaces == {}
    with pytest.raises(NoSuchSurface):
        case.remove("plot", "mine")


def test_a_surface_that_went_with_its_compositor_is_made_again() -> None:
    case = Case()
    case.show(query="key=k")
    case.compositor.surfaces.clear()
    _, is_new = case.show(query="key=k", width=7)
    assert is_new
    assert len(case.compositor.surfaces) == 1


def test_a_picture_that_can_not_be_painted_leaves_nothing() -> None:
    case = Case()
    case.compositor.broken["surface.commit"] = "e.broken"
    with pytest.raises(ApplicationError):
        case.show()
    assert case.compositor.surfaces == {}
    assert case.show()[1]


def test_it_goes_when_its_time_is_up_unless_it_is_shown_again() -> None:
    case = Case()
    case.show(query="key=k&ttl=10")
    case.clock.advance(6)
    case.show(query="key=k&ttl=10")
    case.clock.advance(6)
    assert len(case.compositor.surfaces) == 1
    case.clock.advance(4)
    assert case.compositor.surfaces == {}
    case.show(query="key=k&ttl=10")
    case.show(query="key=k")
    case.clock.advance(LONGEST_SECONDS)
    assert len(case.compositor.surfaces) == 1
    assert case.clock.getDelayedCalls() == []


def test_their_number_is_bounded() -> None:
    case = Case()
    for number in range(MOST_NAMES):
        case.show(f"n{number}", "key=k")
    with pytest.raises(LimitExceeded):
        case.show("more", "key=k")
    case.show("n0", "key=k")
    case.remove("n0", "k")
    case.show("more", "key=k")


def test_one_person_shows_so_many_and_leaves_names_to_others_and_to_guests() -> None:
    case = Case()
    for number in range(MOST_NAMES - LEFT_TO_GUESTS):
        person = f"p{number // MOST_OF_PERSON}"
        case.show(f"n{number}", person=person)
        if number == MOST_OF_PERSON - 1:
            with pytest.raises(LimitExceeded, match=f"{MOST_OF_PERSON} surfaces of p0 are"):
                case.show("more", person="p0")
    with pytest.raises(LimitExceeded):
        case.show("more", person="somebody")
    case.show("more")
    case.show("n0", person="p0")


@pytest.mark.parametrize("codec", ["png", "jpeg", "webp"])
def test_the_size_is_read_from_the_file(codec) -> None:
    picture = read_picture("", file_of(12, 34, codec))
    assert (picture.codec, picture.width, picture.height) == (codec, 12, 34)


@pytest.mark.parametrize(
    ("query", "body", "field"),
    [
        ("", b"", "body"),
        ("", b"GIF89a", "body"),
        ("", b"\x89PNG\r\n", "body"),
        ("x=1", None, "y"),
        ("y=1", None, "x"),
        ("x=1&y=1.5", None, "y"),
        ("x=1&y=99999999", None, "y"),
        ("ttl=0", None, "ttl"),
        ("ttl=", None, "ttl"),
        (f"ttl={LONGEST_SECONDS + 1}", None, "ttl"),
        ("titel=x", None, "titel"),
        ("title=" + "x" * 201, None, "title"),
        ("key=" + "x" * (LONGEST_KEY + 1), None, "key"),
        ("key=a&key=b", None, "key"),
        ("title=%ff", None, "query"),
    ],
)
def test_what_is_wrong_is_named(query, body, field) -> None:
    with pytest.raises(InvalidArgument) as refused:
        read_picture(query, file_of() if body is None else body)
    assert refused.value.values["field"] == field
    assert isinstance(refused.value, DeclaredError)


def test_names_and_methods() -> None:
    assert route(Head("PUT", "/surfaces/loss.png")).name == "loss.png"
    assert read_words("key=a+b")["key"] == "a b"
    with pytest.raises(Refused) as refused:
        route(Head("POST", "/surfaces/plot"))
    assert refused.value.status == 405
    for path in ("/surfaces/", "/surfaces/../x", "/surfaces/a/b", "/surfaces/" + "x" * 65):
        with pytest.raises(Refused):
            route(Head("PUT", path))
