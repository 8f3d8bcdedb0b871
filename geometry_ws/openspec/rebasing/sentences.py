"""Texts cut into sentences, and three of them merged: base, theirs and ours.

A sentence is compared without regard to white space, so that wrapping a line anew changes nothing.
A line of a list, of a table or of a quotation is a sentence too, and so is a whole code fence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.linediff import compare_lines
from geometry_ws.openspec.format.text import fence_mask, fold_white, trim

_STRUCTURE = re.compile(r"[ \t]*(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|\||>|#{1,6}[ \t]|<!--)")
_FENCES = ("```", "~~~")
_END = re.compile(r"[.!?:…。！？：][\"'”’»)\]*_`]*\s*\Z")
_BETWEEN = re.compile(r"(?<=[.!?…])[\"'”’»)\]*_`]*[ \t\n]+(?=[^\sa-z])|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, and the white space before it."""

    text: str
    lead: str = ""

    @property
    def key(self) -> str:
        """What it is known by; in a code fence white space counts."""
        return self.text if self.text.startswith(_FENCES) else fold_white(self.text)


def sentences_of(text: str) -> list[Sentence]:
    """Cut a text (with LF) into sentences; they and their leads, joined, are the text again.

    White space at the very end is dropped.
    """
    sentences = []
    reached = 0
    for start, end in _paragraphs(text):
        for first, last in _within(text, start, end):
            sentences.append(Sentence(text[first:last], text[reached:first]))
            reached = last
    return sentences


def joined(sentences: Sequence[Sentence]) -> str:
    """The text of some sentences; one that was first elsewhere gets a line of its own."""
    parts: list[str] = []
    for at, sentence in enumerate(sentences):
        lead = sentence.lead if at == 0 or sentence.lead else "\n"
        if at and "\n" not in lead and _STRUCTURE.match(sentence.text):
            lead = "\n"
        parts += [lead.rpartition("\n")[2] * ("\n" in lead) if at == 0 else lead, sentence.text]
    return "".join(parts)


def keys_of(sentences: Iterable[Sentence]) -> list[str]:
    """What the sentences are known by."""
    return [sentence.key for sentence in sentences]


def _paragraphs(text: str) -> Iterable[tuple[int, int]]:
    """The places of stretches that are cut no further or into sentences, without outer blanks."""
    lines = text.split("\n")
    mask = fence_mask(lines)
    at, start, end = 0, -1, 0
    fenced = False
    for line, masked in zip(lines, mask, strict=True):
        blank = not masked and not trim(line)
        goes_on = start >= 0 and masked and fenced
        if start >= 0 and not goes_on and (blank or masked or fenced or _begins(text, end, line)):
            yield start, end
            start = -1
        if not blank:
            if start < 0:
                start = at if masked else at + len(line) - len(line.lstrip())
            end = at + len(line.rstrip())
            fenced = masked
        at += len(line) + 1
    if start >= 0:
        yield start, end


def _begins(text: str, end: int, line: str) -> bool:
    """Say whether a line begins something new after what ended before."""
    last = text[text.rfind("\n", 0, end) + 1 : end]
    start = line.lstrip()[:1]
    return bool(_STRUCTURE.match(line) or _END.search(last) or start.isupper() or start == "*")


def _within(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """The places of the sentences of a stretch."""
    if text.startswith((*_FENCES, "|"), start) or "\n```" in text[start:end]:
        yield start, end
        return
    first = start
    for match in _BETWEEN.finditer(text, start, end):
        last = len(text[: match.end()].rstrip())
        if last > first and match.end() < end:
            yield first, last
            first = match.end()
    yield first, end


# --- merging three ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sentences that both sides changed, each in its own way."""

    base: tuple[Sentence, ...]
    theirs: tuple[Sentence, ...]
    ours: tuple[Sentence, ...]

    @property
    def marks(self) -> frozenset[str]:
        """What agreeing to our side settles: sentences of theirs, and those that they removed."""
        left = Counter(keys_of(self.base)) - Counter(keys_of(self.theirs))
        come = Counter(keys_of(self.theirs)) - Counter(keys_of(self.base))
        return frozenset(come) | {removal(key) for key in left}


@dataclass(frozen=True, slots=True)
class Merged:
    """The sentences of a merge; where there are conflicts, theirs and then ours stand in it."""

    sentences: tuple[Sentence, ...]
    conflicts: tuple[Conflict, ...] = ()


def removal(key: str) -> str:
    """The mark of a sentence that the other side removed; no sentence looks like it."""
    return f"removed\n{key}"


@dataclass(frozen=True, slots=True)
class _Edit:
    """Sentences put in the place of those of the base from `start` to `end`."""

    start: int
    end: int
    new: tuple[Sentence, ...]


def merge_sentences(
    base: Sequence[Sentence],
    theirs: Sequence[Sentence],
    ours: Sequence[Sentence],
    settled: frozenset[str] = frozenset(),
) -> Merged:
    """Merge two texts that come from one; `settled` are marks on which our side was agreed to."""
    before = Counter(keys_of(base))
    present = Counter(keys_of(ours))
    their_edits = [
        edit
        for raw in _edits(base, theirs)
        if (edit := _open_part(raw, base, before, present, settled)) is not None
    ]
    our_edits = _edits(base, ours)
    base = _laid_out(base, ours)
    sentences: list[Sentence] = []
    conflicts: list[Conflict] = []
    reached = 0
    for start, end, mine, other in _clusters(their_edits, our_edits):
        sentences += base[reached:start]
        piece, conflict = _combine(base[start:end], start, other, mine)
        sentences += piece
        conflicts += conflict
        reached = end
    sentences += base[reached:]
    return Merged(tuple(sentences), tuple(conflicts))


def _edits(base: Sequence[Sentence], new: Sequence[Sentence]) -> list[_Edit]:
    """What leads from the base to a side, in the smallest pieces."""
    edits: list[_Edit] = []
    at_base = at_new = 0
    gone = come = 0

    def close() -> None:
        if not gone and not come:
            return
        start, first = at_base - gone, at_new - come
        if gone == come:
            edits.extend(
                _Edit(start + step, start + step + 1, (new[first + step],)) for step in range(gone)
            )
        else:
            edits.append(_Edit(start, at_base, tuple(new[first:at_new])))

    for run in compare_lines(keys_of(base), keys_of(new)):
        count = len(run.lines)
        if run.mark == " ":
            close()
            gone = come = 0
            at_base, at_new = at_base + count, at_new + count
        elif run.mark == "-":
            gone, at_base = gone + count, at_base + count
        else:
            come, at_new = come + count, at_new + count
    close()
    return edits


def _laid_out(base: Sequence[Sentence], ours: Sequence[Sentence]) -> Sequence[Sentence]:
    """The base, with the line breaks that ours has."""
    result = list(base)
    at_base = at_ours = 0
    for run in compare_lines(keys_of(base), keys_of(ours)):
        count = len(run.lines)
        if run.mark == " ":
            result[at_base : at_base + count] = ours[at_ours : at_ours + count]
        at_base += count if run.mark != "+" else 0
        at_ours += count if run.mark != "-" else 0
    return result


def _open_part(
    edit: _Edit,
    base: Sequence[Sentence],
    before: Counter[str],
    present: Counter[str],
    settled: frozenset[str],
) -> _Edit | None:
    """What is left to do of their edit: not what ours has too, nor what was settled."""
    if not edit.new and edit.start == edit.end:
        return None
    gone = keys_of(base[edit.start : edit.end])
    marks = {key for key in keys_of(edit.new) if key not in gone}
    marks |= {removal(key) for key in gone if key not in keys_of(edit.new)}
    if marks <= settled:
        return None
    if edit.start < edit.end:
        return edit
    new = tuple(
        sentence
        for sentence in edit.new
        if sentence.key not in settled and present[sentence.key] <= before[sentence.key]
    )
    return _Edit(edit.start, edit.end, new) if new else None


_Cluster = tuple[int, int, list[_Edit], list[_Edit]]


def _clusters(theirs: Sequence[_Edit], ours: Sequence[_Edit]) -> Iterable[_Cluster]:
    """Edits that touch, put together: the range of the base, our edits and theirs."""
    pending = sorted(
        [*((edit, 0) for edit in theirs), *((edit, 1) for edit in ours)],
        key=lambda pair: (pair[0].start, pair[0].end, pair[1]),
    )
    cluster: _Cluster | None = None
    for edit, side in pending:
        if cluster is not None and _touch(edit, cluster[0], cluster[1]):
            start, end, mine, other = cluster
            (mine if side else other).append(edit)
            cluster = start, max(end, edit.end), mine, other
            continue
        if cluster is not None:
            yield cluster
        cluster = edit.start, edit.end, [edit] * side, [edit] * (1 - side)
    if cluster is not None:
        yield cluster


def _touch(edit: _Edit, start: int, end: int) -> bool:
    """Say whether an edit that starts no earlier lies within a range, or at the same point."""
    if start == end:
        return edit.start == edit.end == start
    return edit.start < end and not (edit.start == edit.end == start)


def _combine(
    base: Sequence[Sentence], start: int, theirs: list[_Edit], ours: list[_Edit]
) -> tuple[Sequence[Sentence], list[Conflict]]:
    """The sentences for one range, and the conflict there."""
    their_side, our_side = _applied(base, start, theirs), _applied(base, start, ours)
    if not theirs:
        return our_side, []
    if not ours:
        return their_side, []
    known, own = Counter(keys_of(their_side)), Counter(keys_of(our_side))
    left_by_them, left_by_us = _left(base, their_side), _left(base, our_side)
    before = Counter(keys_of(base))
    if not known - before - own and not left_by_them - left_by_us:
        return our_side, []
    if our_side and not own - before - known and not left_by_us - left_by_them:
        return their_side, []
    if not base:
        return [*their_side, *(s for s in our_side if s.key not in known)], []
    conflict = Conflict(tuple(base), tuple(their_side), tuple(our_side))
    return [*their_side, *(s for s in our_side if s.key not in known)], [conflict]


def _applied(base: Sequence[Sentence], start: int, edits: Sequence[_Edit]) -> list[Sentence]:
    side: list[Sentence] = []
    reached = 0
    for edit in edits:
        side += base[reached : edit.start - start]
        side += edit.new
        reached = edit.end - start
    side += base[reached:]
    return side


def _left(base: Sequence[Sentence], side: Sequence[Sentence]) -> Counter[str]:
    return Counter(keys_of(base)) - Counter(keys_of(side))
