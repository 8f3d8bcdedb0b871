"""What the official tool answers and what we answer to the same command lines, compared.

One process of Node.js answers them all. Documents must be equal, but for the wording of messages.
"""

import difflib
import json
import os
import shutil
import subprocess
from pathlib import Path

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.disk.find_project import find_root
from geometry_ws.openspec.disk.folder import Folder

SERVER = Path(__file__).with_suffix(".mjs")
WORDING = frozenset({"message", "fix", "nextSteps", "constraints", "warning"})
TODAY = "2026-01-31"


class Official:
    """The official tool in a process of its own; `home` is a folder without any settings."""

    def __init__(self, home):
        program = Path(os.path.realpath(shutil.which("openspec"))).parent.parent
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            ["node", SERVER, program / "dist/cli/index.js", str(writing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
            env={
                "PATH": os.environ["PATH"], "HOME": str(home), "CI": "1", "NO_COLOR": "1",
                "OPENSPEC_TELEMETRY": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            },
        )  # fmt: skip
        os.close(writing)
        self.answers = os.fdopen(reading, encoding="utf-8")

    def ask(self, folder, *words):
        """The exit status and the two texts of one command line."""
        question = json.dumps({"folder": str(folder), "words": list(words)})
        self.process.stdin.write(question.encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.answers.readline())
        return answer["exit"], answer["out"], answer["err"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.answers.close()


def ours(folder, *words, ask=None, state=None):
    """The same of us, as the command line does it."""
    path, source = find_root(str(folder))
    if words[:1] in (("change",), ("spec",)):
        path = os.path.realpath(folder)
    root = {"path": path, "source": source}
    project = FolderProject(Folder(path), root, lambda: state)
    output = run(words, project, today=TODAY, ask=ask)
    return output.exit, output.stdout, output.stderr


def without_wording(value, kind=""):
    """A document without what may differ: messages, durations, our words on the built-in schema."""
    if isinstance(value, dict):
        plain = {
            key: "" if key in WORDING else without_wording(item, key) for key, item in value.items()
        }
        if value.get("source") == "package":
            plain["description"] = ""
        return plain
    if isinstance(value, list):
        if kind == "warnings":
            value = ["" if isinstance(item, str) else item for item in value]
        plain = [without_wording(item) for item in value]
        return _settled(plain) if kind in ("items", "itemFindings") else plain
    return 0 if kind == "durationMs" else value


def _settled(items):
    """A change and a spec of one id come in any order: the official tool leaves it to chance."""
    for at in range(len(items) - 1):
        item, next_item = items[at], items[at + 1]
        if item["id"] == next_item["id"] and item["type"] == "spec":
            items[at], items[at + 1] = next_item, item
    return items


def document(text):
    """A text as JSON, or None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def summed_up(text):
    """What `view` prints, but for its last line: there it names commands."""
    return text.rstrip("\n").rpartition("\n")[0]


def difference(official, folder, words):
    """What differs between the two answers to a command line, or None."""
    theirs, mine = official.ask(folder, *words), ours(folder, *words)
    expected, actual = document(theirs[1]), document(mine[1])
    # As texts, so that the order of keys counts.
    same = json.dumps(without_wording(expected)) == json.dumps(without_wording(actual))
    if expected is None:
        # Texts for people are ours; that there is one is not.
        same = actual is None and bool(theirs[1].strip()) == bool(mine[1].strip())
        if words[:1] == ["view"] and theirs[0] == 0:
            # It has no other form, so that its text is what programs read.
            same = summed_up(theirs[1]) == summed_up(mine[1])
    elif bool(theirs[2]) != bool(mine[2]):
        same = False
    if theirs[0] == mine[0] and same:
        return None
    lines = [
        f"status {answer[0]}\n{answer[1]}\nbeside it: {answer[2]}".split("\n")
        for answer in (theirs, mine)
    ]
    shown = difflib.unified_diff(*lines, "official", "ours", lineterm="", n=2)
    return "\n".join([" ".join(words), *shown])
