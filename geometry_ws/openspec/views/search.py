"""Search over everything in a project: specs, open changes and archived ones, word by word.

A document matches when all words occur in it (or in its name), without regard to case. A hit is a
line with the header above it. Lines that hold all words are hits one by one; a document that has
them only scattered is one hit. Pure: documents are handed in, archived ones only where they are
wanted. Nothing is kept: most documents are only looked through for the words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from typing import Literal

from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.sources import (
    PROPOSAL_FILE,
    SPEC_FILE,
    TASK_FILE,
    ChangeFiles,
    Source,
)
from geometry_ws.openspec.format.text import WHITE, trim
from geometry_ws.openspec.views.search_index import TextIndex, snippet_of

SearchKind = Literal["spec", "proposal", "design", "tasks", "delta", "document", "archived"]
KINDS: tuple[SearchKind, ...] = (
    "spec", "proposal", "delta", "design", "tasks", "document", "archived",
)  # fmt: skip

MOST_WORDS = 16
MOST_QUERY = 400
MOST_PER_DOCUMENT = 8
_WORD = re.compile(f'"([^"]+)"|([^{WHITE}"]+)')


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A document to be searched: ``id`` is its spec's or change's, ``path`` is below its folder.

    A spec or change is found by what it is called in just one document, the one that ``names`` it.
    """

    kind: SearchKind
    id: str
    path: str
    source: Source
    names: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that was found; it counts from 1, ``heading`` is the header above it (or itself).

    ``snippet`` is (part of) the line; ``matches`` are ranges in it, start and end, in characters.
    """

    kind: SearchKind
    id: str
    path: str
    line: int
    heading: str
    snippet: str
    matches: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best hits, best first; ``documents`` were found in all, ``more`` hits were left out."""

    hits: tuple[Hit, ...] = ()
    documents: int = 0
    more: int = 0


def search_words(query: str) -> tuple[str, ...]:
    """The words of a query, folded; what stands in double quotes is one. Bounded in number."""
    matches = (quoted or plain for quoted, plain in _WORD.findall(query[:MOST_QUERY]))
    folded = (trim(word).casefold() for word in matches)
    return tuple(dict.fromkeys(word for word in folded if word))[:MOST_WORDS]


def open_documents(
    changes: Mapping[str, ChangeFiles], specs: Mapping[str, Source]
) -> Iterator[SearchDocument]:
    """All documents of main specs (by id) and open changes (by name)."""
    for id_, source in specs.items():
        yield SearchDocument("spec", id_, SPEC_FILE, source, names=True)
    for change in changes.values():
        yield from change_documents(change)


def change_documents(change: ChangeFiles, *, archived: bool = False) -> Iterator[SearchDocument]:
    """All documents of a change; archived ones are all of one kind."""
    naming = PROPOSAL_FILE if PROPOSAL_FILE in change.sources else next(iter(change.sources), "")
    for path, source in change.sources.items():
        kind: SearchKind = "archived" if archived else kind_of(path)
        yield SearchDocument(kind, change.name, path, source, names=path == naming)


def kind_of(path: str) -> SearchKind:
    """The kind of an open change's document, by its path in the change's folder."""
    plain: dict[str, SearchKind] = {
        PROPOSAL_FILE: "proposal",
        "design.md": "design",
        TASK_FILE: "tasks",
    }
    if path.startswith("specs/"):
        return "delta"
    return plain.get(path, "document")


# --- finding ------------------------------------------------------------------------------

# How good a place is: what it is called, a header, a line, a section, all over the document.
TITLE, HEADING, LINE, SECTION, SCATTERED = range(5)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds the words, with the index of its document; ``rank`` is how good it is."""

    document: SearchDocument
    index: TextIndex
    rank: int
    line: int
    parts: int = 0
    """How many of the words are only parts of words there."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found elsewhere: the best places, in how many documents, and how many in all."""

    places: tuple[Place, ...] = ()
    documents: int = 0
    count: int = 0


def search_documents(
    query: str,
    documents: Iterable[SearchDocument],
    *,
    archived: Iterable[SearchDocument] = (),
    elsewhere: Gathered | None = None,
    kinds: Collection[SearchKind] = (),
    most: int = 50,
) -> SearchResult:
    """Find all words of a query; no kinds given: in all of them.

    `archived` is only gone through when that kind is wanted; `elsewhere` are places in other
    documents, among them the `most` best. Without any word nothing is found.
    """
    words = tuple(sorted(search_words(query), key=len, reverse=True))
    if not words:
        return SearchResult()
    wanted = frozenset(kinds or KINDS)
    gathered = elsewhere or Gathered()
    places: list[Place] = [*gathered.places]
    count = gathered.documents
    more = gathered.count - len(places)
    for document in _wanted(documents, archived, wanted):
        places_in_document = _places(document, TextIndex(document.source), words)
        count += bool(places_in_document)
        places += places_in_document
    best = nsmallest(most, places, key=_order)
    hits = tuple(_hit(place, words) for place in best)
    return SearchResult(hits, count, len(places) + more - len(hits))


def _wanted(
    documents: Iterable[SearchDocument],
    archived: Iterable[SearchDocument],
    kinds: frozenset[SearchKind],
) -> Iterator[SearchDocument]:
    if kinds != {"archived"}:
        yield from (document for document in documents if document.kind in kinds)
    if "archived" in kinds:
        yield from archived


order_of_text = lru_cache(maxsize=16384)(collation_key)
"""Names and paths are ordered by each search, and are the same again and again."""
_KIND_ORDER = {kind: at for at, kind in enumerate(KINDS)}


def _order(place: Place) -> tuple[object, ...]:
    document = place.document
    return (
        place.rank,
        document.kind == "archived",
        place.parts,
        _KIND_ORDER[document.kind],
        order_of_text(document.id),
        order_of_text(document.path),
        place.line,
    )


def _places(document: SearchDocument, index: TextIndex, words: tuple[str, ...]) -> list[Place]:
    """The places in a document; the longest word, which stands in the fewest lines, comes first."""
    name = document.id.casefold()
    text = index.text
    # What it is called counts for its every document.
    left = tuple(word for word in words if word not in name)
    if not all(word in text for word in left):
        return []
    places: dict[int, Place] = {}
    if document.names and _is_called(index, words, left):
        line = index.heading_lines[0] if index.heading_lines else 0
        called = f"{name} {index.headings[0].casefold() if index.headings else ''}"
        places[line] = Place(document, index, TITLE, line, parts_of(called, words))
    for number, folded in enumerate(index.folded_titles()):
        if len(places) == MOST_PER_DOCUMENT:
            break
        if left and left[0] not in folded:
            continue
        line = index.heading_lines[number]
        fits = all(word in folded for word in left) and any(word in folded for word in words)
        if fits and line not in places:
            places[line] = Place(document, index, HEADING, line, parts_of(folded, left))
    for line, folded in _full_lines(index, words):
        if len(places) == MOST_PER_DOCUMENT:
            break
        if line not in places:
            places[line] = Place(document, index, LINE, line, parts_of(folded, words))
    if not places and left:
        line, whole = best_line(index, left)
        places[line] = Place(document, index, SECTION if whole else SCATTERED, line)
    return list(places.values())


def _is_called(index: TextIndex, words: tuple[str, ...], left: tuple[str, ...]) -> bool:
    """Say whether the words are in what a spec or change is called: its id and its title."""
    title = index.headings[0].casefold() if index.headings else ""
    return len(left) < len(words) and all(word in title for word in left)


def parts_of(text: str, words: tuple[str, ...]) -> int:
    """The number of words that are only parts of longer ones where they first stand in a text."""
    count = 0
    for word in words:
        start = text.find(word)
        end = start + len(word)
        count += text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()
    return count


def _full_lines(index: TextIndex, words: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The lines that hold all words, in order, with their folded text."""
    text, (longest, *others) = index.text, words
    at = text.find(longest)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at + len(longest))
        folded = text[start:] if end < 0 else text[start:end]
        if all(word in folded for word in others):
            yield index.line_at(at), folded
        if end < 0:
            return
        at = text.find(longest, end)


def best_line(index: TextIndex, words: tuple[str, ...]) -> tuple[int, bool]:
    """The first line of the section that holds most words, and whether it holds all."""
    sections: dict[int, tuple[set[str], int]] = {}
    for word in words:
        at = index.text.find(word)
        seen = 0
        while at >= 0 and seen < MOST_PER_DOCUMENT:
            line = index.line_at(at)
            section = index.heading_of(line)
            held, first = sections.get(section, (set(), line))
            sections[section] = held | {word}, min(first, line)
            seen += 1
            at = index.text.find(word, at + len(word))
    held, line = max(sections.values(), key=lambda section: (len(section[0]), -section[1]))
    return line, len(held) == len(words)


# --- showing ------------------------------------------------------------------------------


def _hit(place: Place, words: tuple[str, ...]) -> Hit:
    document, index = place.document, place.index
    heading = index.heading_of(place.line)
    snippet, matches = snippet_of(index.original_line(place.line), words)
    return Hit(
        document.kind,
        document.id,
        document.path,
        place.line + 1,
        index.headings[heading] if heading >= 0 else "",
        snippet,
        matches,
    )
