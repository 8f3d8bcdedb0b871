"""Videos by PyAV: what comes out at the other end, what is refused, and what is without PyAV."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry_ws.render import video
from geometry_ws.render.codecs import VIDEO_CODECS
from geometry_ws.render.errors import BadPicture

needs_pyav = pytest.mark.skipif(
    set(video.encodable()) != set(VIDEO_CODECS), reason="PyAV isn't installed"
)
codecs = pytest.mark.parametrize("codec", VIDEO_CODECS)


def scene(width: int, height: int, step: int) -> np.ndarray:
    """Soft colours that pan, a disc that moves, some grain."""
    y, x = np.mgrid[0:height, 0:width]
    shades = [np.sin((x + 4 * step) / 31 + turn) + np.cos(y / 23 - turn) for turn in range(3)]
    pixels = np.stack([*(128 + 50 * shade for shade in shades), np.full_like(x, 255)], axis=2)
    centre = width / 2 + width / 4 * np.sin(step / 5), height / 2
    pixels[np.hypot(x - centre[0], y - centre[1]) < 12] = (40, 220, 90, 255)
    grain = np.random.default_rng(step).integers(-3, 4, (height, width, 1))
    pixels[..., :3] += grain
    return np.clip(pixels, 0, 255).astype(np.uint8)


def psnr(picture: np.ndarray, other: np.ndarray) -> float:
    """How like two pictures are, in dB, by their colours."""
    error = np.square(picture[..., :3].astype(float) - other[..., :3]).mean()
    return float(10 * np.log10(255**2 / error))


@needs_pyav
@codecs
@pytest.mark.parametrize("size", [(320, 180), (321, 181), (64, 64)])
def test_each_picture_comes_out_at_once_and_nearly_as_it_was(codec, size) -> None:
    encoder, decoder = video.VideoEncoder(codec, *size), video.VideoDecoder(codec)
    lengths = []
    for step in range(20):
        pixels = scene(*size, step)
        data = encoder.encode(pixels, key=step == 0)
        shown = decoder.decode(data, *size)
        assert shown.shape == pixels.shape
        assert (shown[..., 3] == 255).all()
        assert psnr(shown, pixels) > 28
        lengths.append(len(data))
    assert sum(lengths[1:]) / 19 < 0.2 * size[0] * size[1], "a fraction of the pixels' bytes"


@needs_pyav
@codecs
def test_pictures_of_any_width_are_whole_whatever_the_memory_held(codec) -> None:
    random = np.random.default_rng(3)
    for width in range(65, 97):
        pixels = scene(width, 66, 1)
        data = video.VideoEncoder(codec, width, 66).encode(pixels, key=True)
        pictures = []
        for _ in range(12):
            for length in random.integers(1_000, 60_000, 8):
                np.full(length, random.integers(256), np.uint8)
            pictures.append(video.VideoDecoder(codec).decode(data, width, 66))
        assert len({picture.tobytes() for picture in pictures}) == 1, width
        assert psnr(pictures[0][:, -8:], pixels[:, -8:]) > 25, width


@needs_pyav
@codecs
@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)])
def test_colours_are_the_same_at_both_ends(codec, colour) -> None:
    flat = np.full((64, 64, 4), (*colour, 255), np.uint8)
    data = video.VideoEncoder(codec, 64, 64).encode(flat, key=True)
    shown = video.VideoDecoder(codec).decode(data, 64, 64)
    assert np.abs(shown.astype(int) - flat).max() <= 10


@needs_pyav
@codecs
def test_a_key_begins_anew_in_the_middle(codec) -> None:
    encoder = video.VideoEncoder(codec, 96, 80)
    data = [encoder.encode(scene(96, 80, step), key=step in (0, 5)) for step in range(8)]
    late = video.VideoDecoder(codec)
    for step in range(5, 8):
        assert psnr(late.decode(data[step], 96, 80), scene(96, 80, step)) > 28


@needs_pyav
def test_h264_keys_bring_their_parameters_and_no_picture_waits_for_a_later_one() -> None:
    encoder = video.VideoEncoder("h264", 96, 80)
    for key in (True, False, True):
        data = encoder.encode(scene(96, 80, 1), key=key)
        kinds = {data[at + 3] & 31 for at in range(len(data)) if data[at : at + 3] == b"\0\0\1"}
        assert ({7, 8, 5} <= kinds) is key


@needs_pyav
def test_noise_stays_below_the_bound() -> None:
    random = np.random.default_rng(1)
    encoder = video.VideoEncoder("h264", 1920, 1080)
    for key in (True, False):
        noise = random.integers(0, 256, (1080, 1920, 4), np.uint8)
        assert len(encoder.encode(noise, key=key)) < video.MOST_BYTES


@needs_pyav
@codecs
def test_another_size_is_refused_at_both_ends(codec) -> None:
    encoder = video.VideoEncoder(codec, 96, 80)
    with pytest.raises(video.VideoFailed):
        encoder.encode(scene(80, 80, 1), key=True)
    data = video.VideoEncoder(codec, 96, 80).encode(scene(96, 80, 1), key=True)
    for size in ((94, 80), (96, 82), (4096, 4096), (97, 80)):
        with pytest.raises(BadPicture):
            video.VideoDecoder(codec).decode(data, *size)
    assert video.VideoDecoder(codec).decode(data, 95, 79).shape == (79, 95, 4)


@needs_pyav
@settings(max_examples=160, deadline=None)
@given(
    codec=st.sampled_from(VIDEO_CODECS),
    cut=st.integers(0, 400),
    noise=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8),
)
def test_whatever_bytes_come_the_decoder_gives_a_picture_or_refuses(codec, cut, noise) -> None:
    data = bytearray(_KEYS[codec][:cut])
    for at, byte in noise:
        if at < len(data):
            data[at] = byte
    try:
        shown = video.VideoDecoder(codec).decode(bytes(data), 96, 80)
    except BadPicture:
        return
    assert shown.shape == (80, 96, 4)


_KEYS = {
    codec: video.VideoEncoder(codec, 96, 80).encode(scene(96, 80, 0), key=True)
    for codec in video.encodable()
}


@needs_pyav
def test_a_stream_that_says_a_huge_size_reserves_nothing() -> None:
    data = bytearray(_KEYS["vp8"])
    data[6:10] = (16383).to_bytes(2, "little") * 2
    with pytest.raises(BadPicture):
        video.VideoDecoder("vp8").decode(bytes(data), 96, 80)


def test_without_pyav_there_are_no_videos_and_no_errors(monkeypatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    for known in (video.encodable, video.decodable):
        known.cache_clear()
    monkeypatch.setattr(video.importlib, "import_module", missing)
    try:
        assert video.encodable() == video.decodable() == ()
        with pytest.raises(video.VideoFailed):
            video.VideoEncoder("h264", 64, 64).encode(scene(64, 64, 0), key=True)
        with pytest.raises(BadPicture):
            video.VideoDecoder("h264").decode(b"bytes", 64, 64)
    finally:
        monkeypatch.undo()
        for known in (video.encodable, video.decodable):
            known.cache_clear()
