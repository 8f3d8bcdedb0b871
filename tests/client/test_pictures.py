"""Everything that can be a picture becomes one; everything else is refused in one sentence."""

import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from geometry_ws.client import colour_maps
from geometry_ws.client.arrays import Reading, pixels_of
from geometry_ws.client.errors import NoPicture
from geometry_ws.client.pictures import Limits, Picture, picture_of, title_of
from geometry_ws.render.decode import decode
from geometry_ws.render.pixels import premultiply

RGB = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
RGBA = np.random.default_rng(2).integers(0, 256, (20, 30, 4), dtype=np.uint8)
GREY = RGB[..., 0]


def shown(value, **reading):
    """The straight pixels that an array shows, as (height, width, 3 or 4)."""
    return pixels_of(value, Reading(**reading))


def sent(value, **reading):
    """What goes out, premultiplied: (height, width, 4)."""
    picture = picture_of(value, Reading(**reading))
    assert picture.codec == "rgba"
    return np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 4)


def refused(value, **reading):
    with pytest.raises(NoPicture) as caught:
        picture_of(value, Reading(**reading))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def file_of(pixels, kind, **options):
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, kind, **options)
    return written.getvalue()


def test_eight_bit_colours_are_sent_as_they_are():
    assert np.array_equal(sent(RGB)[..., :3], RGB)
    assert (sent(RGB)[..., 3] == 255).all()
    assert np.array_equal(sent(RGBA), premultiply(RGBA))
    assert picture_of(RGB).opaque
    assert not picture_of(RGBA).opaque


def test_one_and_two_channels_are_grey_with_or_without_alpha():
    assert np.array_equal(shown(GREY), np.stack([GREY] * 3, axis=-1))
    assert np.array_equal(shown(GREY[..., None]), shown(GREY))
    both = shown(np.stack([GREY, RGB[..., 1]], axis=-1))
    assert np.array_equal(both[..., 2], GREY)
    assert np.array_equal(both[..., 3], RGB[..., 1])


@given(st.integers(0, 65535))
def test_sixteen_bits_become_the_nearest_of_eight(value):
    array = np.full((2, 9), value, np.uint16)
    assert shown(array)[0, 0, 0] == round(value / 257)
    assert shown(array.astype(">u2"))[0, 0, 0] == round(value / 257)


@given(st.floats(0, 1), st.sampled_from([np.float16, np.float32, np.float64]))
def test_floats_from_0_to_1_become_the_nearest_of_eight_bits(value, kind):
    array = np.full((9, 9, 3), value, kind)
    assert abs(float(array[0, 0, 0]) * 255 - int(shown(array)[0, 0, 0])) <= 0.501


def test_truth_and_whole_numbers_of_any_width_are_taken_where_they_fit():
    assert shown(GREY > 100).max() == 255
    assert np.array_equal(shown(RGB.astype(np.int64)), RGB)
    assert np.array_equal(shown(RGB.tolist()), RGB)
    assert "from 0 to 256" in refused(np.arange(257).reshape(1, 257))
    assert "from -1 to" in refused(RGB.astype(int) - 1 - RGB.min())


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(13, 20), st.integers(13, 20), st.just(3))),
    st.sampled_from([-2, -1, 1, 2]),
    st.sampled_from([-3, -1, 1, 2]),
)
def test_any_stride_shows_the_same_as_its_copy(array, rows, columns):
    view = np.asfortranarray(array)[::rows, ::columns, ::-1]
    view.flags.writeable = False
    assert np.array_equal(sent(view), sent(view.copy()))
    chw = array.transpose(2, 0, 1)
    assert np.array_equal(sent(chw), sent(array))


def test_channels_first_are_seen_where_nothing_else_can_be_meant():
    assert np.array_equal(shown(RGBA.transpose(2, 0, 1)), RGBA)
    assert np.array_equal(shown(GREY[None]), shown(GREY))
    thin = np.zeros((3, 20, 4), np.uint8)
    assert "layout='hwc'" in refused(thin)
    assert shown(thin, layout="hwc").shape == (3, 20, 4)
    assert shown(thin, layout="chw").shape == (20, 4, 3)
    assert "1 to 4 channels" in refused(RGB, layout="chw")


def test_what_is_given_may_change_afterwards():
    array = RGBA.copy()
    picture = picture_of(array)
    array[:] = 0
    assert np.array_equal(np.frombuffer(picture.data, np.uint8), premultiply(RGBA).ravel())


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is None"),
        (3, "is a int"),
        (object(), "is a object"),
        (np.zeros((0, 4, 3), np.uint8), "is empty"),
        (np.zeros(5, np.uint8), "shape (5,)"),
        (np.zeros((9, 9, 7), np.uint8), "1 to 4 channels"),
        (np.zeros((2, 2, 2, 2), np.uint8), "shape (2, 2, 2, 2)"),
        (np.zeros((9, 9), complex), "complex128"),
        (np.array([["a"]]), "<U1"),
        ([[1, 2], [3]], "can't be read as an array"),
        (np.full((9, 9, 3), 2.0), "from 2 to 2"),
        (np.full((9, 9), 2.0), 'cmap="viridis"'),
        (np.full((9, 9, 3), np.nan), "are no numbers"),
        (np.zeros((9, 9000, 3), np.uint8), "at most 8192 a side"),
        (np.zeros((8000, 3000), bool), "16,777,216 in all"),
        (b"", "it is empty"),
        (b"GIF", "no picture begins with"),
        (b"<svg xmlns='x'/>", "SVG"),
        ("/nowhere/plot.png", "'/nowhere/plot.png' (No such file"),
        ("https://example.org/a.png", "is an address"),
        ("/", "names no file"),
        ("a\0b", "names no file"),
        (int, "is a type"),
    ],
)
def test_wrong_things_are_refused_in_one_sentence_that_names_the_argument(value, words):
    sentence = refused(value)
    assert sentence.startswith("`picture` ")
    assert words in sentence
    assert refused(value, name="frame").startswith("`frame` ")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({"cmap": "mauve"}, "`cmap`: There is no colour map 'mauve'"),
        ({"cmap": 3}, "`cmap` is the name"),
        ({"layout": "whc"}, "`layout` is"),
        ({"vmin": 1, "vmax": 1}, "`vmin` is below"),
        ({"vmax": float("nan")}, "`vmax` is a number"),
        ({"vmin": "low"}, "`vmin` is a number"),
    ],
)
def test_wrong_words_are_refused_by_their_name(reading, words):
    with pytest.raises(NoPicture) as caught:
        Reading(**reading)
    assert str(caught.value).startswith(words)


def test_a_colour_map_goes_from_the_lowest_to_the_highest_value():
    slope = np.linspace(-3, 7, 256).reshape(16, 16)
    expected = colour_maps.colours("viridis").reshape(16, 16, 3)
    assert np.array_equal(shown(slope, cmap="viridis"), expected)
    assert np.array_equal(shown(slope, cmap="Viridis", vmin=-3, vmax=7), expected)
    low = shown(slope, cmap="grey", vmin=2)
    assert (low[:8] == 0).all()
    assert "has 3" in refused(RGB, cmap="grey")


def test_what_is_no_number_is_transparent_in_a_colour_map():
    holes = np.array([[0.0, np.nan], [np.inf, 5.0]])
    pixels = shown(holes, cmap="magma")
    assert pixels[0, 1].tolist() == [0, 0, 0, 0]
    assert pixels[1, 0].tolist() == pixels[1, 1].tolist()
    assert shown(np.full((2, 2), np.nan), cmap="magma").sum() == 0
    masked = np.ma.masked_greater(np.full((5, 5), 0.5), 0.4)
    assert shown(masked).sum() == 0
    assert shown(np.full((5, 5), 9.0), cmap="magma").shape == (5, 5, 3)


@given(st.sampled_from(colour_maps.NAMES))
def test_a_colour_map_has_256_colours_and_its_ends(name):
    table = colour_maps.colours(name)
    assert table.shape == (256, 3)
    assert len(np.unique(table, axis=0)) > 200


def test_values_are_scaled_without_a_colour_map_too():
    assert shown(np.array([[10.0, 20.0, 30.0] * 2]), vmin=10, vmax=30)[0, 1].tolist() == [128] * 3


class Tensor:
    """As torch and CuPy have them: on another device until it is asked for."""

    def __init__(self, array, here=False):
        self.array, self.here = array, here

    def detach(self):
        return self

    def cpu(self):
        return Tensor(self.array, here=True)

    def __array__(self, dtype=None, copy=None):
        if not self.here:
            raise TypeError("can't convert a device's tensor:\nuse cpu()")
        return self.array


class Capsule:
    """What only knows how to lend its memory."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no\nmemory")


def test_other_peoples_arrays_are_read():
    assert np.array_equal(sent(Tensor(RGB.transpose(2, 0, 1)))[..., :3], RGB)
    assert np.array_equal(sent(Capsule(RGB))[..., :3], RGB)
    assert np.array_equal(sent(memoryview(RGB))[..., :3], RGB)
    assert "(Broken) can't be read as an array: no memory." in refused(Broken())


def test_images_of_pillow_are_shown_in_every_mode():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "PA"):
        plain = Image.fromarray(RGB if mode in ("CMYK", "YCbCr", "HSV") else RGBA)
        image = plain.convert(mode)
        assert sent(image).shape == (20, 30, 4)
    assert np.array_equal(sent(Image.fromarray(RGBA)), premultiply(RGBA))
    assert np.array_equal(sent(Image.fromarray(RGB))[..., :3], RGB)
    deep = Image.fromarray(GREY.astype(np.uint16) * 257)
    assert np.array_equal(sent(deep)[..., 0], GREY)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_travels_untouched(kind, tmp_path):
    data = file_of(RGB, kind)
    picture = picture_of(data)
    assert (picture.codec, picture.data) == (kind.lower(), data)
    assert picture.opaque
    path = tmp_path / f"Ünïcode.{kind.lower()}"
    path.write_bytes(data)
    assert picture_of(path) == picture_of(str(path)) == picture
    assert title_of(path) == path.name
    assert decode(picture.codec, picture.data, 30, 20, opaque=False).shape == (20, 30, 4)


def test_files_that_viewers_could_not_take_are_decoded():
    assert np.array_equal(sent(file_of(RGB, "BMP"))[..., :3], RGB)
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    written = io.BytesIO()
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    assert np.array_equal(sent(written.getvalue())[..., :3], RGB)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert picture_of(file_of(RGB, "JPEG", exif=exif)).codec == "rgba"
    assert (sent(file_of(RGB, "JPEG", exif=exif)).shape[:2]) == (30, 20)
    deep = file_of(GREY.astype(np.uint16) * 257, "PNG")
    assert np.array_equal(sent(deep)[..., 0], GREY)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_a_file_is_refused_before_it_is_sent(kind):
    data = file_of(np.tile(RGB, (9, 9, 1)), kind)
    assert "no picture that can be read" in refused(data[: len(data) // 2])


def test_a_file_may_be_had_in_pixels():
    picture = picture_of(file_of(RGBA, "PNG"))
    assert not picture.opaque
    assert picture.in_pixels() == picture_of(RGBA)
    assert picture_of(RGBA).in_pixels() == picture_of(RGBA)
    assert picture_of(picture) is picture


class OwnPng:
    def __init__(self, answer):
        self.answer = answer

    def _repr_png_(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_what_shows_itself_in_a_notebook_shows_itself_here():
    data = file_of(RGB, "PNG")
    assert picture_of(OwnPng(data)).data == data
    assert picture_of(OwnPng((data, {"width": 3}))).data == data
    assert "shows nothing" in refused(OwnPng(None))
    assert "can't show itself: no." in refused(OwnPng(ValueError("no")))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4000))
def test_bands_are_the_picture_once_and_no_larger_than_asked(width, height, most):
    data = bytes(range(256)) * (width * height * 4 // 256 + 1)
    picture = Picture(width, height, "rgba", data[: width * height * 4], opaque=False)
    bands = list(picture.bands(most))
    assert b"".join(part for _, _, part in bands) == picture.data
    top = 0
    for (x, y, w, h), codec, part in bands:
        assert (x, y, w, codec) == (0, top, width, "rgba")
        assert len(part) == w * h * 4
        assert len(part) <= max(most, width * 4)
        top += h
    assert top == height


def test_a_node_that_takes_less_is_heeded():
    with pytest.raises(NoPicture, match="at most 16 a side"):
        picture_of(RGB, limits=Limits(16, 1000))


def test_files_and_images_need_no_numpy():
    program = (
        "import io, sys\n"
        "sys.modules['numpy'] = None\n"
        "from PIL import Image\n"
        "from geometry_ws.client.pictures import picture_of\n"
        "image = Image.new('RGBA', (3, 2), (200, 100, 50, 128))\n"
        "assert picture_of(image).data[:4] == bytes((100, 50, 25, 128))\n"
        "written = io.BytesIO()\n"
        "image.save(written, 'PNG')\n"
        "assert picture_of(written.getvalue()).codec == 'png'\n"
        "try:\n"
        "    picture_of([[1]])\n"
        "except ValueError as problem:\n"
        "    assert 'need numpy' in str(problem), problem\n"
        "else:\n"
        "    raise SystemExit('not refused')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_figures_of_matplotlib_are_drawn_and_stay_what_they_are():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(3, 2), dpi=50)
    axes.plot([1, 4, 9])
    axes.set_title("Squares")
    canvas = figure.canvas
    try:
        pixels = sent(figure)
        assert pixels.shape == (100, 150, 4)
        assert len(np.unique(pixels.reshape(-1, 4), axis=0)) > 3
        assert figure.canvas is canvas
        for part in (axes, pyplot, axes.lines[0]):
            assert np.array_equal(sent(part), pixels)
        assert title_of(figure) == title_of(axes) == "Squares"
    finally:
        pyplot.close(figure)


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_the_part_that_has_changed_is_all_that_has(width, height, data):
    shape = (height, width, 3)
    values = st.lists(st.integers(0, 1), min_size=height * width * 3, max_size=height * width * 3)
    first, second = (np.array(data.draw(values), np.uint8).reshape(shape) for _ in range(2))
    before, after = (picture_of(each, Reading(layout="hwc")) for each in (first, second))
    x, y, across, down = after.changed(before)
    pixels = np.frombuffer(before.data, np.uint8).reshape(height, width, 4).copy()
    part = np.frombuffer(after.part((x, y, across, down)), np.uint8).reshape(down, across, 4)
    pixels[y : y + down, x : x + across] = part
    assert pixels.tobytes() == after.data
    if across:
        edges = (first != second).any(axis=2)[y : y + down, x : x + across]
        assert edges[0].any()
        assert edges[-1].any()
        assert edges[:, 0].any()
        assert edges[:, -1].any()


def test_what_can_not_be_compared_is_sent_whole():
    grey = picture_of(np.zeros((4, 4), np.uint8))
    assert grey.changed(picture_of(np.zeros((4, 5), np.uint8))) is None
    assert grey.changed(grey) == (0, 0, 0, 0)
