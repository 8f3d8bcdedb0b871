"""Pictures of a project: what is one, and that nothing else is ever given."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk.pictures import MAX_PICTURE, read_picture, type_of
from geometry_ws.openspec.format.errors import NoSuchDocument, Unreadable

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'
BYTES = {
    "way.png": PNG,
    "photo.JPG": b"\xff\xd8\xff\xe0" + b"\0" * 16,
    "turn.gif": b"GIF89a" + b"\0" * 16,
    "small.webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "plan.svg": SVG,
}
CHANGE = "openspec/changes/add-a"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    for name, data in BYTES.items():
        path = folder / CHANGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "docs").mkdir()
    (folder / "docs" / "way.png").write_bytes(PNG)
    (tmp_path / "secret.png").write_bytes(PNG)
    return folder


def read(project, path):
    return read_picture(os.path.realpath(project / "openspec"), path)


def test_pictures_have_the_type_of_their_bytes(project):
    types = {name: read(project, f"{CHANGE}/{name}").content_type for name in BYTES}
    assert types == {
        "way.png": "image/png",
        "photo.JPG": "image/jpeg",
        "turn.gif": "image/gif",
        "small.webp": "image/webp",
        "plan.svg": "image/svg+xml",
    }
    assert read(project, "docs/way.png").data == PNG
    (project / "docs" / "wrong.png").write_bytes(SVG)
    assert read(project, "docs/wrong.png").content_type == "image/svg+xml"


def test_the_planning_has_one_name_whatever_its_folder_is_called(project):
    (project / "openspec").rename(project / "plans")
    picture = read_picture(os.path.realpath(project / "plans"), f"{CHANGE}/way.png")
    assert picture.data == PNG


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "way.png/", "../secret.png", "docs/../../secret.png", "/etc/hostname.png",
        "docs/./way.png", "docs//way.png", "docs\\way.png", "docs/way.png\0", ".git/a.png",
        "docs/.way.png", "openspec", "openspec/", f"{CHANGE}/tasks.md", "docs/none.png", "docs",
        "/".join(["a"] * 40) + ".png", "docs/\u202egnp.png", "a" * 300 + ".png",
    ],
)  # fmt: skip
def test_nothing_else_is_a_picture(project, path):
    (project / ".git").mkdir()
    (project / ".git" / "a.png").write_bytes(PNG)
    (project / "docs" / ".way.png").write_bytes(PNG)
    with pytest.raises((NoSuchDocument, Unreadable)):
        read(project, path)


def test_text_and_pages_are_no_pictures_whatever_they_are_called(project):
    for data in (
        b"",
        b"<html><svg></svg>",
        b"KEY=secret\n",
        b"%PDF-1.7",
        b"<!-- a --><p>",
        b"\0" + SVG,
    ):
        (project / "docs" / "a.svg").write_bytes(data)
        with pytest.raises(NoSuchDocument, match="is no picture"):
            read(project, "docs/a.svg")


def test_links_lead_nowhere_out_of_the_project(project, tmp_path):
    (project / "docs" / "out.png").symlink_to(tmp_path / "secret.png")
    (project / "away").symlink_to(tmp_path)
    (project / "docs" / "in.png").symlink_to("way.png")
    (project / "docs" / "round.png").symlink_to("round.png")
    os.mkfifo(project / "docs" / "pipe.png")
    assert read(project, "docs/in.png").data == PNG
    for path in ("docs/out.png", "away/secret.png", "docs/round.png", "docs/pipe.png"):
        with pytest.raises((NoSuchDocument, Unreadable)):
            read(project, path)


def test_a_picture_is_bounded(project):
    path = project / "docs" / "way.png"
    path.write_bytes(PNG.ljust(MAX_PICTURE, b"\0"))
    assert len(read(project, "docs/way.png").data) == MAX_PICTURE
    path.write_bytes(PNG.ljust(MAX_PICTURE + 1, b"\0"))
    with pytest.raises(Unreadable, match="larger than 4 MiB"):
        read(project, "docs/way.png")


@given(st.binary(max_size=64))
def test_bytes_that_are_no_picture_have_no_type(data):
    kinds = (
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"RIFF",
        b"<",
        b"\xef\xbb\xbf",
        b" ",
        b"\n",
        b"\t",
    )
    if not data.startswith((*kinds, b"\r", b"\x0b", b"\x0c")):
        assert type_of(data) is None
