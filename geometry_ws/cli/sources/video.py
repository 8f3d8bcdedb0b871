"""A video file, played by PyAV (the extra `video`)."""

import importlib
from pathlib import Path
from typing import Any, Final

from geometry_ws.cli.sources.source import Pace, SourceError, Stage

_NO_VIDEOS: Final = frozenset(("tty", "image2", "png_pipe"))
"""What FFmpeg makes of texts and pictures."""
_LOCAL: Final = {"protocol_whitelist": "file"}
"""A playlist leads to no other machine."""
_SECONDS: Final = 1 / 25
"""How long a picture is shown where nothing says it."""


class Video:
    """A video; it is opened when this is made. Raises SourceError.

    While nobody looks it stands still, and nothing is decoded.
    """

    until = "until it ends or Ctrl-C"
    content = "video"

    def __init__(self, path: Path, fps: float | None) -> None:
        self.title = path.name
        self.doing = f"Showing {path.name}"
        self._fps = fps
        try:
            self._av = importlib.import_module("av")
        except ImportError:
            raise SourceError(
                f"{path.name!r} is no picture, and videos need PyAV: pip install "
                "'geometry_ws[video]'."
            ) from None
        self._container = self._open(path)

    def _open(self, path: Path) -> Any:
        refusal = f"{path.name!r} is neither a picture nor a video"
        try:
            container = self._av.open(f"file:{path.absolute()}", options=_LOCAL)
        except self._av.FFmpegError as problem:
            raise SourceError(f"{refusal}: {problem.strerror}.") from None
        if container.format.name in _NO_VIDEOS or not container.streams.video:
            container.close()
            raise SourceError(f"{refusal}.")
        return container

    def play(self, stage: Stage) -> None:
        """See `Source.play`."""
        with self._container as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            pace = Pace(stage)
            due, first, count = 0.0, None, 0
            seconds = self._seconds(stream)
            try:
                for frame in container.decode(stream):
                    time = count * seconds if self._fps or frame.time is None else frame.time
                    first = time if first is None else first
                    due = max(due, time - first)
                    if not count or pace.wait(due):
                        stage.show(_pixels(frame), self.title)
                    count += 1
            except self._av.FFmpegError as problem:
                where = f"after {count} pictures" if count else "at its beginning"
                raise SourceError(
                    f"{self.title!r} can't be read on {where}: {problem.strerror}."
                ) from None
            if not count:
                raise SourceError(f"{self.title!r} has no pictures.")
            pace.wait(due + seconds)

    def _seconds(self, stream: Any) -> float:
        if self._fps:
            return 1 / self._fps
        return float(1 / stream.average_rate) if stream.average_rate else _SECONDS


def _pixels(frame: Any) -> Any:
    import numpy as np

    pixels = frame.to_ndarray(format="rgb24")
    return np.rot90(pixels, round(frame.rotation / 90) % 4) if frame.rotation else pixels
