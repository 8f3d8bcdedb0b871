"""Writes what is made from the declarations: `python -m geometry_ws.protocol.generate`.

With ``--check`` it writes nothing and tells which files are stale; a test does the same.
"""

import sys
from pathlib import Path

from geometry_ws.protocol import document, javascript, schema


def products(root: Path) -> dict[Path, str]:
    """Every made file of a checkout with what it should hold."""
    page = root / "docs" / "protocol.md"
    return {
        page: document.put_into(page.read_text("utf-8")),
        root / "docs" / "protocol.schema.json": schema.text(),
        root / "geometry_ws" / "web" / "src" / "shared" / "uris.js": javascript.text(),
    }


def stale(root: Path) -> list[Path]:
    """The made files that are not as they should be."""
    return [
        path
        for path, text in products(root).items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write, or check."""
    root = Path(__file__).parent.parent.parent
    if "--check" in arguments:
        for path in stale(root):
            sys.stderr.write(f"{path.relative_to(root)} is stale: run `make generate`.\n")
        return 1 if stale(root) else 0
    for path, text in products(root).items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
