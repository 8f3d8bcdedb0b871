"""Pictures that come on standard input.

Without a pace they are read as fast as they come, in a thread, and the newest is shown: who writes
them is never held up. With a pace each one is shown, and who writes them waits.
"""

import os
import threading
from collections.abc import Iterator
from typing import Any, Final

from geometry_ws.cli.sources.source import Pace, SourceError, Stage
from geometry_ws.cli.sources.splitting import PictureSplitter, RawSplitter, Splitter
from geometry_ws.client.arrays import Reading
from geometry_ws.client.errors import NoPicture
from geometry_ws.client.pictures import picture_of

CHANNELS: Final = {"rgb": 3, "rgba": 4, "grey": 1}
_CHUNK_BYTES = 256 * 1024


class StandardInput:
    """Pictures one after another: files, or raw pixels where their size is given."""

    title = "Standard input"
    doing = "Showing standard input"
    until = "until it ends or Ctrl-C"

    def __init__(
        self,
        descriptor: int,
        fps: float | None = None,
        size: tuple[int, int] | None = None,
        pixels: str = "rgb",
    ) -> None:
        self._descriptor = descriptor
        self._fps = fps
        self._size = size
        self._channels = CHANNELS[pixels]
        self._was_told = False
        self._shown = 0
        self.content = "auto" if size is None else "video"

    def play(self, stage: Stage) -> None:
        """See `Source.play`."""
        if self._fps is None:
            self._play_newest(stage)
        else:
            self._play_all(stage, self._fps)

    def _play_newest(self, stage: Stage) -> None:
        newest = _Newest()
        arguments = (newest, self._descriptor, self._splitter())
        threading.Thread(target=_read, args=arguments, daemon=True).start()
        while (data := newest.take()) is not None:
            self._show(stage, data)
            stage.wait_until_looked(unless=newest.has_ended)
        if newest.problem is not None:
            raise newest.problem
        if newest.count == 1:
            stage.stay()

    def _play_all(self, stage: Stage, fps: float) -> None:
        pace = Pace(stage)
        count = 0
        for count, data in enumerate(_pictures(self._descriptor, self._splitter()), 1):
            if self._shown:
                pace.wait((count - 1) / fps)
            self._show(stage, data)
        if count == 1:
            stage.stay()
        pace.wait(count / fps)

    def _splitter(self) -> Splitter:
        return PictureSplitter() if self._size is None else RawSplitter(self._size, self._channels)

    def _show(self, stage: Stage, data: bytes) -> None:
        try:
            picture = picture_of(self._value(data), self._reading())
        except NoPicture as problem:
            if not self._shown:
                raise SourceError(str(problem)) from None
            if not self._was_told:
                self._was_told = True
                stage.say(f"Pictures that can't be read are left out, as this one: {problem}"[:-1])
            return
        self._shown += 1
        stage.show(picture)

    def _value(self, data: bytes) -> Any:
        if self._size is None:
            return data
        import numpy as np

        width, height = self._size
        shape = (height, width) if self._channels == 1 else (height, width, self._channels)
        return np.frombuffer(data, np.uint8).reshape(shape)

    def _reading(self) -> Reading:
        layout = "hwc" if self._size is not None and self._channels > 1 else None
        return Reading(name="standard input", layout=layout)


class _Newest:
    """What was read last and isn't taken yet, between two threads."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._data: bytes | None = None
        self._has_ended = False
        self.problem: SourceError | None = None
        self.count = 0

    def has_ended(self) -> bool:
        """Whether nothing more comes."""
        return self._has_ended

    def put(self, data: bytes) -> None:
        """Put something in the place of what was there."""
        with self._state:
            self._data = data
            self.count += 1
            self._state.notify_all()

    def end(self, problem: SourceError | None = None) -> None:
        """Nothing more comes."""
        with self._state:
            self._has_ended, self.problem = True, problem
            self._state.notify_all()

    def take(self) -> bytes | None:
        """Wait for something newer and take it; None where nothing more comes."""
        with self._state:
            self._state.wait_for(lambda: self._data is not None or self._has_ended)
            data, self._data = self._data, None
            return data


def _read(newest: _Newest, descriptor: int, splitter: Splitter) -> None:
    try:
        for data in _pictures(descriptor, splitter):
            newest.put(data)
    except SourceError as problem:
        newest.end(problem)
    else:
        newest.end()


def _pictures(descriptor: int, splitter: Splitter) -> Iterator[bytes]:
    try:
        while chunk := os.read(descriptor, _CHUNK_BYTES):
            yield from splitter.feed(chunk)
    except OSError as problem:
        raise SourceError(f"Standard input can't be read: {problem.strerror}.") from None
    splitter.end()
