"""What attention says of real projects, beside what the official tool's `archive` does with each.

    python -m benchmarks.agents.corpus FOLDER…

A FOLDER has openspec/, or folders that do. Each is copied, and every open change is archived in a
copy by the official tool (`make tools`). Wrong is a change that is listed as ready and refused,
that is refused for more than open tasks and not listed, or that is complete, taken and not ready.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import Status
from geometry_ws.team.attention import ProjectAttention
from tests.openspec.openspec_answers import Official

MERELY_OPEN = "archive_tasks_incomplete"


def projects(folders: list[Path]) -> list[Path]:
    """The folders with openspec/ among these and right below them."""
    several = [each for folder in folders for each in (folder, *sorted(folder.iterdir()))]
    return [each for each in several if (each / "openspec").is_dir()]


def verdict(tool: Official, folder: Path, change: str) -> str:
    """The code of the official refusal; empty where it archives."""
    out = tool.ask(folder, "archive", "--json", "--", change)[1]
    if "confirmation_required" in out:
        out = tool.ask(folder, "archive", "--json", "--yes", "--", change)[1]
    said = json.loads(out)
    return "" if said["archive"] is not None else said["status"][0]["code"]


def compare(tool: Official, source: Path, place: Path) -> tuple[str, list[str]]:
    """A line about a project, and what is wrong."""

    def fresh() -> None:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source / "openspec", place / "openspec", symlinks=True)
        subprocess.run(["chmod", "-R", "u+w", str(place)], check=True)

    fresh()
    store = Store(place / "openspec")
    store.load()
    store.read_bases()
    state = store.state
    items = ProjectAttention("x").items(state, int(time.time() * 1000))
    listed = defaultdict(set)
    for item in items:
        for name in (item.change, *item.changes):
            listed[name].add(item.kind)
    wrong, codes = [], Counter()
    for name, change in state.changes.items():
        code = verdict(tool, place, name)
        codes[code or "archived"] += 1
        kinds = listed[name]
        if not code:
            fresh()
        if "ready" in kinds and code:
            wrong.append(f"{name} is listed as ready, and refused: {code}")
        if code and code != MERELY_OPEN and not kinds - {"conflict", "ready"}:
            wrong.append(f"{name} is refused and not listed: {code}")
        complete = change.status is Status.COMPLETE
        if not code and complete and not kinds & {"ready", "moved_base"}:
            wrong.append(f"{name} would be archived, and isn't listed as ready")
    kinds = Counter(item.kind for item in items)
    return f"{len(state.changes)} changes, official: {dict(codes)}, listed: {dict(kinds)}", wrong


def main() -> int:
    failed = False
    with tempfile.TemporaryDirectory(prefix="geometry-ws-corpus-") as name:
        tool = Official(Path(name))
        try:
            for source in projects([Path(each) for each in sys.argv[1:]]):
                line, wrong = compare(tool, source, Path(name) / "copy")
                print(f"{source.name}: {line}: {'WRONG' if wrong else 'agree'}", flush=True)
                for sentence in wrong:
                    print(f"  {sentence}")
                failed = failed or bool(wrong)
        finally:
            tool.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
