"""The answers of the six tools, as lines of text: short, whole, and with what to do next."""

from collections.abc import Mapping, Sequence

from geometry_ws.openspec.format.model import ChangeState
from geometry_ws.team.claims import Claim, Taken
from geometry_ws.team.lapses import Lapse
from geometry_ws.team.members import Member
from geometry_ws.team.order import USUAL_TURN, Free, Turn, archived_in, reason_of
from geometry_ws.team.refs import Ref, TaskIndex
from geometry_ws.team.talk import Note, Question
from geometry_ws.team.text import ago, clean, clock

MOST_OPEN = 12
"""Open tasks that are shown of a change."""

_MOST_NOTES = 4
_NEXT_LENGTH = 1000
_SHOW_LENGTH = 2000
_MOST_PATHS = 12
_MOST_LOST = 4


def next_tasks(
    free: Free,
    limit: int,
    changes: Mapping[str, ChangeState],
    turns: Mapping[str, Turn],
    taken: Taken,
    who: str,
    own: Mapping[str, Claim],
    answers: Sequence[Question],
) -> str:
    """What to do next."""
    said: list[str] = []
    for ref in free.all[:limit]:
        line = f"{ref.name}  {clean(ref.title, 120)}"
        claim = own.get(ref.name)
        if claim is not None:
            line += f"  [yours since {clock(claim.since)}]"
        elif not said:
            holders = taken.of_change(ref.change)
            turn = turns.get(ref.change, USUAL_TURN)
            why = reason_of(changes[ref.change], ref, holders, who, turn)
            line += f"  [{clean(why, 100)}]"
        said.append(line)
    if not said:
        said.append(nothing_free(free))
    more = len(free.all) - limit
    if more > 0:
        said.append(f"{more} more.")
    said += [
        f"Answer to {question.name} ({question.by}): {clean(question.answer, 300)}"
        for question in answers
    ]
    return "\n".join(said)[: _NEXT_LENGTH + 300 * len(answers)]


def lapsed(lapses: Sequence[Lapse]) -> str:
    """What was lost, behind what is next."""
    if not lapses:
        return ""
    names = ", ".join(lapse.name for lapse in lapses[:_MOST_LOST])
    more = f" and {len(lapses) - _MOST_LOST} more" if len(lapses) > _MOST_LOST else ""
    when = clock(lapses[-1].at)
    return f"\nYou lost {names}{more} at {when}, since nothing was heard of you: claim again."


def nothing_free(free: Free) -> str:
    """Why there is nothing to do."""
    reasons = []
    if free.held:
        reasons.append(f"what is open is held by {', '.join(free.held[:5])}")
    if free.waiting:
        plural = "changes wait for their" if free.waiting > 1 else "change waits for its"
        reasons.append(f"{free.waiting} {plural} tasks.md")
    if free.over:
        plural = "changes are" if free.over > 1 else "change is"
        reasons.append(f"{free.over} {plural} archived in another work tree")
    why = f": {', '.join(reasons)}" if reasons else ": no open change has an open task"
    return f"Nothing is free{why}. Ask with ask, or stop here."


def task_shown(
    ref: Ref,
    change: ChangeState,
    holder: str,
    who: str,
    until: int,
    notes: Sequence[Note],
    done: tuple[str, int] | None,
    folder: str,
) -> str:
    """All about a task; `folder` is that of openspec."""
    if ref.task.done:
        state = "done" + (f" by {done[0]} {clock(done[1])}" if done and done[0] else "")
    elif holder:
        state = "open, held by " + ("you" if holder == who else holder)
        state += f" until {clock(until)}" if until else ""
    else:
        state = "open, free"
    text = clean(ref.task.text.removeprefix(ref.task.number), 900)
    said = [f"{ref.name}  {text} — {state}"]
    said.append(f"change: {clean(change.title, 120)} ({_progress(change)})")
    if ref.task.section:
        said.append(f"section: {clean(ref.task.section, 120)}")
    said.append(f"read: {_paths(change, folder)}; {ref.task.file} line {ref.task.line}")
    said += _troubles(change)
    said += _notes(notes)
    return "\n".join(said)[:_SHOW_LENGTH]


def change_shown(index: TaskIndex, taken: Taken, notes: Sequence[Note], folder: str) -> str:
    """All about a change; `folder` is that of openspec."""
    change = index.change
    said = [f"{change.name}: {clean(change.title, 160)} — {_progress(change)}"]
    said.append(f"read: {_paths(change, folder)}")
    said += _troubles(change)
    for ref in index.open[:MOST_OPEN]:
        holder = taken.by(ref.change, ref.label)
        said.append(f"{ref.name}  {clean(ref.title, 90)}" + (f"  [{holder}]" if holder else ""))
    if not index.refs:
        said.append("It has no tasks yet: its tasks.md is to be written.")
    elif not index.open:
        can = "It can be archived." if change.archiving.can else clean(change.archiving.why, 200)
        said.append(f"All tasks are done. {can}")
    elif len(index.open) > MOST_OPEN:
        said.append(f"{len(index.open) - MOST_OPEN} more are open.")
    said += _notes(notes)
    return "\n".join(said)[:_SHOW_LENGTH]


def claimed(name: str, title: str, member: Member, trouble: str) -> str:
    """A task is yours."""
    until = member.until()
    when = f" until {clock(until)}" if until else ""
    about = f' "{clean(title, 80)}"' if title else ""
    said = f"Yours{when}: {name}{about}. Call done when it is finished. (you are {member.name})"
    return f"{said} {trouble}".strip()


def released(names: Sequence[str]) -> str:
    """What is free again."""
    if not names:
        return "You held nothing of that."
    return f"Free again: {', '.join(names[:10])}."


def ticked(
    ref: Ref,
    change: ChangeState | None,
    following: Sequence[Ref],
    trouble: str,
    answers: int,
    gone: str = "",
) -> str:
    """A task is ticked, and what comes next; `gone` are questions that went with it."""
    said = [f"Ticked {ref.name}" + (f" ({_count(change)})." if change else ".")]
    if trouble:
        said.append(trouble)
    if gone:
        said.append(
            f"Nobody has answered {gone[:40]}: it went with its task. Ask again without it."
        )
    if answers:
        said.append("An answer waits for you: call next.")
    if following:
        first = following[0]
        said.append(f'Next: {first.name} "{clean(first.title, 80)}" — claim it, or stop here.')
    else:
        said.append("Nothing else is free.")
    return " ".join(said)


def already_done(ref: Ref, change: ChangeState, done: tuple[str, int] | None) -> str:
    """A task was ticked before."""
    by = f", by {done[0]} {clock(done[1])}" if done and done[0] else ""
    return f"Already done: {ref.name} ({_count(change)}{by})."


def held(claim: Claim, holder: Member | None, free: Sequence[Ref], now: int) -> str:
    """Somebody else has it."""
    instead = f"Free: {free[0].name}." if free else "Call next."
    return f"{_belongs(claim, holder, now)} {instead}"


def held_strictly(claim: Claim, holder: Member | None, now: int) -> str:
    """Somebody else has it, and this project lets nobody else tick it."""
    return (
        f"{_belongs(claim, holder, now)} Claims are strict in this project: ask {claim.who}, or "
        "release the claim first."
    )


def _belongs(claim: Claim, holder: Member | None, now: int) -> str:
    sign = ""
    if holder is not None:
        if holder.lost:
            sign = f" (lost {ago(now - holder.lost)}, free at {clock(holder.until())})"
        else:
            until = holder.until()
            sign = f" until {clock(until)}" if until else ""
            sign += f" (last sign {ago(now - holder.seen)})"
    return f"{claim.name} is {claim.who}'s{sign}."


def asked(question: Question, people: int) -> str:
    """A question waits for people."""
    looking = f", {people} {'person is' if people == 1 else 'people are'} at the board"
    return (
        f"{question.name} asked{looking if people else ''}. Go on with something else; "
        "next brings the answer."
    )


def collision(change: ChangeState) -> str:
    """What has come into a change's way."""
    if change.conflicts:
        first = change.conflicts[0]
        others = ", ".join(first.changes[:3])
        return clean(f'{change.name} contradicts {others} in "{first.requirement}".', 200)
    return clean(change.moved[0].message, 200)


def _troubles(change: ChangeState) -> list[str]:
    said = []
    if elsewhere := archived_in(change):
        said.append(f"{elsewhere}, and open here until that is merged")
    if change.problem:
        said.append(f"problem: {clean(change.problem, 200)}")
    if change.conflicts or change.moved:
        said.append(f"collision: {collision(change)}")
    return said


def _notes(notes: Sequence[Note]) -> list[str]:
    return [
        f"note {note.who} {clock(note.at)}: {clean(note.text, 200)}"
        for note in notes[-_MOST_NOTES:]
    ]


def _paths(change: ChangeState, folder: str) -> str:
    paths = [path for path, _ in change.documents if path.endswith(".md")]
    more = f" and {len(paths) - _MOST_PATHS} more" if len(paths) > _MOST_PATHS else ""
    listed = ", ".join(paths[:_MOST_PATHS])
    return f"{folder}/changes/{change.name}/: {listed or 'nothing yet'}{more}"


def _progress(change: ChangeState) -> str:
    return f"{_count(change)} done, {change.status.value.replace('_', ' ')}"


def _count(change: ChangeState) -> str:
    return f"{change.progress.done}/{change.progress.total}"
