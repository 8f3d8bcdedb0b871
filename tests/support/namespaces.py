"""Programs in a namespace of their own, where the system has few watches for files."""

import functools
import subprocess

import pytest


@functools.cache
def _can_limit() -> bool:
    """Whether this machine lets us make a namespace, and set limits in it."""
    try:
        done = subprocess.run(limited("max_inotify_watches", 3, "true"), capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def limited(name: str, value: int, *command: object) -> list[str]:
    """A command line that runs a command where user.<name> is so small."""
    script = f'echo {value} > /proc/sys/user/{name} && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh", *map(str, command)]


@pytest.fixture
def few_watches():
    """`limited`; skips where no namespace can be made."""
    if not _can_limit():
        pytest.skip("no user namespace can be made here")
    return limited
