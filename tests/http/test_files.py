"""The dashboard's files, and folders that are private."""

import base64
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
    assert frame.policy.endswith("frame-ancestors 'self'; sandbox allow-scripts")
    assert "immutable" in frame.cache_control
    assert files["diagram.html"].policy == ""
    answer = answers.served(frame, Head("GET", "/"))
    assert answer.headers["Content-Security-Policy"] == frame.policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
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
