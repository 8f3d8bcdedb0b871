"""Every package that is installed is pinned with its files' hashes, and is checked by them."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path.name for path in ROOT.glob("requirements*.txt"))
INSTALLERS = (".ci/install", ".ci/in-web", ".ci/run", "Makefile", ".github/workflows/ci.yml")
HASH = re.compile(r" --hash=sha256:[0-9a-f]{64}\b")


@pytest.fixture(scope="module")
def pins(load):
    return load(".ci/pins.py")


def read(name):
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_hashes_and_a_file_has_nothing_else(pins, name):
    heading, *lines = read(name).splitlines()
    assert heading.startswith("# ")
    blocks = pins.read_pins(read(name))
    assert blocks
    assert "\n".join(lines) + "\n" == "".join(blocks.values())
    for block in blocks.values():
        first, *hashes = block.replace(" \\\n", "\n").splitlines()
        assert re.fullmatch(r"[\w.-]+==\S+", first)
        assert hashes
        assert all(HASH.fullmatch(line.replace("   ", "", 1)) for line in hashes), block


def test_pins_are_made_from_what_the_project_requires(pins):
    assert sorted(pins.wanted(ROOT)) == FILES
    for name, requirements in pins.wanted(ROOT).items():
        above = "".join(map(read, FILES))
        names = {pins.normal(re.match(r"[\w.-]+", line)[0]) for line in requirements if line}
        assert names <= pins.read_pins(above).keys(), name


def test_nothing_is_pinned_twice(pins):
    names = [package for name in FILES for package in pins.read_pins(read(name))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", INSTALLERS)
def test_whatever_installs_packages_checks_their_hashes(name):
    text = re.sub(r"\\\n\s*", "", read(name))
    for line in text.splitlines():
        if re.search(r"\bpip install\b", line) and not line.strip().startswith("#"):
            # The checkout itself comes from no index.
            assert "--require-hashes" in line or line.endswith("-e ."), line
            assert "--no-deps" in line, line
        assert not re.search(r"\bnpm (install|i|add)\b", line), line


def test_the_official_tool_is_installed_as_its_lock_says():
    lock = read("tests/openspec/official/package-lock.json")
    packages = re.findall(r'^ {4}"node_modules/[^"]+": \{\n((?: {6}.*\n)+)', lock, re.M)
    assert len(packages) > 40
    assert all('"integrity": "sha512-' in package for package in packages)


# --- how they are written -----------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path, pins):
    """A small checkout with one package of each kind, pinned without hashes."""
    for name in (*FILES, "setup.cfg", "pyproject.toml", "build_backend/geometry_ws_build.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# A heading.\nsix==1.0\n" if name in FILES else read(name))
    return tmp_path


def resolved_to(versions, hashes="    --hash=sha256:" + "a" * 64 + "\n"):
    """A stand-in for uv: everything that is asked for, and `below`, which it needs."""

    def resolve(requirements, pins, raised):
        lines = requirements.read_text().splitlines()
        names = {re.match(r"[\w.-]+", line)[0] for line in lines if line and line[0] != "-"}
        known = dict(re.findall(r"^([\w.-]+)==(\S+)", pins.read_text(), re.M))
        made = ""
        for name in sorted({*names, "below"}):
            version = versions if raised else known.get(name, versions)
            made += f"{name}=={version} \\\n{hashes}" if hashes else f"{name}=={version}\n"
        pins.write_text(made)

    return resolve


def test_pins_are_written_with_hashes_and_each_once(pins, checkout):
    written = pins.write_pins(checkout, True, resolved_to("2.0"))
    assert sorted(written) == FILES
    texts = [(checkout / name).read_text() for name in FILES]
    assert sum(text.count("below==2.0") for text in texts) == 1
    assert all(text.startswith("# A heading.\n") for text in texts)
    assert all(text.count("==") == text.count("--hash=") for text in texts)
    assert pins.write_pins(checkout, True, resolved_to("2.0")) == []


def test_kept_versions_stay_and_get_hashes(pins, checkout):
    (checkout / "requirements-pins.txt").write_text("# A heading.\nuv==1.5\n")
    pins.write_pins(checkout, False, resolved_to("2.0"))
    assert "uv==1.5 \\\n    --hash=" in (checkout / "requirements-pins.txt").read_text()


def test_a_pin_without_hashes_is_refused_and_nothing_is_written(pins, checkout):
    before = {name: (checkout / name).read_text() for name in FILES}
    with pytest.raises(pins.Refused, match="without hashes"):
        pins.write_pins(checkout, True, resolved_to("2.0", hashes=""))
    assert {name: (checkout / name).read_text() for name in FILES} == before


def test_refusals_are_one_message_and_a_status(pins, monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(pins.subprocess, "run", lambda *_, **__: failed)
    assert pins.main(["--keep"]) == 1
    assert capsys.readouterr().err.startswith("geometry_ws: no pins: uv can't resolve")
