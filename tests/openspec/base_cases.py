"""Two changes that modify one requirement, in a folder with or without git."""

import os
import shutil
import subprocess

import pytest

from geometry_ws.openspec.disk.store import Store

NAME = "Switching"
FIRST = "The lamp SHALL light when it is switched on."
SCENARIO = """
#### Scenario: On
- **WHEN** the switch is pressed
- **THEN** the lamp lights
"""
LOCK = "The lamp SHALL lock after five presses."
REMEMBER = "The lamp SHALL remember its brightness."
GONE = {NAME: (LOCK,)}
DONE = "- [x] 1.1 do it\n"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def modified(*sentences, name=NAME):
    """A delta that modifies the lamp's requirement: its sentence, and these."""
    text = "\n".join([FIRST, *sentences])
    return f"## MODIFIED Requirements\n\n### Requirement: {name}\n{text}\n{SCENARIO}"


def two_changes(project):
    """Changes called lock and remember, each with a sentence of its own."""
    project.change("lock", tasks=DONE, delta=modified(LOCK))
    project.change("remember", tasks=DONE, delta=modified(REMEMBER))
    return project


def delta_of(project, change="remember"):
    return project.folder / "changes" / change / "specs/lamp/spec.md"


def spec_of(project):
    return (project.folder / "specs/lamp/spec.md").read_text()


def lost(state, change="remember"):
    """The sentences that a change would take away, by requirement."""
    return {moved.requirement: moved.lost for moved in state.changes[change].moved}


def read(store):
    """The state after everything was read again, what deltas were written against too."""
    store.reload()
    return store.read_bases()


def opened(project, state=None):
    """A store that has read everything; `state` is where it remembers bases."""
    store = Store(project.folder, state=state)
    store.load()
    store.read_bases()
    return store


class Git:
    """The git of a project's folder."""

    def __init__(self, folder):
        self.folder = folder
        self("init", "-q", "-b", "main", ".")

    def __call__(self, *words, folder=None, when=None):
        date = f"{1_700_000_000 + when} +0000" if when is not None else ""
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org", **dates,
        }  # fmt: skip
        done = subprocess.run(
            ["git", *words], cwd=folder or self.folder, env=environment, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def commit(self, *paths, when=None):
        self("add", "-A", *(paths or ["."]))
        self("commit", "-q", "-m", "a step", when=when)
