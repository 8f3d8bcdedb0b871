"""The dashboard's files, and folders that are private."""

import base64
import gzip
import hashlib
import os
import stat

import pytest

from geometry_ws.http import answers
from geometry_ws.http.decide import Head
from geometry_ws.http.files import below, read_files
from geometry_ws.http.private_folder import NotPrivate, make_private


def test_plain_files_are_served_by_their_paths(tmp_path):
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-0123456789ab.js").write_text("1")
    files = read_files(tmp_path)
    assert set(files) == {"index.html", "assets/main-0123456789ab.js"}
    assert files["index.html"].content_type == "text/html; charset=utf-8"
    assert files["assets/main-0123456789ab.js"].content_type == "text/javascript; charset=utf-8"


def test_pages_below_a_path_name_everything_from_there(tmp_path):
    (tmp_path / "pages.html").write_text('<a href="#page"><link href="/x.css"><i src="/y.js">')
    (tmp_path / "index.html").write_text('<link href="x.css">')
    (tmp_path / "frame-0123456789ab.html").write_text('<script>x="href="/"')
    (tmp_path / "y.js").write_text('a="/y"')
    files = read_files(tmp_path)
    moved = below(files, "/board/")
    expected = b'<a href="#page"><link href="/board/x.css"><i src="/board/y.js">'
    assert moved["pages.html"].content == expected
    assert moved["pages.html"].etag != files["pages.html"].etag
    for name in ("y.js", "frame-0123456789ab.html"):
        assert moved[name] == files[name]
    assert moved["index.html"] == files["index.html"]
    assert below(files, "/") == files


def test_only_names_with_a_hash_are_kept_by_browsers(tmp_path):
    for name in ("index.html", "main-0123456789ab.js", "main.js", "index-0123456789ab.html"):
        (tmp_path / name).write_text(name)
    files = read_files(tmp_path)
    assert "immutable" in files["main-0123456789ab.js"].cache_control
    for name in ("index.html", "main.js", "index-0123456789ab.html"):
        assert files[name].cache_control == "no-cache"


def test_the_frame_of_diagrams_has_a_policy_that_fits_its_script(tmp_path):
    """It may run the one script that stands in it, and be shown by pages of ours."""
    script = b"let a = '</scrip';\n"
    (tmp_path / "diagram-0123456789ab.html").write_bytes(b"<p><script>" + script + b"</script>")
    (tmp_path / "diagram.html").write_bytes(b"<script>1</script>")
    files = read_files(tmp_path)
    frame = files["diagram-0123456789ab.html"]
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in frame.policy
    assert frame.policy.startswith("default-src 'none'")
    assert frame.policy.endswith("; sandbox allow-scripts")
    assert "immutable" in frame.cache_control
    assert files["diagram.html"].policy == ""
    answer = answers.served(frame, Head("GET", "/"))
    assert answer.headers["Content-Security-Policy"] == f"{frame.policy}; frame-ancestors 'self'"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    wiki = answers.served(frame, Head("GET", "/"), frames=("https://wiki.example",)).headers
    assert wiki["Content-Security-Policy"].endswith("; frame-ancestors 'self' https://wiki.example")
    assert "X-Frame-Options" not in wiki
    assert "X-Frame-Options" not in answers.served(files["diagram.html"], Head("GET", "/")).headers


def test_links_and_dot_files_do_not_exist(tmp_path):
    outside = tmp_path / "secret"
    outside.write_text("secret")
    dist = tmp_path / "dist"
    dist.mkdir()
    (dist / "link.txt").symlink_to(outside)
    (dist / "folder").symlink_to(tmp_path)
    (dist / ".env").write_text("x")
    (dist / ".git").mkdir()
    (dist / ".git" / "config").write_text("x")
    assert read_files(dist) == {}


def test_a_dashboard_that_is_not_built_is_empty(tmp_path):
    assert read_files(tmp_path / "nothing") == {}


def test_the_etag_is_the_contents(tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("1")
    (tmp_path / "c").write_text("2")
    files = read_files(tmp_path)
    assert files["a"].etag == files["b"].etag != files["c"].etag


def asked(encodings, **more):
    values = {"accept-encoding": (encodings,), **{name: (text,) for name, text in more.items()}}
    return Head("GET", "/", headers=values)


@pytest.mark.parametrize(
    ("encodings", "packed"),
    [
        ("gzip, deflate, br, zstd", True),
        ("GZIP", True),
        ("br", False),
        ("gzip;q=0", False),
        ("", False),
    ],
)
def test_texts_are_packed_for_those_who_unpack(tmp_path, encodings, packed):
    (tmp_path / "main.js").write_text("let a = 1;\n" * 1000)
    file = read_files(tmp_path)["main.js"]
    assert answers.takes_packed(file, asked(encodings)) is packed


def test_what_is_packed_is_the_same_file_with_a_tag_of_its_own(tmp_path):
    (tmp_path / "main.js").write_text("let a = 1;\n" * 1000)
    file = read_files(tmp_path)["main.js"]
    answer = answers.served(file, asked("gzip"), file.packed)
    assert gzip.decompress(answer.body) == file.content
    assert len(answer.body) < len(file.content) / 10
    assert answer.headers["Content-Encoding"] == "gzip"
    plain = answers.served(file, asked(""))
    assert plain.body == file.content
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding, Origin"
    tags = {
        name: {"if-none-match": each.headers["ETag"]}
        for name, each in (("plain", plain), ("packed", answer))
    }
    assert answers.served(file, asked("gzip", **tags["packed"]), file.packed).status == 304
    assert answers.served(file, asked("gzip", **tags["plain"]), file.packed).status == 200
    assert answers.served(file, asked("", **tags["plain"])).status == 304


def test_pictures_fonts_and_small_files_are_not_packed(tmp_path):
    (tmp_path / "a.woff2").write_bytes(bytes(5000))
    (tmp_path / "a.png").write_bytes(bytes(5000))
    (tmp_path / "a.css").write_text("a{}")
    files = read_files(tmp_path)
    assert not any(answers.takes_packed(file, asked("gzip")) for file in files.values())


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_folder_is_made_or_narrowed(tmp_path):
    fresh = make_private(tmp_path / "a" / "b")
    assert mode(fresh) == 0o700
    fresh.chmod(0o755)
    make_private(fresh)
    assert mode(fresh) == 0o700


def test_a_link_or_a_file_is_no_private_folder(tmp_path):
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        with pytest.raises(NotPrivate):
            make_private(tmp_path / name)
    assert mode(tmp_path / "real") == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_somebody_elses_folder_is_refused(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o777)
    os.chown(theirs, 65534, 65534)
    with pytest.raises(NotPrivate, match="another user"):
        make_private(theirs)
