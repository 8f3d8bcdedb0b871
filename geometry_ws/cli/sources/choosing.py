"""What was typed becomes a source."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.cli.sources.files import Files, Followed, Slides, Still, in_order
from geometry_ws.cli.sources.source import Source, SourceError
from geometry_ws.cli.sources.standard_input import StandardInput
from geometry_ws.cli.sources.video import Video


class BadChoice(SourceError):
    """What was typed doesn't fit together."""


@dataclass(frozen=True)
class Choice:
    """What a person has typed."""

    words: tuple[str, ...]
    follow: bool = False
    fps: float | None = None
    size: tuple[int, int] | None = None
    pixels: str | None = None


def choose(choice: Choice) -> Source:
    """The source that is meant, opened. Raises SourceError; BadChoice for what can't be meant."""
    if "-" in choice.words:
        return _standard_input(choice)
    if choice.size is not None or choice.pixels is not None:
        raise BadChoice("--size and --pixels are for raw pixels on standard input: SOURCE is `-`.")
    if choice.follow:
        return _followed(choice)
    if len(choice.words) > 1:
        return _slides(choice.words, choice.fps)
    files = Files(choice.words[0])
    if not files.is_folder and not files.is_glob:
        return _file(Path(files.word), choice.fps)
    paths = in_order(version.path for version in files.versions())
    if not paths:
        what = "There is no picture in" if files.is_folder else "No file fits"
        raise SourceError(f"{what} {files.word!r}; --follow waits for the first.")
    title = Path(files.word).absolute().name if files.is_folder else files.word
    return Slides(title, paths, choice.fps)


def _standard_input(choice: Choice) -> Source:
    if choice.words != ("-",):
        raise BadChoice("Standard input (`-`) is shown alone.")
    if choice.follow:
        raise BadChoice("--follow is for files: the newest of standard input is shown anyway.")
    if choice.pixels is not None and choice.size is None:
        raise BadChoice("--pixels needs --size: how many pixels a picture has.")
    if os.isatty(0):
        raise BadChoice("Standard input is the keyboard: give it pictures, `program | … show -`.")
    return StandardInput(0, choice.fps, choice.size, choice.pixels or "rgb")


def _followed(choice: Choice) -> Source:
    if len(choice.words) > 1:
        raise BadChoice("--follow takes one folder or one glob: put the glob in quotes.")
    files = Files(choice.words[0])
    if not files.place.is_dir():
        raise SourceError(f"{str(files.place)!r} is no folder.")
    return Followed(files, choice.fps)


def _slides(words: tuple[str, ...], fps: float | None) -> Source:
    for word in words:
        _check_file(Path(word))
    folders = {str(Path(word).parent) for word in words}
    title = Path(words[0]).absolute().parent.name if len(folders) == 1 else "several folders"
    return Slides(title, [Path(word) for word in words], fps)


def _file(path: Path, fps: float | None) -> Source:
    _check_file(path)
    return Still(path) if path.is_fifo() or _is_picture(path) else Video(path, fps)


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise SourceError(f"{str(path)!r} can't be shown: {reason}.") from None
    if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
        raise SourceError(f"{str(path)!r} is no file.")


def _is_picture(path: Path) -> bool:
    """Whether Pillow knows a file, be it broken or not."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return image.format != "MPEG"  # it knows such a file but can't read it
    except UnidentifiedImageError:
        return False
    except Exception:  # noqa: BLE001 - a picture's reader raises what it likes; it is told later
        return True
