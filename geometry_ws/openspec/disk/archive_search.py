"""Search through the archive: its documents stay folded in memory, and are looked at when they may
be others now.

A change is looked at again where the watcher has word of it, and all are where word may have been
lost or some folders have no watch. What a search gives is read again before: no hit stands on a
document that is another one by now. What is written in the moment of a search, whose word comes
some milliseconds later, is not among its hits. Blocks.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.archive_reader import ArchiveReader, Fingerprint
from geometry_ws.openspec.disk.reader import Reader
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.search import (
    Gathered,
    Place,
    SearchDocument,
    change_documents,
)
from geometry_ws.openspec.views.search_block import Piece, piece_of
from geometry_ws.openspec.views.search_corpus import Corpus, CorpusPlace, piece_order
from geometry_ws.openspec.views.search_index import TextIndex

MOST_BYTES = 64 * 2**20
"""Of folded text that is held in memory. What doesn't fit is read anew by each search."""
_PORTION = 2**20
"""As much is read before it is made part of what is searched."""
_TRIES = 4
_SETTLED_NANOSECONDS = 2 * 10**9
"""A file that was written this long before it was read can't be written again with the same time,
however coarse the file system's clock is."""
LOOK_SECONDS = 0.1

Token = tuple[int, int]


@dataclass(slots=True)
class _Known:
    """A change that was read: what its files looked like, and when they were last looked at.

    `settled`: whoever writes them again gives them another time. Of one that is `unwatched`, some
    changes come without word; `fits` is whether it is held in memory.
    """

    fingerprint: Fingerprint
    token: Token | None
    settled: bool
    unwatched: bool
    fits: bool = True


@dataclass(frozen=True, slots=True)
class ArchiveResult:
    """What a search found in the archive, and what is left.

    `documents` are still to be searched; for `unread` changes there was no time.
    """

    gathered: Gathered | None = None
    documents: Iterable[SearchDocument] = ()
    unread: int = 0


class ArchiveSearch:
    """Searches the archived changes that a reader reads. Thread-safe."""

    def __init__(self, reader: ArchiveReader, most_bytes: int = MOST_BYTES) -> None:
        self._reader = reader
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._corpus = Corpus()
        self._known: dict[str, _Known] = {}
        self._suspects_lock = threading.Lock()
        self._suspects: set[str] = set()
        self._moves = 0
        self._looked: tuple[tuple[str, ...], Token] | None = None
        self._next = ""

    # --- what may be another one now ----------------------------------------------------

    def distrust(self, paths: Iterable[str]) -> None:
        """Look again at what lies at some paths, which the watcher has word of.

        The project's whole folder tells nothing: it is named every minute, and where word was lost,
        which `trust` tells.
        """
        archive = self._reader.folder
        with self._suspects_lock:
            for path in paths:
                if path.startswith(f"{archive}/"):
                    self._suspects.add(path[len(archive) + 1 :].partition("/")[0])
                elif path in (archive, archive.rpartition("/")[0]):
                    self._moves += 1

    def look_again(self, seconds: float = LOOK_SECONDS) -> None:
        """Look at some changes as if word of them had come, and go on there the next time.

        For file systems that others write to without word of it.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            end = time.monotonic() + seconds
            names = sorted(self._known)
            later = [name for name in names if name > self._next]
            for name in [*later, *names[: len(names) - len(later)]]:
                if time.monotonic() > end:
                    break
                self._next = name
                if not self._reader.is_same(name, self._known[name].fingerprint):
                    with self._suspects_lock:
                        self._suspects.add(name)
        finally:
            self._lock.release()

    # --- searching ----------------------------------------------------------------------

    def search(
        self,
        words: tuple[str, ...],
        names: Sequence[str],
        most: int,
        *,
        trust: int | None = None,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> ArchiveResult:
        """Find words in the archived changes of these names.

        `trust` is the watcher's (`Watcher.trust`); None: all of them are looked at. With `seconds`,
        no more is read than that time allows.
        """
        if any("\n" in word for word in words):
            return ArchiveResult(documents=self._reader.documents(names))
        deadline = None if seconds is None else clock() + seconds
        with self._lock:
            for _ in range(_TRIES):
                unread = self._refresh(names, trust, deadline, clock)
                best = self._corpus.look(words, most)
                places, stale = self._places(best.best)
                if not stale:
                    gathered = Gathered(places, best.documents, best.count)
                    return ArchiveResult(gathered, self._unheld(names), unread)
                with self._suspects_lock:
                    self._suspects |= stale
        # Somebody writes all the time: each document is searched as it is when it is read.
        return ArchiveResult(documents=self._reader.documents(names))

    def _places(self, best: Iterable[CorpusPlace]) -> tuple[tuple[Place, ...], set[str]]:
        """The places in the documents as they are now, and the changes that are others now."""
        reader = Reader(str(Path(self._reader.root).parent), moment=True)
        indexes: dict[tuple[str, str], tuple[SearchDocument, TextIndex] | None] = {}
        places, stale = [], set()
        for place in best:
            piece = place.document
            key = piece.id, piece.path
            if key not in indexes:
                source = reader.read(f"{self._reader.folder}/{piece.id}/{piece.path}")
                indexes[key] = _indexed(piece, source)
            current = indexes[key]
            if current is None:
                stale.add(piece.id)
            else:
                document, index = current
                places.append(Place(document, index, place.rank, place.line, place.parts))
        return tuple(places), stale

    def _unheld(self, names: Iterable[str]) -> Iterator[SearchDocument]:
        """The documents of changes that there is no room for."""
        for name in names:
            known = self._known.get(name)
            if known is not None and not known.fits:
                loaded = self._reader.read_anew(name)
                if loaded is not None:
                    yield from change_documents(loaded[1], archived=True)

    # --- reading ------------------------------------------------------------------------

    def _refresh(
        self,
        names: Sequence[str],
        trust: int | None,
        deadline: float | None,
        clock: Callable[[], float],
    ) -> int:
        """Bring up to date what is held; gives the number of changes that there was no time for."""
        # Word that comes from now on is for the next search.
        with self._suspects_lock:
            suspects, self._suspects = self._suspects, set()
            token = None if trust is None else (trust, self._moves)
        listed = tuple(names)
        if not suspects and token is not None and self._looked == (listed, token):
            return 0
        self._looked = None
        gone = self._known.keys() - set(names)
        for name in gone:
            del self._known[name]
        portion: dict[str, list[Piece]] = {name: [] for name in gone}
        wanted = [name for name in names if self._is_wanted(name, name in suspects, token)]
        done = gathered = 0
        room = self._most_bytes - self._corpus.size
        try:
            for name in wanted:
                if deadline is not None and clock() > deadline:
                    break
                if not self._is_same(name, suspects):
                    portion[name] = self._read(name, token, room - gathered)
                    gathered += sum(len(piece.text) + 1 for piece in portion[name])
                elif name in self._known:
                    self._known[name].token = token
                suspects.discard(name)
                done += 1
                if gathered > _PORTION:
                    self._corpus.put(portion)
                    portion, gathered = {}, 0
                    room = self._most_bytes - self._corpus.size
            self._corpus.put(portion)
        except BaseException:
            # Nobody knows what is held by now.
            self._known.clear()
            self._corpus = Corpus()
            raise
        with self._suspects_lock:
            self._suspects |= suspects & self._known.keys()
        if token is not None and done == len(wanted) and not self._has_unwatched():
            self._looked = listed, token
        return len(wanted) - done

    def _has_unwatched(self) -> bool:
        return any(known.unwatched for known in self._known.values())

    def _is_wanted(self, name: str, suspect: bool, token: Token | None) -> bool:
        known = self._known.get(name)
        return suspect or known is None or known.unwatched or token is None or known.token != token

    def _is_same(self, name: str, suspects: set[str]) -> bool:
        """Say whether a change surely is as it was read."""
        known = self._known.get(name)
        return (
            known is not None
            and known.settled
            and not known.unwatched
            and name not in suspects
            and self._reader.is_same(name, known.fingerprint)
        )

    def _read(self, name: str, token: Token | None, room: int) -> list[Piece]:
        """Read a change; without documents where it is gone or there is no room for it."""
        self._known.pop(name, None)
        now = time.time_ns()
        loaded = self._reader.read_anew(name)
        if loaded is None:
            return []
        fingerprint, files = loaded
        newest = fingerprint.newest if fingerprint.mark else now
        known = _Known(
            fingerprint,
            token,
            settled=newest + _SETTLED_NANOSECONDS < now,
            unwatched=not fingerprint.mark or _is_unwatched(files),
        )
        self._known[name] = known
        pieces = sorted(_pieces(files), key=piece_order)
        known.fits = sum(len(piece.text) + 1 for piece in pieces) <= room
        return pieces if known.fits else []


def _pieces(files: ChangeFiles) -> Iterator[Piece]:
    for document in change_documents(files, archived=True):
        path = sys.intern(document.path)
        yield piece_of(document.id, path, document.names, TextIndex(document.source))


def _is_unwatched(files: ChangeFiles) -> bool:
    """Say whether a document is a link, or may not be read: no word comes when that changes."""
    return any(
        kind == "link" and path.lower().endswith(".md") for path, kind in files.entries.items()
    ) or any(source.code in ("EACCES", "EPERM") for source in files.sources.values())


def _indexed(piece: Piece, source: Source | None) -> tuple[SearchDocument, TextIndex] | None:
    """A document as it is now; None where it isn't what was searched."""
    if source is None:
        return None
    index = TextIndex(source)
    if index.text.encode("utf-8", "surrogatepass") != piece.text:
        return None
    return SearchDocument("archived", piece.id, piece.path, source, piece.names), index
