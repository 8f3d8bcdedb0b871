"""What mkdocs is told of the site besides mkdocs.yml: pages from outside docs/, and the order."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {
    "README.md": "start.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
}
"""Pages at the top of the repository, and what they are called in the site."""

FIRST = ["README.md", "index.md", "start.md", "client.md", "api.md", "openspec.md"]
FIRST += ["configuration.md", "protocol.md", "streams.md", "architecture.md"]
LAST = ["performance.md", "decisions.md", "glossary.md"]
LAST += ["contributing.md", "security.md", "changelog.md"]
_LINK = re.compile(r"(\]\()(?!https?:|#|mailto:)([^)#\s]+)")


def move(text: str, repository: str) -> str:
    """The text of a page at the top of the repository with links that fit inside docs/.

    What the site doesn't have is linked at the public repository.
    """

    def lead(link: re.Match[str]) -> str:
        target = link[2]
        if target in BESIDE:
            return link[1] + BESIDE[target]
        if target.startswith("docs/") and (ROOT / target).is_file():
            return link[1] + target.removeprefix("docs/")
        return f"{link[1]}{repository}/blob/main/{target}"

    return _LINK.sub(lead, text)


def order(pages: list[str]) -> list[str]:
    """The pages as the site lists them: some first, some last, new ones between these."""
    between = sorted(set(pages) - {*FIRST, *LAST})
    return [page for page in [*FIRST, *between, *LAST] if page in pages]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages beside docs/, and list all pages."""
    for name, page in BESIDE.items():
        text = move((ROOT / name).read_text("utf-8"), str(config.repo_url).rstrip("/"))
        if name == "README.md" and files.get_file_from_path("README.md") is None:
            page = "index.md"
        files.append(File.generated(config, page, content=text))
    config.nav = order([file.src_uri for file in files.documentation_pages()])
    return files
