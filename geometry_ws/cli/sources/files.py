"""Pictures in files: one of them, several one after another, and the newest of a folder."""

import glob
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from geometry_ws.cli.sources.source import Pace, SourceError, Stage
from geometry_ws.client.arrays import Reading
from geometry_ws.client.errors import NoPicture
from geometry_ws.client.pictures import Picture, picture_of

SLIDES_A_SECOND: Final = 2.0
LOOK_SECONDS: Final = 0.2
_SHARE_OF_LOOKING: Final = 1 / 20
"""Looking through a large folder takes no more than this share of the time."""
_DIGITS: Final = re.compile(r"(\d+)")


class Version(NamedTuple):
    """A file as it was at a time; a later one is larger."""

    changed: int
    path: str
    size: int


@dataclass(frozen=True)
class Files:
    """The files that a word means: a folder's pictures, those of a glob, or the file itself."""

    word: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "word", os.path.expanduser(self.word))  # noqa: PTH111

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(self.word)  # noqa: PTH112

    @property
    def is_glob(self) -> bool:
        """Whether it is a pattern and no file."""
        return glob.has_magic(self.word) and not os.path.lexists(self.word)

    @property
    def place(self) -> Path:
        """The folder that must be there for files to come."""
        if self.is_folder:
            return Path(self.word)
        parts = Path(self.word).parts
        plain = next((n for n, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
        return Path(*parts[: min(plain, len(parts) - 1)])

    def versions(self) -> Iterator[Version]:
        """All of them as they are now, in no order. Raises SourceError."""
        for path in self._paths():
            try:
                state = os.stat(path)  # noqa: PTH116 - thousands of them, many times
            except OSError:
                continue  # it has gone meanwhile
            if stat.S_ISREG(state.st_mode):
                yield Version(state.st_mtime_ns, path, state.st_size)

    def _paths(self) -> Iterator[str]:
        if self.is_glob:
            yield from glob.iglob(self.word, recursive=True)  # noqa: PTH207 - absolute ones too
        elif self.is_folder:
            suffixes = _suffixes()
            try:
                with os.scandir(self.word) as entries:
                    for entry in entries:
                        suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122
                        if suffix in suffixes and not entry.name.startswith("."):
                            yield entry.path
            except OSError as problem:
                raise SourceError(f"{self.word!r} can't be read: {problem.strerror}.") from None
        else:
            yield self.word


def in_order(paths: Iterator[str]) -> list[Path]:
    """Paths as a person counts: 2 before 10."""

    def key(path: str) -> list[str | int]:
        return [int(part) if part.isdecimal() else part for part in _DIGITS.split(path)]

    return [Path(path) for path in sorted(paths, key=key)]


class Still:
    """A picture; it is read when this is made. Raises SourceError."""

    until = "until Ctrl-C"
    content = "auto"

    def __init__(self, path: Path) -> None:
        self.title = path.name
        self.doing = f"Showing {path.name}"
        try:
            self._picture = _picture(path)
        except NoPicture as problem:
            raise SourceError(str(problem)) from None

    def play(self, stage: Stage) -> None:
        """See `Source.play`."""
        stage.show(self._picture, self.title)
        stage.stay()


class Slides:
    """Pictures one after another."""

    until = "until they end or Ctrl-C"
    content = "auto"

    def __init__(self, title: str, paths: list[Path], fps: float | None) -> None:
        self.title = title
        self.doing = f"Showing {len(paths)} pictures of {title}"
        self._paths = paths
        self._fps = fps or SLIDES_A_SECOND

    def play(self, stage: Stage) -> None:
        """See `Source.play`."""
        pace = Pace(stage)
        count = 0
        for path in self._paths:
            if count and not pace.wait(count / self._fps):
                count += 1
                continue
            try:
                picture = _picture(path)
            except NoPicture as problem:
                stage.say(str(problem)[:-1])
                continue
            stage.show(picture, path.name)
            count += 1
        if not count:
            raise SourceError(f"None of the {len(self._paths)} files of {self.title} can be shown.")
        pace.wait(count / self._fps)


class Followed:
    """The newest picture of a folder or a glob, as files come; or a file, as it changes."""

    until = "until Ctrl-C"
    content = "auto"

    def __init__(self, files: Files, fps: float | None) -> None:
        self._files = files
        self._seconds = 1 / fps if fps else LOOK_SECONDS
        self.title = Path(files.word).name or files.word
        what = "the newest picture of " if files.is_folder or files.is_glob else ""
        self.doing = f"Following {what}{self.title}"

    def play(self, stage: Stage) -> None:
        """See `Source.play`."""
        shown: Version | None = None
        broken: Version | None = None
        while True:
            began = stage.now()
            newest = max(self._files.versions(), default=None)
            if newest is None and broken is None and shown is None:
                broken = Version(0, "", 0)
                stage.say(f"There is no picture in {self._files.word} yet; waiting for the first")
            elif newest is not None and newest != shown:
                try:
                    picture = _picture(Path(newest.path))
                except NoPicture as problem:
                    # Mostly it is being written; the second time it isn't.
                    if newest == broken:
                        stage.say(f"{str(problem)[:-1]}; waiting for the next")
                        shown = newest
                    broken = newest
                else:
                    stage.show(picture, Path(newest.path).name)
                    shown = newest
            stage.wait_until_looked()
            spent = stage.now() - began
            stage.sleep(max(self._seconds, spent / _SHARE_OF_LOOKING))


def _picture(path: Path) -> Picture:
    return picture_of(path, Reading(name=path.name))


def _suffixes() -> frozenset[str]:
    from PIL import Image

    return frozenset(Image.registered_extensions())
