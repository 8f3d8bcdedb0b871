"""Builds the site of the documents into build/site, strictly, with what mkdocs.yml sets.

Its pages are those of docs/, the ones beside it, and a reference made from docstrings. They are
put together in build/site-sources.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
REPOSITORY = "https://github.com/geometry-os/geometry_ws"
BESIDE = {
    "README.md": "start.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
"""Pages at the top of the repository, and what they are called in the site."""

REFERENCE = """\
# Reference of the Python packages

This page is made from the docstrings.
[Programs in Python](client.md) shows how the parts work together.

## geometry_ws

::: geometry_ws.client.showing
    options:
      members: [connect, show, wait]

::: geometry_ws.client.screen.Screen
    options:
      members: [url, connected, closed, handles, show, wait, close]

::: geometry_ws.client.picture_handle.PictureHandle
    options:
      members: [title, size, rect, closed, problem, update, configure, move, on_input, flush, close]

## geometry_ws.client

::: geometry_ws.client

## geometry_ws.testing

::: geometry_ws.testing
    options:
      show_submodules: true
"""
"""The page `api.md`, which mkdocstrings fills in."""

FIRST = ["README.md", "index.md", "start.md", "client.md", "api.md"]
FIRST += ["command-line.md", "openspec.md", "configuration.md", "protocol.md", "streams.md"]
FIRST += ["architecture.md"]
LAST = ["performance.md", "decisions.md", "glossary.md"]
LAST += ["contributing.md", "security.md", "changelog.md"]
_LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)")


def move(text: str) -> str:
    """The text of a page at the top of the repository with links that fit inside docs/.

    What the site doesn't have is linked at the public repository.
    """

    def lead(link: re.Match[str]) -> str:
        target = link[2]
        if target in BESIDE:
            return link[1] + BESIDE[target]
        if target.startswith("docs/") and (ROOT / target).is_file():
            return link[1] + target.removeprefix("docs/")
        return f"{link[1]}{REPOSITORY}/blob/main/{target}"

    return _LINK.sub(lead, text)


def lead_out(text: str) -> str:
    """The text of a page of docs/, with what lies beside docs/ led to where the site has it."""
    return re.sub(r"\]\(\.\./([^)#\s]+)\)", lambda link: move(f"]({link[1]})"), text)


def order(pages: Sequence[str]) -> list[str]:
    """The pages as the site lists them: some first, some last, new ones between these."""
    between = sorted(set(pages) - {*FIRST, *LAST})
    return [page for page in [*FIRST, *between, *LAST] if page in pages]


def gather(folder: Path) -> Path:
    """Put the pages and the settings of the site into a folder; the file with the settings."""
    settings: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    pages = folder / "site-sources"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages)
    for document in pages.glob("*.md"):
        document.write_text(lead_out(document.read_text("utf-8")), "utf-8")
    for name, page in BESIDE.items():
        if name == "README.md" and not (pages / "README.md").exists():
            page = "index.md"
        text = (ROOT / name).read_text("utf-8")
        (pages / page).write_text(move(text), "utf-8")
    (pages / "api.md").write_text(REFERENCE, "utf-8")
    names = [path.relative_to(pages).as_posix() for path in pages.rglob("*.md")]
    settings |= {"docs_dir": pages.name, "site_dir": "site", "nav": order(names)}
    path = folder / "mkdocs.yml"
    path.write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site; the exit status of its program."""
    parser = argparse.ArgumentParser(description="Build the site of the documents.")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "build", help="where the site and its sources go"
    )
    folder = parser.parse_args(arguments).folder.resolve()
    shutil.rmtree(folder / "site", ignore_errors=True)
    settings = gather(folder)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(settings)]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status == 0:
        print(f"The site begins at {folder / 'site' / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
