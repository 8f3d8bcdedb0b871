#!/usr/bin/env python3
"""Writes requirements*.txt: every package that is installed, its version and its files' hashes.

    .ci/pins.py         # raise all versions
    .ci/pins.py --keep  # the same versions; a version that was changed by hand gets its hashes

The files are made in the order of `wanted`; each leaves out what those before it pin.
"""

import argparse
import configparser
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.11"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.M)
NODEJS = re.compile(r'^NODEJS_FROM_PYPI = "([^"]+)"$', re.M)

Resolve = Callable[[Path, Path, bool], None]


class Refused(Exception):
    """The pins can't be written; the message says why."""


def normal(name: str) -> str:
    """The name of a package in the form that compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(text: str) -> dict[str, str]:
    """The pins of a requirements file: each package's lines, its hashes included, by its name."""
    pins: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if pin := PIN.match(line):
            name = normal(pin[1])
            pins[name] = line + "\n"
        elif name and line.startswith((" ", "\t")):
            pins[name] += line + "\n"
    return pins


def wanted(root: Path) -> dict[str, list[str]]:
    """What each file is made from, in the order in which they are made."""
    setup = configparser.ConfigParser()
    setup.read(root / "setup.cfg", "utf-8")
    extras = {name: text.split("\n") for name, text in setup["options.extras_require"].items()}
    build = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    backend = (root / "build_backend" / "geometry_ws_build.py").read_text("utf-8")
    nodejs = NODEJS.search(backend)
    if nodejs is None:
        raise Refused("build_backend/geometry_ws_build.py has no NODEJS_FROM_PYPI")
    required = setup["options"]["install_requires"].split("\n")
    return {
        "requirements-build.txt": build,
        "requirements.txt": [*required, *extras["test"]],
        "requirements-docs.txt": extras["docs"],
        "requirements-release.txt": extras["release"],
        "requirements-node.txt": [nodejs[1]],
        "requirements-pins.txt": ["uv"],
    }


def resolve(requirements: Path, pins: Path, raised: bool) -> None:
    """Resolve what a file requires; `pins` has the present ones, and has the new ones then."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet"),
        *("--python-version", OLDEST_PYTHON, "--prerelease", "disallow"),
        *("--generate-hashes", "--no-annotate", "--no-header"),
        *(["--upgrade"] if raised else []),
        *(str(requirements), "--output-file", str(pins)),
    ]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise Refused("uv can't resolve the requirements: see above")


def write_pins(root: Path, raised: bool, resolved: Resolve = resolve) -> list[str]:
    """Write all files anew; gives the names of those that became others."""
    above: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, requirements in wanted(root).items():
        old = (root / name).read_text("utf-8")
        pins = _pins_of(requirements, above, read_pins(old), raised, resolved)
        bare = sorted(package for package, lines in pins.items() if "--hash=" not in lines)
        if bare or not pins:
            raise Refused(f"{name} would have pins without hashes: {', '.join(bare) or 'none'}")
        above |= pins
        new = old.partition("\n")[0] + "\n" + "".join(pins[package] for package in sorted(pins))
        if new != old:
            texts[name] = new
    for name, text in texts.items():
        (root / name).write_text(text, "utf-8")
    return list(texts)


def _pins_of(
    requirements: Sequence[str],
    above: Mapping[str, str],
    known: Mapping[str, str],
    raised: bool,
    resolved: Resolve,
) -> dict[str, str]:
    """The pins of one file: what is pinned above keeps its version, and is left out."""
    fixed = [lines.split(" ")[0] for lines in above.values()]
    with tempfile.TemporaryDirectory() as folder:
        lines, pins = Path(folder, "in.txt"), Path(folder, "pins.txt")
        constraints = Path(folder, "fixed.txt")
        constraints.write_text("\n".join(fixed) + "\n", "utf-8")
        lines.write_text("\n".join(["-c fixed.txt", *requirements]) + "\n", "utf-8")
        pins.write_text("".join([*above.values(), *known.values()]), "utf-8")
        resolved(lines, pins, raised)
        made = read_pins(pins.read_text("utf-8"))
    return {package: text for package, text in made.items() if package not in above}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pins, or say in one message why not; the exit status."""
    parser = argparse.ArgumentParser(description="Pin all packages with their hashes.")
    parser.add_argument("--keep", action="store_true", help="keep the versions")
    options = parser.parse_args(arguments)
    try:
        written = write_pins(ROOT, not options.keep)
    except Refused as refusal:
        print(f"geometry_ws: no pins: {refusal}", file=sys.stderr)
        return 1
    print(f"Written: {', '.join(written)}" if written else "Nothing is newer.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
