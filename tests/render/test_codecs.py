"""Planes and pictures survive encoding and decoding; bad pictures are told apart kindly."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from geometry_ws.render.decode import MOST_SCANS, decode, is_sound
from geometry_ws.render.encode import encode_plane
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.inflate import decode_plane
from geometry_ws.render.pixels import (
    MAX_PICTURE_PIXELS,
    is_opaque,
    premultiplied_colour,
    premultiply,
    swapped,
    unpremultiply,
    with_alpha,
)
from geometry_ws.render.png import encode_png


def picture(width=24, height=17, seed=1, opaque=False):
    """Give a random premultiplied picture."""
    random = np.random.default_rng(seed)
    straight = random.integers(0, 256, (height, width, 4), dtype=np.uint8)
    if opaque:
        straight[..., 3] = 255
    return premultiply(straight)


def file_of(codec, mode="RGB", size=(8, 6), **options):
    """Give the bytes of a small file made by another encoder."""
    image = Image.new(mode, size)
    if mode != "P":
        ramp = Image.linear_gradient("L").resize(size)
        image = ramp.convert(mode) if mode not in ("I;16", "CMYK", "LA") else image
    target = io.BytesIO()
    image.save(target, codec.upper(), **options)
    return target.getvalue()


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(4))


@given(arrays.arrays(np.uint8, shapes))
def test_a_plane_comes_back_byte_for_byte(pixels):
    codec, data = encode_plane(pixels)
    height, width = pixels.shape[:2]
    assert np.array_equal(decode_plane(codec, data, width, height), pixels)


def test_small_and_noisy_planes_go_raw_and_drawn_ones_deflated():
    assert encode_plane(np.zeros((4, 4, 4), np.uint8))[0] == "raw"
    assert encode_plane(np.zeros((64, 64, 4), np.uint8))[0] == "deflate"
    noise = np.random.default_rng(3).integers(0, 256, (32, 32, 4), dtype=np.uint8)
    assert encode_plane(noise)[0] == "raw"


def test_deflate_is_a_zlib_stream_of_the_rows():
    pixels = np.arange(64 * 64 * 4, dtype=np.uint32).astype(np.uint8).reshape(64, 64, 4)
    codec, data = encode_plane(pixels)
    assert codec == "deflate"
    assert zlib.decompress(data) == pixels.tobytes()


def test_a_window_into_a_larger_picture_is_encoded_as_its_own_rows():
    whole = picture(80, 60)
    window = whole[10:50, 20:70]
    codec, data = encode_plane(window)
    assert np.array_equal(decode_plane(codec, data, 50, 40), window)


@pytest.mark.parametrize("opaque", [True, False])
def test_our_png_is_read_the_same_by_another_decoder(opaque):
    pixels = picture(opaque=opaque)
    with Image.open(io.BytesIO(encode_png(pixels))) as image:
        assert image.mode == ("RGB" if opaque else "RGBA")
        rows = np.asarray(image.convert("RGBA"))
    assert np.array_equal(rows[..., [2, 1, 0, 3]], unpremultiply(pixels))


@given(arrays.arrays(np.uint8, shapes))
def test_premultiplying_undoes_unpremultiplying(straight):
    pixels = premultiply(straight)
    assert (pixels[..., :3] <= pixels[..., 3:]).all()
    assert np.array_equal(premultiply(unpremultiply(pixels)), pixels)


def test_premultiplying_rounds_to_the_nearest_for_every_colour_and_alpha():
    colours, alphas = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    straight = np.stack([colours, colours, colours, alphas], axis=-1)
    expected = (2 * colours.astype(int) * alphas + 255) // 510
    assert np.array_equal(premultiply(straight)[..., 0], expected)
    assert premultiplied_colour(200, 100, 50, 128) == (25, 50, 100, 128)


def test_png_with_alpha_is_premultiplied_on_decode():
    pixels = picture()
    assert np.array_equal(decode("png", encode_png(pixels), 24, 17, opaque=False), pixels)


@pytest.mark.parametrize("codec", ["bgra", "rgba"])
def test_raw_pictures_keep_their_bytes_and_their_order(codec):
    pixels = picture()
    sent = pixels if codec == "bgra" else pixels[..., [2, 1, 0, 3]]
    assert np.array_equal(decode(codec, sent.tobytes(), 24, 17, opaque=False), pixels)


@given(arrays.arrays(np.uint8, shapes))
def test_swapping_exchanges_red_and_blue_and_nothing_else(pixels):
    assert np.array_equal(swapped(pixels), pixels[..., [2, 1, 0, 3]])
    assert is_opaque(pixels) == bool((pixels[..., 3] == 255).all())
    assert is_opaque(pixels[:, ::2]) == bool((pixels[:, ::2, 3] == 255).all())


@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 9), st.integers(0, 9), st.just(3))))
def test_with_alpha_keeps_every_colour_and_is_opaque(colours):
    for picture in (colours, colours[:, ::-1], colours[..., ::-1]):
        whole = with_alpha(picture)
        assert np.array_equal(whole[..., :3], picture)
        assert (whole[..., 3] == 255).all()
        assert whole.flags.c_contiguous


def test_raw_colours_above_their_alpha_are_lowered_to_it():
    data = bytes([200, 10, 250, 100])
    assert decode("bgra", data, 1, 1, opaque=False).tolist() == [[[100, 10, 100, 100]]]


@pytest.mark.parametrize("codec", ["bgra", "rgba", "png", "webp"])
def test_opaque_forces_alpha(codec):
    pixels = picture()
    data = pixels.tobytes() if codec in ("bgra", "rgba") else encode_png(pixels)
    if codec == "webp":
        target = io.BytesIO()
        Image.open(io.BytesIO(data)).save(target, "WEBP", lossless=True, exact=True)
        data = target.getvalue()
    assert (decode(codec, data, 24, 17, opaque=True)[..., 3] == 255).all()


@pytest.mark.parametrize(
    ("codec", "mode", "options"),
    [
        ("png", "L", {}),
        ("png", "1", {}),
        ("png", "P", {}),
        ("png", "P", {"transparency": 0}),
        ("png", "LA", {}),
        ("png", "I;16", {}),
        ("png", "RGBA", {}),
        ("jpeg", "L", {}),
        ("jpeg", "RGB", {}),
        ("jpeg", "CMYK", {}),
        ("jpeg", "RGB", {"progressive": True}),
        ("jpeg", "RGB", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
        ("webp", "RGB", {"lossless": True}),
        ("webp", "RGB", {"quality": 50}),
        ("webp", "RGBA", {"quality": 50}),
    ],
)
def test_every_usual_kind_of_file_is_decoded(codec, mode, options):
    pixels = decode(codec, file_of(codec, mode, **options), 8, 6, opaque=False)
    assert pixels.shape == (6, 8, 4)
    assert pixels.flags.writeable
    assert (pixels[..., :3] <= pixels[..., 3:]).all()


def test_sixteen_bit_grey_keeps_its_upper_byte():
    image = Image.fromarray(np.array([[0x1234, 0xFFFF]], dtype=np.uint16))
    target = io.BytesIO()
    image.save(target, "PNG")
    pixels = decode("png", target.getvalue(), 2, 1, opaque=False)
    assert pixels.tolist() == [[[0x12, 0x12, 0x12, 255], [255, 255, 255, 255]]]


def bomb_png():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    body = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def many_scans(count):
    """A progressive JPEG that goes over its picture so often."""
    data = file_of("jpeg", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * (count - data.count(b"\xff\xda")) + data[-2:]


def test_a_jpeg_of_many_scans_is_read_up_to_a_bound():
    assert decode("jpeg", many_scans(MOST_SCANS), 8, 6, opaque=False).shape == (6, 8, 4)


@pytest.mark.parametrize(
    ("codec", "data", "size", "said"),
    [
        ("png", bomb_png(), (8, 6), "60000 x 60000"),
        ("png", bomb_png(), (60_000, 60_000), str(MAX_PICTURE_PIXELS)),
        ("png", file_of("jpeg"), (8, 6), "not a png"),
        ("jpeg", file_of("png"), (8, 6), "not a jpeg"),
        ("webp", file_of("png"), (8, 6), "not a webp"),
        ("png", file_of("png"), (6, 8), "declared"),
        ("png", file_of("png")[:30], (8, 6), "broken or cut off"),
        ("png", file_of("png")[:18], (8, 6), "cut off"),
        ("jpeg", file_of("jpeg")[:40], (8, 6), "cut off"),
        ("webp", file_of("webp")[:13], (8, 6), "cut off"),
        ("jpeg", many_scans(MOST_SCANS + 1), (8, 6), "more than 64 scans"),
        ("bgra", b"1234", (2, 1), "8 bytes"),
        ("bgra", b"", (0, 1), "at least one pixel"),
        ("gif", b"", (1, 1), "no picture codec"),
    ],
)
def test_a_bad_picture_is_refused_with_what_to_do(codec, data, size, said):
    with pytest.raises(BadPicture) as raised:
        decode(codec, data, *size, opaque=False)
    assert said in raised.value.reason
    assert raised.value.reason.endswith(".")


@pytest.mark.parametrize("codec", ["png", "webp"])
def test_animated_pictures_are_refused(codec):
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 99, 200)]
    target = io.BytesIO()
    frames[0].save(target, codec.upper(), save_all=True, append_images=frames[1:])
    with pytest.raises(BadPicture, match="animated"):
        decode(codec, target.getvalue(), 4, 4, opaque=False)


def test_a_deflate_bomb_is_not_unpacked():
    with pytest.raises(BadPicture):
        decode_plane("deflate", zlib.compress(bytes(50_000_000)), 2, 2)
    with pytest.raises(BadPicture):
        decode_plane("deflate", zlib.compress(bytes(16))[:-2], 2, 2)
    with pytest.raises(BadPicture):
        decode_plane("gzip", b"", 2, 2)


FILES = {
    "png": file_of("png", "RGBA"),
    "jpeg": file_of("jpeg"),
    "webp": file_of("webp", "RGBA", quality=70),
}


@settings(max_examples=200, deadline=None)
@given(
    codec=st.sampled_from(["png", "jpeg", "webp", "bgra", "rgba"]),
    garbage=st.binary(max_size=300),
    keep_magic=st.integers(0, 30),
)
def test_garbage_is_a_bad_picture_and_nothing_else(codec, garbage, keep_magic):
    data = FILES.get(codec, b"")[:keep_magic] + garbage
    try:
        assert decode(codec, data, 8, 6, opaque=False).shape == (6, 8, 4)
    except BadPicture:
        pass


@settings(max_examples=200, deadline=None)
@given(
    codec=st.sampled_from(sorted(FILES)),
    cut=st.integers(0, 400),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
)
def test_damaged_files_are_decoded_or_bad_and_nothing_else(codec, cut, changes):
    data = bytearray(FILES[codec])
    for place, value in changes:
        if place < len(data):
            data[place] = value
    try:
        assert decode(codec, bytes(data[: len(data) - cut]), 8, 6, opaque=False).shape == (6, 8, 4)
    except BadPicture:
        pass


JPEGS = [
    file_of("jpeg", mode, size, **options)
    for mode, size, options in (
        ("RGB", (64, 40), {"quality": 80}),
        ("RGB", (33, 17), {"quality": 95, "subsampling": 0}),
        ("RGB", (40, 40), {"progressive": True}),
        ("RGB", (48, 32), {"restart_marker_rows": 1}),
        ("L", (24, 24), {}),
    )
]


@pytest.mark.parametrize("number", range(len(JPEGS)))
def test_a_usual_jpeg_is_known_to_be_sound(number):
    width, height = Image.open(io.BytesIO(JPEGS[number])).size
    assert is_sound("jpeg", JPEGS[number], width, height)
    with pytest.raises(BadPicture, match="declared"):
        is_sound("jpeg", JPEGS[number], width + 1, height)


def test_no_other_file_is_known_to_be_sound():
    assert not is_sound("png", file_of("png"), 8, 6)
    assert not is_sound("webp", file_of("webp"), 8, 6)


@given(
    st.sampled_from(JPEGS),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
)
def test_what_is_known_to_be_sound_can_be_decoded(data, cut, changes):
    """A broken file is refused as soon as it comes, whether its pixels are needed or not."""
    width, height = Image.open(io.BytesIO(data)).size
    damaged = bytearray(data[: max(4, int(len(data) * cut))])
    for where, value in changes:
        damaged[int(where * (len(damaged) - 1))] = value
    try:
        sound = is_sound("jpeg", bytes(damaged), width, height)
    except BadPicture:
        with pytest.raises(BadPicture):
            decode("jpeg", bytes(damaged), width, height, opaque=True)
        return
    if sound:
        assert decode("jpeg", bytes(damaged), width, height, opaque=True).shape == (
            height,
            width,
            4,
        )
