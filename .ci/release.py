#!/usr/bin/env python3
"""Checks that a release can be made of this checkout, and builds its files into a new folder.

    .ci/release.py            # check and build; print the commands that tag and upload
    .ci/release.py --dry-run  # the same where the checkout isn't ready; files aren't kept

Nothing is tagged and nothing is uploaded: the last lines say how to.
"""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DASHBOARD = "geometry_ws/web/dist/"
VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.M)
NUMBERS = re.compile(r"\d+\.\d+\.\d+")


class Refused(Exception):
    """The release can't be made; the message says why, and what to do."""


def read_version(text: str) -> str:
    """The version that the text of `geometry_ws/__init__.py` names: three numbers."""
    named = VERSION.search(text)
    if named is None or not NUMBERS.fullmatch(named[1]):
        raise Refused("geometry_ws/__init__.py has no __version__ of three numbers")
    return named[1]


def read_date(changelog: str, version: str) -> datetime.date:
    """The date that a changelog gives to a version."""
    heading = re.search(rf"^## \[{re.escape(version)}\] - (\S+)$", changelog, re.M)
    if heading is None:
        raise Refused(f"CHANGELOG.md has no section `## [{version}] - <date>`")
    try:
        date = datetime.date.fromisoformat(heading[1])
    except ValueError:
        raise Refused(f"CHANGELOG.md gives {version} no date: {heading[1]}") from None
    if f"\n[{version}]: " not in changelog:
        raise Refused(f"CHANGELOG.md has no link for [{version}]")
    return date


def has_unreleased(changelog: str) -> bool:
    """Whether a changelog has notes that belong to no version yet."""
    section = re.search(r"^## \[Unreleased\]$(.*?)^## ", changelog, re.M | re.S)
    return section is not None and "\n- " in section[1]


def check_dashboard(name: str, members: Iterable[str]) -> None:
    """Refuse a wheel or an sdist that lacks the page, its script or its style sheet."""
    # Members of an sdist are below a folder with the version's name.
    files = [member.partition(DASHBOARD)[2] for member in members if DASHBOARD in member]
    for wanted in (r"index\.html", r"pages\.html", r"main-\w+\.js", r"style-\w+\.css"):
        if not any(re.fullmatch(wanted, file) for file in files):
            raise Refused(f"{name} has no {DASHBOARD}{wanted}: the dashboard isn't in it")


def members(archive: Path) -> list[str]:
    """The names of what is in a wheel or an sdist."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.namelist()
    with tarfile.open(archive) as sdist:
        return sdist.getnames()


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """What a command prints; refused with its last lines where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = "\n".join(done.stdout.splitlines()[-20:])
        raise Refused(f"`{' '.join(map(str, command))}` failed:\n{lines}")
    return done.stdout


def find_unfinished(changelog: str, version: str) -> list[str]:
    """What stops a release of this checkout, in sentences; a dry run only says it."""
    unfinished = []
    if changes := run("git", "status", "--porcelain"):
        unfinished.append(f"the checkout has changes that aren't committed:\n{changes.rstrip()}")
    if run("git", "tag", "--list", f"v{version}").strip():
        unfinished.append(f"v{version} is tagged already: raise geometry_ws.__version__")
    if has_unreleased(changelog):
        unfinished.append("CHANGELOG.md has notes under [Unreleased]: give them a version")
    return unfinished


def copy_checkout(folder: Path) -> Path:
    """A copy of what git has or would take of the checkout: nothing that was built."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, names.split("\0")):
        # A file that was deleted, but not yet in git.
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def build(source: Path, folder: Path) -> tuple[Path, Path]:
    """The wheel and the sdist, built into a folder; the wheel from the sdist, as installers do."""
    run(sys.executable, "-m", "build", "--outdir", folder, source)
    [wheel] = folder.glob("*.whl")
    [sdist] = folder.glob("*.tar.gz")
    return wheel, sdist


def check_install(wheel: Path, version: str, folder: Path) -> None:
    """Install the wheel alone into a new environment, and import it there."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", wheel)
    program = (
        "import geometry_ws, geometry_ws.web;"
        "assert (geometry_ws.web.dist() / 'index.html').is_file();"
        "print(geometry_ws.__version__)"
    )
    installed = run(python, "-I", "-c", program, folder=folder).strip()
    if installed != version:
        raise Refused(f"the installed wheel says that it is {installed}, and not {version}")


def release(folder: Path, dry: bool) -> None:
    """All steps, in order; Refused where one fails. The built files are in `folder` then."""
    version = read_version((ROOT / "geometry_ws" / "__init__.py").read_text("utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    print(f"Version {version} of {read_date(changelog, version)}")
    for sentence in find_unfinished(changelog, version):
        if not dry:
            raise Refused(sentence)
        print(f"A release would stop here: {sentence}")
    with tempfile.TemporaryDirectory() as temporary:
        print("Building the sdist, and the wheel from it")
        wheel, sdist = build(copy_checkout(Path(temporary, "source")), folder)
        for archive in (wheel, sdist):
            check_dashboard(archive.name, members(archive))
        print("Checking the metadata, and that the description renders")
        run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
        print("Installing the wheel into a new environment")
        check_install(wheel, version, Path(temporary, "environment"))
    print(f"{wheel.name} and {sdist.name} are as they should be")
    if not dry:
        print(f"To release {version}:")
        print(f"    git tag -a v{version} -m 'geometry_ws {version}'")
        print(f"    git push origin v{version}")
        print(f"    .venv/bin/python -m twine upload {sdist} {wheel}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Release, or say in one message why not; the exit status."""
    parser = argparse.ArgumentParser(description="Check and build a release.")
    parser.add_argument(
        "--dry-run", action="store_true", help="go on where the checkout isn't ready for a release"
    )
    parser.add_argument("--keep", metavar="FOLDER", type=Path, help="put the built files there")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            if options.keep:
                folder = options.keep.resolve()
                folder.mkdir(parents=True, exist_ok=True)
            elif not options.dry_run:
                folder = Path(tempfile.mkdtemp(prefix="geometry_ws-release-"))
            release(folder, options.dry_run)
    except Refused as refusal:
        print(f"geometry_ws: no release: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
