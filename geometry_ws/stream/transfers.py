"""Frames of several parts, on their way to viewers at each one's own pace.

A transfer holds its parts as they were when it began, so that a frame never shows half a commit.
All transfers together are bounded; a viewer that is cut off begins again when it is ready.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from geometry_ws.stream.frame import Frame
from geometry_ws.stream.history import History
from geometry_ws.stream.loss import Loss
from geometry_ws.stream.plan import Group
from geometry_ws.stream.viewer import Transfer, Viewer

TRANSFER_BYTES: Final = 64 * 1024 * 1024
"""All unfinished transfers together."""

KEYFRAME_INTERVAL_SECONDS: Final = 0.5
"""A viewer that asks for keyframes all the time gets no more than two a second."""


STALLED_SECONDS: Final = 1.0
"""Without an ack for so long a transfer is the first to be cut off."""

RETRY_SECONDS: Final = 0.25
"""How long a viewer that was cut off waits, so that many begin again as one."""


class Publish(NamedTuple):
    """One message: the viewers that shall get it, never none, ascending, and the frame."""

    eligible: tuple[int, ...]
    frame: Frame


def begin(
    group: Group, viewers: Iterable[Viewer], frame: tuple[list[Frame], Loss], now: float
) -> Transfer:
    """These viewers get a group's frame, and nothing else until its last part is out."""
    parts, loss = frame
    sizes = tuple(part.cost_bytes for part in parts)
    transfer = Transfer(tuple(parts), sizes, group.floors, loss, group.video_positions)
    for viewer in viewers:
        viewer.transfer = transfer
        viewer.next_part = 0
        if group.head.keyframe:
            viewer.needs_keyframe = False
            viewer.keyframe_after = now + KEYFRAME_INTERVAL_SECONDS
    return transfer


def pump(viewers: Iterable[Viewer], history: History, now: float) -> list[Publish]:
    """All parts that their viewers have room for; viewers at the same part share a message."""
    publishes: list[Publish] = []
    waiting = [viewer for viewer in viewers if viewer.transfer is not None]
    while True:
        batches: dict[tuple[int, int], list[Viewer]] = {}
        for viewer in waiting:
            if viewer.transfer is not None and viewer.ready(now):
                batches.setdefault((id(viewer.transfer), viewer.next_part), []).append(viewer)
        if not batches:
            return publishes
        for (_, index), batch in sorted(batches.items(), key=lambda item: item[0][1]):
            publishes.append(_send_part(index, batch, history, now))


def _send_part(index: int, batch: list[Viewer], history: History, now: float) -> Publish:
    transfer = batch[0].transfer
    if transfer is None:
        raise RuntimeError("a viewer without a transfer was given a part")
    frame = transfer.parts[index]
    for viewer in batch:
        viewer.flow.sent(frame.seq, index, transfer.sizes[index], now)
        if frame.acks_per_second:
            viewer.flow.paced(frame.acks_per_second)
        viewer.next_part = index + 1
        if viewer.next_part == len(transfer.parts):
            viewer.transfer = None
            viewer.received(transfer, history, now)
            if frame.keyframe:
                viewer.keyframe_after = now + KEYFRAME_INTERVAL_SECONDS
    return Publish(tuple(sorted(viewer.id for viewer in batch)), frame)


def unfinished(viewers: Iterable[Viewer]) -> list[Transfer]:
    """All transfers of several parts that some viewer waits for, the oldest frame first."""
    transfers = {
        id(viewer.transfer): viewer.transfer
        for viewer in viewers
        if viewer.transfer is not None and len(viewer.transfer.parts) > 1
    }
    return sorted(transfers.values(), key=lambda transfer: transfer.parts[0].seq)


def bound(viewers: Iterable[Viewer], now: float) -> int:
    """Cut transfers off until the rest keeps no more than TRANSFER_BYTES; one may always stay.

    First those that no viewer takes parts of any more; then the newest, for the older are nearer to
    their end. A viewer that is cut off begins again later, together with others. Says how many
    transfers were cut.
    """
    transfers = unfinished(viewers)
    size_bytes = sum(transfer.size_bytes for transfer in transfers)
    if size_bytes <= TRANSFER_BYTES:
        return 0
    cut = 0
    members: dict[int, list[Viewer]] = {}
    for viewer in viewers:
        if viewer.transfer is not None:
            members.setdefault(id(viewer.transfer), []).append(viewer)
    stalled = [transfer for transfer in transfers if _is_stalled(members[id(transfer)], now)]
    alive = [transfer for transfer in transfers if transfer not in stalled]
    for transfer in [*stalled, *reversed(alive[1:])]:
        if size_bytes <= TRANSFER_BYTES:
            break
        size_bytes -= transfer.size_bytes
        cut += 1
        for viewer in members[id(transfer)]:
            viewer.drop_transfer()
            viewer.wait_until = now + RETRY_SECONDS
    return cut


def _is_stalled(members: list[Viewer], now: float) -> bool:
    return not any(
        viewer.ready(now) or now - viewer.flow.progress < STALLED_SECONDS for viewer in members
    )
