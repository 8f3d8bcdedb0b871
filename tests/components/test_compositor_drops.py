"""Files on their way from a viewer to the program of a surface, without a router."""

import pytest
from twisted.internet.defer import ensureDeferred

from geometry_ws.components.compositor import drops as compositor_drops
from geometry_ws.protocol import drops, errors, surfaces
from tests.components.compositor_alone import Alone, by

PROGRAM, VIEWER, OTHER = 1, 5, 6
FILES = [drops.DroppedFile(name="otter.txt", type="text/plain", bytes=drops.PIECE_BYTES + 3)]


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()


def surface_of(compositor, **more):
    request = surfaces.CreateSurface(width=100, height=100, x=40, y=40, **more)
    return compositor.create_surface(by(PROGRAM), request).surface


def offer(compositor, session=VIEWER, **more):
    request = drops.OfferFiles(x=50, y=60, files=FILES, **more)
    return compositor.offer_files(by(session), request).drop


def fetch(compositor, drop, at=0, session=PROGRAM):
    request = drops.FetchPiece(drop=drop, at=at)
    got, failed = [], []
    ensureDeferred(compositor.fetch_piece(by(session), request)).addCallbacks(
        got.append, lambda failure: failed.append(failure.value)
    )
    return got, failed


def ends(compositor):
    return [event["refused"] for event in compositor.events("drop.on_end")]


def test_a_program_fetches_files_piece_by_piece_from_who_dropped_them(alone):
    surface = surface_of(alone, files=True)
    drop = offer(alone)
    event, eligible = next(each[1:] for each in alone.published if "on_drop." in each[0])
    assert eligible == [PROGRAM]
    assert (event["surface"], event["drop"], event["x"], event["y"]) == (surface, drop, 10, 20)
    assert event["files"] == [{"name": "otter.txt", "type": "text/plain", "bytes": 262_147}]
    got, _ = fetch(alone, drop)
    (_, second) = fetch(alone, drop, 5)
    assert isinstance(second[0], errors.Busy), "one piece at a time"
    wanted, eligible = next(each[1:] for each in alone.published if "on_fetch" in each[0])
    assert eligible == [VIEWER]
    piece = drops.GivePiece(drop=drop, file=0, at=0, data=b"x" * wanted["bytes"])
    for stranger, other in ((OTHER, piece), (VIEWER, drops.GivePiece(drop=drop, file=0, at=1))):
        with pytest.raises(errors.NoSuchDrop):
            alone.give_piece(by(stranger), other)
    assert not got
    alone.give_piece(by(VIEWER), piece)
    assert len(got[0].data) == drops.PIECE_BYTES
    got, _ = fetch(alone, drop, drops.PIECE_BYTES)
    last = drops.GivePiece(drop=drop, file=0, at=drops.PIECE_BYTES, data=b"end")
    alone.give_piece(by(VIEWER), last)
    assert got[0].data == b"end"
    assert fetch(alone, drop, 10**9)[0][0].data == b"", "after the end there is nothing"
    with pytest.raises(errors.NoSuchDrop):
        alone.end_drop(by(OTHER), drops.EndDrop(drop=drop))
    alone.end_drop(by(PROGRAM), drops.EndDrop(drop=drop, refused="No."))
    assert ends(alone) == ["No."]
    assert isinstance(fetch(alone, drop)[1][0], errors.NoSuchDrop)


def test_only_a_surface_that_says_so_is_offered_files_and_only_a_few_at_a_time(alone):
    surface = surface_of(alone)
    with pytest.raises(errors.NoFilesTaken):
        offer(alone)
    with pytest.raises(errors.NoFilesTaken):
        offer(alone, surface="s99")
    alone.configure_surface(by(PROGRAM), surfaces.ConfigureSurface(surface=surface, files=True))
    (info,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    assert info.files
    for _ in range(compositor_drops.MOST_DROPS):
        offer(alone)
    with pytest.raises(errors.LimitExceeded):
        offer(alone)
    offer(alone, OTHER)


@pytest.mark.parametrize(
    "end",
    [
        lambda alone, _: alone._hear_leave([VIEWER], {}, None),
        lambda alone, _: alone._hear_leave([PROGRAM], {}, None),
        lambda alone, surface: alone.destroy_surface(
            by(PROGRAM), surfaces.OneSurface(surface=surface)
        ),
        lambda alone, _: alone.time.advance(compositor_drops.GIVE_SECONDS),
        lambda alone, _: alone.give_piece(
            by(VIEWER), drops.GivePiece(drop="d1", file=0, at=0, problem="It is gone.")
        ),
    ],
)
def test_whoever_waits_is_told_when_there_is_nothing_to_wait_for(alone, end):
    surface = surface_of(alone, files=True)
    drop = offer(alone)
    got, failed = fetch(alone, drop)
    end(alone, surface)
    assert isinstance(failed[0], errors.NoSuchDrop)
    assert not got
    assert len(ends(alone)) == 1
    assert ends(alone)[0]
    offer_again = [offer(alone) for _ in range(2)] if alone._world.surfaces else []
    alone.time.advance(compositor_drops.IDLE_SECONDS)
    assert len(ends(alone)) == 1 + len(offer_again), "what no program fetches ends by itself"


@pytest.mark.parametrize("name", [".", "..", "a/b", "a\\b", "a\nb", "a\n"])
def test_a_name_with_a_path_or_lines_is_refused(alone, name):
    surface_of(alone, files=True)
    request = drops.OfferFiles(x=50, y=60, files=[drops.DroppedFile(name=name, bytes=1)])
    with pytest.raises(errors.InvalidContent) as refused:
        alone.offer_files(by(VIEWER), request)
    assert refused.value.values["field"] == "files"
