"""Whether the base of a delta has moved, what archiving it would take away, and a merge.

A base has moved where its requirement has changed since, and the delta lacks that change. What the
delta has, too, in whatever order and wherever wrapped, is nothing to worry about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from geometry_ws.openspec.format.model import Block, MovedBase
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rebasing.blocks import (
    BlockMerge,
    is_same,
    likeness,
    merge_blocks,
    new_sentences,
)
from geometry_ws.openspec.rebasing.touched import (
    Base,
    Bases,
    Touched,
    blocks_of_spec,
    is_closed,
    present_text,
    touched_by,
)

_ALIKE = 0.5
"""The part of its sentences that a requirement shares with the one that it was renamed to."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A requirement of a delta whose base has moved.

    ``theirs`` is the requirement as it is now (empty: it is gone), ``renamed_to`` the name that
    it has there now where that is another one. ``merge`` is the merge of the three; None where
    there is nothing to merge: to remove, to rename or to keep is a person's choice.
    """

    touched: Touched
    base: Base
    theirs: str
    renamed_to: str
    summary: MovedBase
    merge: BlockMerge | None = None

    @property
    def is_clean(self) -> bool:
        """Whether it can be merged without a choice."""
        if self.touched.operation == "renamed":
            return False
        if self.renamed_to and (
            len(self.touched.names) > 1 or not is_same(self.base.text, self.theirs)
        ):
            return False
        if self.touched.operation == "removed":
            return not self.summary.lost and bool(self.renamed_to)
        return self.merge is not None and self.merge.is_clean

    @property
    def name(self) -> str:
        """The name that a delta that follows has for it."""
        return self.renamed_to if self.renamed_to and not self._renames else self.touched.target

    @property
    def _renames(self) -> bool:
        return len(self.touched.names) > 1

    @property
    def marks(self) -> frozenset[str]:
        """What agreeing to the delta as it is settles."""
        marks = frozenset(self.summary.lost)
        if not self.theirs or self.renamed_to:
            marks |= {gone_mark(self.renamed_to)}
        return marks | (self.merge.marks if self.merge else frozenset())


def gone_mark(renamed_to: str) -> str:
    """The mark of a requirement that is gone, or has another name now."""
    return f"gone\n{renamed_to}"


def moved_bases(
    change: ChangeFiles, specs: Mapping[str, Source], bases: Bases
) -> tuple[Moved, ...]:
    """The requirements of a change whose base has moved, by spec and in the delta's order."""
    moved: list[Moved] = []
    concerned = {place.spec for place in bases.bases}
    for spec, source in change.deltas.items() if concerned else ():
        if spec not in concerned or not source.readable or is_closed(specs.get(spec)):
            continue
        blocks: Mapping[str, Block] | None = None
        for touched in touched_by(spec, source.delta):
            known = bases.bases.get(touched.place, ())
            if not known:
                continue
            if blocks is None:
                blocks = blocks_of_spec(specs.get(spec))
            settled = bases.settled.get(touched.place, frozenset())
            verdicts = (judge(touched, base, blocks, settled) for base in known)
            verdict = next((verdict for verdict in verdicts if verdict is not None), None)
            if verdict is not None:
                moved.append(verdict)
    return tuple(moved)


def judge(
    touched: Touched,
    base: Base,
    blocks: Mapping[str, Block],
    settled: frozenset[str] = frozenset(),
) -> Moved | None:
    """Say whether one base has moved; ``blocks`` has the main spec's requirements by name."""
    theirs = present_text(touched, blocks)
    if base.text and theirs and is_same(base.text, theirs):
        return None
    if touched.operation == "added":
        return _judge_added(touched, base, theirs, settled)
    if not theirs:
        return _judge_gone(touched, base, blocks, settled)
    if touched.operation == "removed":
        lost = new_sentences(base.text, theirs, settled)
        return _moved(touched, base, theirs, lost=lost) if lost else None
    if touched.block is None:
        return None
    merge = merge_blocks(base.text, theirs, touched.block.raw, settled)
    return _moved(touched, base, theirs, merge=merge) if merge.loses else None


def _judge_added(
    touched: Touched, base: Base, theirs: str, settled: frozenset[str]
) -> Moved | None:
    if not theirs or base.text or touched.block is None or is_same(theirs, touched.block.raw):
        return None
    return _moved(touched, base, theirs, merge=merge_blocks("", theirs, touched.block.raw, settled))


def _judge_gone(
    touched: Touched, base: Base, blocks: Mapping[str, Block], settled: frozenset[str]
) -> Moved | None:
    if not base.text or base.origin == "stacked":
        return None
    if touched.operation == "renamed" and touched.target in blocks:
        return None
    renamed_to = _successor(base.text, touched, blocks)
    if gone_mark(renamed_to) in settled or (touched.operation == "removed" and not renamed_to):
        return None
    theirs = blocks[renamed_to].raw if renamed_to else ""
    lost: tuple[str, ...] = ()
    merge = None
    if renamed_to and touched.block is not None:
        merge = merge_blocks(base.text, theirs, touched.block.raw, settled)
    elif renamed_to and touched.operation == "removed":
        lost = new_sentences(base.text, theirs, settled)
    return _moved(touched, base, theirs, renamed_to, lost, merge)


def _successor(text: str, touched: Touched, blocks: Mapping[str, Block]) -> str:
    """The name that a requirement that is gone seems to have now; empty: it was removed."""
    others = [name for name in blocks if name not in touched.names]
    same = next((name for name in others if is_same(text, blocks[name].raw)), "")
    if same or not others:
        return same
    best = max(others, key=lambda name: likeness(text, blocks[name].raw))
    return best if likeness(text, blocks[best].raw) > _ALIKE else ""


def _moved(
    touched: Touched,
    base: Base,
    theirs: str,
    renamed_to: str = "",
    lost: tuple[str, ...] = (),
    merge: BlockMerge | None = None,
) -> Moved:
    summary = MovedBase(
        touched.place.spec,
        touched.target,
        touched.operation,
        "changed" if theirs and not renamed_to else "renamed" if renamed_to else "removed",
        merge.lost if merge else lost,
        merge.back if merge else (),
        renamed_to,
    )
    return Moved(touched, base, theirs, renamed_to, summary, merge)
