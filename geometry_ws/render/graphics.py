"""Whether this machine can draw, and the one command that helps where it can't.

The skia wheel names two system libraries (libEGL, libGL) that minimal machines lack, although
nothing here ever calls them. This module never imports skia by being imported, so that start-up
code can ask first and tell a person what to do.
"""

import importlib
import shutil
from collections.abc import Callable

_COMMANDS = (
    ("apt-get", "sudo apt-get install -y libegl1 libgl1"),
    ("dnf", "sudo dnf install -y libglvnd-egl libglvnd-glx"),
    ("zypper", "sudo zypper install -y libEGL1 libGL1"),
    ("pacman", "sudo pacman -S --noconfirm libglvnd"),
)


class MissingGraphicsLibrary(ImportError):
    """Drawing is impossible on this machine; the message says which command repairs it."""


def advice(reason: str, which: Callable[[str], str | None] = shutil.which) -> str:
    """Turn the text of a failed `import skia` into one sentence that says what to do."""
    if "No module named" in reason:
        return (
            "The Python package skia-python is not installed: run `pip install skia-python` "
            "(there is none for Alpine Linux; use a Debian or Ubuntu image there)."
        )
    if "libEGL" not in reason and "libGL" not in reason:
        return f"The drawing library skia can't be loaded on this machine: {reason}"
    for manager, command in _COMMANDS:
        if which(manager):
            return f"Two system libraries for drawing are missing: run `{command}`."
    return (
        "Two system libraries for drawing are missing: install libEGL.so.1 and libGL.so.1 "
        "with your system's package manager."
    )


def check_graphics() -> str | None:
    """Give None where drawing works, else one sentence with the command that repairs it."""
    try:
        importlib.import_module("skia")
    except ImportError as error:
        return advice(str(error))
    return None
