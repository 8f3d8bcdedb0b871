"""Encoders: exact where they say so, small where it pays, and never in what wasn't asked for."""

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from geometry_ws.render import jpeg
from geometry_ws.render.encode import EXACT_CODECS, FRAME_CODECS, encode
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.forward import forwardable
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.palette import indexed, looked_up

ALL = frozenset(FRAME_CODECS)
QUALITIES = ["sharp", "fast", "low"]
CONTENTS = ["auto", "text", "photo", "video", "lossless"]


def photo(width=96, height=80, seed=1):
    """Soft colours with grain: opaque, and nothing that a palette could hold."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    shades = np.stack([x * 2, y * 3, x + y], axis=2) + random.integers(0, 12, (height, width, 3))
    return np.dstack([shades.astype(np.uint8), np.full((height, width), 255, np.uint8)])


def text(width=96, height=80):
    """Dark strokes on white, with grey edges."""
    pixels = np.full((height, width, 4), 255, np.uint8)
    for x in range(3, width, 7):
        pixels[4 : x % 40 + 8, x : x + 2, :3] = 30 + x
    return pixels


def decoded(pixels, encoded):
    height, width = pixels.shape[:2]
    return decode_plane(encoded.codec, encoded.data, width, height)


shapes = st.tuples(st.integers(1, 80), st.integers(1, 80), st.just(4))
few = st.sampled_from([0, 1, 127, 255])


@pytest.mark.slow
@settings(deadline=None)
@given(
    arrays.arrays(np.uint8, shapes, elements=few),
    st.sampled_from(CONTENTS),
    st.sampled_from(QUALITIES),
    st.sets(st.sampled_from(FRAME_CODECS)).map(lambda more: EXACT_CODECS | more),
    st.sampled_from([0.0, 100.0]),
)
def test_what_says_lossless_comes_back_byte_for_byte(pixels, content, quality, codecs, spare_ms):
    encoded = encode(pixels, content=content, quality=quality, codecs=codecs, spare_ms=spare_ms)
    assert encoded.codec in codecs
    if encoded.lossless:
        assert np.array_equal(decoded(pixels, encoded), pixels)
    else:
        assert encoded.codec == "jpeg"


@pytest.mark.parametrize("spare_ms", [0.0, 100.0])
@pytest.mark.parametrize("content", CONTENTS)
def test_sharp_is_lossless_whatever_is_shown(content, spare_ms):
    for pixels in (photo(), text()):
        encoded = encode(pixels, content=content, codecs=ALL, spare_ms=spare_ms)
        assert encoded.lossless
        assert np.array_equal(decoded(pixels, encoded), pixels)


def test_photos_are_jpeg_in_the_fast_class_and_nearly_what_they_were():
    pixels = photo()
    encoded = encode(pixels, quality="fast", codecs=ALL)
    assert (encoded.codec, encoded.lossless) == ("jpeg", False)
    difference = np.abs(decoded(pixels, encoded).astype(int) - pixels)
    assert difference[..., 3].max() == 0
    assert difference.mean() < 4
    assert len(encode(pixels, quality="low", codecs=ALL).data) < len(encoded.data)
    assert len(encoded.data) < len(encode(pixels, codecs=ALL).data) / 3


@pytest.mark.parametrize("content", ["text", "lossless"])
def test_text_is_never_lossy(content):
    for quality in QUALITIES:
        assert encode(photo(), content=content, quality=quality, codecs=ALL).lossless


@pytest.mark.parametrize("content", ["auto", "photo", "video"])
def test_few_colours_are_a_palette_even_where_a_photo_was_promised(content):
    encoded = encode(text(), content=content, quality="fast", codecs=ALL)
    assert encoded.codec == "palette"
    assert len(encoded.data) < len(encode(text()).data)


def test_pictures_with_transparency_are_lossless_and_no_files():
    pixels = photo()
    pixels[0, 0] = 0
    encoded = encode(pixels, content="photo", quality="fast", codecs=ALL, spare_ms=100)
    assert (encoded.codec, encoded.lossless) == ("deflate", True)


def test_a_drawing_of_many_shades_has_fewer_bytes_than_its_palette():
    """A line of a chart with smooth edges: the palette would be most of it."""
    pixels = np.full((64, 64, 4), 255, np.uint8)
    for step in range(150):
        pixels[step * 64 // 150, (step * 37) % 64, :2] = step, 255 - step
    encoded = encode(pixels, opaque=True, codecs=ALL)
    assert encoded.codec == "webp"
    assert encoded.lossless
    without = encode(pixels, opaque=True, codecs=ALL - {"webp"})
    assert without.codec == "palette"
    assert len(encoded.data) < len(without.data)
    assert np.array_equal(decoded(pixels, encoded), pixels)


def test_text_with_smooth_edges_stays_a_palette():
    """Its shades are grey: WebP took thirty times as long, for two bytes of a hundred less."""
    pixels = np.full((64, 64, 4), 255, np.uint8)
    for step in range(150):
        pixels[step * 64 // 150, (step * 37) % 64, :3] = step
    encoded = encode(pixels, opaque=True, codecs=ALL)
    assert (encoded.codec, encoded.lossless) == ("palette", True)


def test_a_chart_is_webp_without_a_look_at_all_its_colours(monkeypatch):
    pixels = np.full((160, 160, 4), 255, np.uint8)
    for column in range(160):
        pixels[40 + column // 2 : 50 + column // 2, column, :2] = column, 200 - column
    monkeypatch.setattr("geometry_ws.render.encode.indexed", None)
    encoded = encode(pixels, opaque=True, codecs=ALL)
    assert (encoded.codec, encoded.lossless) == ("webp", True)
    assert np.array_equal(decoded(pixels, encoded), pixels)


def test_spare_time_makes_lossless_photos_smaller():
    slow = encode(photo(), codecs=ALL, spare_ms=100)
    assert slow.codec == "webp"
    assert len(slow.data) < len(encode(photo(), codecs=ALL).data)


def test_spare_time_makes_palettes_smaller():
    pixels = np.tile(text(), (3, 3, 1))
    slow = encode(pixels, codecs=ALL, spare_ms=100)
    assert slow.codec == "palette"
    assert len(slow.data) < len(encode(pixels, codecs=ALL).data)


def test_only_codecs_that_the_viewer_knows_are_used():
    encoded = encode(photo(), quality="fast", content="photo")
    assert encoded.codec == "deflate"
    assert zlib.decompress(encoded.data) == photo().tobytes()


@given(
    st.integers(1, 256).flatmap(
        lambda count: st.tuples(
            arrays.arrays(np.uint32, count, elements=st.integers(0, 2**32 - 1)),
            st.integers(0, 2**32 - 1),
        )
    )
)
def test_a_palette_is_exact_and_of_256_colours_at_most(colours_and_seed):
    colours, seed = colours_and_seed
    for width, height in ((30, 9), (130, 40)):
        chosen = np.random.default_rng(seed).choice(colours, (height, width))
        pixels = chosen.astype(np.uint32).view(np.uint8).reshape(height, width, 4)
        data = indexed(pixels)
        if data is not None:
            assert data[0] + 1 == np.unique(chosen).size
            assert np.array_equal(looked_up(data, width, height), pixels)
        else:
            assert width == 130  # of many pixels two colours may be taken for one


def test_greys_always_fit_into_a_palette():
    shades = np.arange(256 * 32).reshape(32, 256).astype(np.uint8)
    pixels = np.dstack([shades, shades, shades, np.full_like(shades, 255)])
    assert np.array_equal(looked_up(indexed(pixels), 256, 32), pixels)


def test_more_than_256_colours_are_no_palette():
    assert indexed(photo()) is None
    for times in (7, 70):
        colours = np.arange(257, dtype=np.uint32).repeat(times)[None, :]
        assert indexed(colours.view(np.uint8).reshape(1, -1, 4)) is None


@pytest.mark.parametrize(
    "body", [b"", b"\0", b"\0AAAA" + bytes(3), b"\0AAAA" + bytes(5), b"\1AAAABBBB\0\1\2\0"]
)
def test_a_wrong_palette_is_a_bad_picture(body):
    with pytest.raises(BadPicture):
        decode_plane("palette", zlib.compress(body), 2, 2)


def test_a_palette_bomb_is_not_unpacked():
    with pytest.raises(BadPicture):
        decode_plane("palette", zlib.compress(b"\0AAAA" + bytes(50_000_000)), 2, 2)


def test_jpeg_is_the_same_by_either_library(monkeypatch):
    data = jpeg.encode_jpeg(photo(), 80)
    fast = decode_plane("jpeg", data, 96, 80)
    monkeypatch.setattr(jpeg, "_fast", None)
    slow = decode_plane("jpeg", data, 96, 80)
    assert np.abs(fast.astype(int) - slow).max() <= 2
    again = decode_plane("jpeg", jpeg.encode_jpeg(photo(), 80), 96, 80)
    assert np.abs(fast.astype(int) - again).max() <= 8


def file_of(codec, mode="RGB", **options):
    colours = photo(24, 18)[..., 2::-1]
    written = io.BytesIO()
    Image.fromarray(colours).convert(mode).save(written, codec.upper(), **options)
    return written.getvalue()


def taken(codec, data):
    """What is forwarded of a file, by its own decoded pixels."""
    from geometry_ws.render.decode import decode

    return forwardable(codec, data, decode(codec, data, 24, 18, opaque=False))


@pytest.mark.parametrize(
    ("codec", "mode", "options", "lossless"),
    [
        ("png", "RGB", {}, True),
        ("png", "L", {}, True),
        ("png", "P", {}, True),
        ("png", "RGBA", {}, True),
        ("jpeg", "RGB", {}, False),
        ("jpeg", "RGB", {"progressive": True}, False),
        ("jpeg", "L", {}, False),
        ("webp", "RGB", {"lossless": True}, True),
        ("webp", "RGB", {"quality": 60}, False),
    ],
)
def test_plain_opaque_files_may_be_forwarded(codec, mode, options, lossless):
    data = file_of(codec, mode, **options)
    forwarded = taken(codec, data)
    assert forwarded == (codec, data, lossless)


PROFILE = b"\0" * 128
ORIENTED = Image.Exif()
ORIENTED[0x0112] = 6


@pytest.mark.parametrize(
    ("codec", "mode", "options"),
    [
        ("png", "RGB", {"icc_profile": PROFILE}),
        ("png", "RGB", {"exif": ORIENTED}),
        ("png", "P", {"transparency": 0}),
        ("png", "I;16", {}),
        ("jpeg", "RGB", {"icc_profile": PROFILE}),
        ("jpeg", "RGB", {"exif": ORIENTED}),
        ("jpeg", "CMYK", {}),
        ("jpeg", "RGB", {"keep_rgb": True}),
        ("webp", "RGB", {"exif": ORIENTED}),
    ],
)
def test_what_decoders_may_see_differently_is_not_forwarded(codec, mode, options):
    assert taken(codec, file_of(codec, mode, **options)) is None


def test_a_png_of_few_colours_is_left_to_palettes():
    written = io.BytesIO()
    Image.fromarray(text()[..., :3]).save(written, "PNG")
    assert forwardable("png", written.getvalue(), text()) is None
    written = io.BytesIO()
    Image.fromarray(text()[..., :3]).convert("P").save(written, "PNG")
    assert forwardable("png", written.getvalue(), text()) is not None


def test_transparent_files_and_such_with_luggage_are_not_forwarded():
    clear = photo(24, 18)
    clear[3, 3] = 0
    data = file_of("png")
    assert forwardable("png", data, clear) is None
    assert forwardable("jpeg", file_of("jpeg") + bytes(10_000), photo(24, 18)) is None
    assert forwardable("png", data[:-9], photo(24, 18)) is None
