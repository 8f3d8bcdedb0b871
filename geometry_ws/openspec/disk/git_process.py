"""One run of git whose output is read within bounds of time and size; it changes nothing.

Whatever lies in the project's configuration of git, no other program is started by it.
"""

import os
import subprocess
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SECONDS = 20.0
MOST_BYTES = 64 * 2**20
_PIECE = 2**16
_SAFE = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false", "-c", "protocol.allow=never",
    "-c", "log.showRoot=true", "-c", "color.ui=false",
)  # fmt: skip


class GitFailed(Exception):
    """Git is not there, is too slow, says too much, or does not know the project."""


def run_git(
    top: str, words: Sequence[str], given: bytes = b"", fine: Collection[int] = (0,)
) -> bytes:
    """The output of one command of git in a work tree; `given` is what it reads.

    Raises GitFailed, also where its status is none of those that are `fine`.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment.update(
        GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1", LC_ALL="C"
    )
    with tempfile.TemporaryFile() as reading:
        reading.write(given)
        reading.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - words of ours, no shell
                ["git", *_SAFE, *words],  # noqa: S607 - the user's git
                cwd=top,
                env=environment,
                stdin=reading,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as problem:
            raise GitFailed(f"git can't be run: {problem.strerror}") from problem
        return _read(process, fine)


def _read(process: "subprocess.Popen[bytes]", fine: Collection[int]) -> bytes:
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(SECONDS, stop)
    timer.daemon = True
    timer.start()
    pieces, size = [], 0
    try:
        if process.stdout is not None:
            while piece := process.stdout.read(_PIECE):
                size += len(piece)
                if size > MOST_BYTES:
                    raise GitFailed("git says more than can be read")
                pieces.append(piece)
        status = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if status not in fine or late.is_set():
        raise GitFailed("git is too slow" if late.is_set() else "git does not know the project")
    return b"".join(pieces)


def find_work_tree(folder: str) -> tuple[str, str] | None:
    """The work tree that a folder (a real path) lies in, and its git directory, if there is one."""
    for place in (Path(folder), *Path(folder).parents):
        git = place / ".git"
        if git.is_dir():
            return str(place), str(git)
        if git.is_file():
            text = small_text(git)
            target = text.removeprefix("gitdir:").strip()
            if text.startswith("gitdir:") and target:
                return str(place), os.path.normpath(str(place / target))
    return None


class BatchObject(NamedTuple):
    """An object as `cat-file --batch` gives it: its name, its kind, its bytes."""

    name: bytes
    kind: bytes
    content: bytes


def batch_objects(output: bytes) -> Iterator[BatchObject | None]:
    """The objects in what `cat-file --batch` says, in its order; None for what isn't there."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        words = output[at:end].split(b" ")
        at = end + 1
        if len(words) != 3 or not words[2].isdigit():
            yield None
            continue
        size = int(words[2])
        yield BatchObject(words[0], words[1], output[at : at + size])
        at += size + 1


def common_folder(git: str) -> str:
    """The git directory that a work tree's own one shares with the others of its repository."""
    return os.path.normpath(Path(git, small_text(Path(git, "commondir")).strip() or "."))


def head_of(git: str) -> tuple[str, ...]:
    """What says, without a process, whether the commit that is checked out is still the same."""
    folder = Path(git)
    common = Path(common_folder(git))
    head = small_text(folder / "HEAD").strip()
    reference = head.removeprefix("ref:").strip() if head.startswith("ref:") else ""
    names = ("packed-refs", "reftable/tables.list")
    stamps = [_stamp(common / name) for name in names]
    if reference and ".." not in reference.split("/") and not reference.startswith("/"):
        stamps.append(small_text(common / reference).strip())
    return (head, *stamps)


def small_text(path: Path) -> str:
    """What a small file of git says; nothing where it can't be read."""
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"
