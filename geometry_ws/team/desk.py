"""The six things that an agent can do: next, show, claim, done, note, ask.

Everything is decided here, at once and in one step; the shell ticks the task between `begin_done`
and `end_done`, and hands in every new state of a project. Answers are lines of text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from geometry_ws.openspec.format.model import ProjectState
from geometry_ws.protocol.activity import What
from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.team import lines
from geometry_ws.team.claims import Claim, Claims
from geometry_ws.team.doing import Said, Ticking
from geometry_ws.team.events import Event
from geometry_ws.team.lapses import Lapse, Lapses
from geometry_ws.team.members import Kind, Member, Members
from geometry_ws.team.order import Free, Turn, find_free, turns_of
from geometry_ws.team.refs import Ref, Tasks, split_name
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.talk import MOST_OPTIONS, PUT_AWAY, TEXT_LENGTH, Note, Question, Talk
from geometry_ws.team.text import clean

_MOST_SHOWN = 500
_MOST_DONE = 5000
_MOST_WANTED = 50


@dataclass
class Desk:
    """Members, claims, notes and questions of a node, and the tasks of its projects."""

    members: Members = field(default_factory=Members)
    claims: Claims = field(default_factory=Claims)
    talk: Talk = field(default_factory=Talk)
    lapses: Lapses = field(default_factory=Lapses)
    events: list[Event] = field(default_factory=list)
    """What has happened since the shell looked."""
    wanted: list[tuple[str, str, str]] = field(default_factory=list)
    """Who holds a task, who would have had it (perhaps nobody known), and how it is called."""

    def __post_init__(self) -> None:
        self._states: dict[str, ProjectState] = {}
        self._turns: dict[str, dict[str, Turn]] = {}
        self._tasks: dict[str, Tasks] = {}
        self._shown: dict[tuple[str, str], dict[str, str]] = {}
        self._done: dict[tuple[str, str], tuple[str, int]] = {}
        self._collisions: dict[str, set[str]] = {}

    # --- what the shell tells ----------------------------------------------------------------

    def take_state(self, project: str, state: ProjectState) -> list[Claim]:
        """A project's newest state; gives the claims whose task is done or gone."""
        self._states[project] = state
        self._turns[project] = turns_of(state)
        tasks = self._tasks.setdefault(project, Tasks())
        before = tasks.indexes
        tasks.take(state)
        asked = self.talk.open(project)
        self.talk.withdraw(each for each in asked if tasks.is_over(each.task, each.about, before))
        self.lapses.reconcile(project, tasks.indexes)
        return self.claims.reconcile(project, tasks.indexes)

    def drop_project(self, project: str) -> None:
        """A project is served no more."""
        self._states.pop(project, None)
        self._turns.pop(project, None)
        self._tasks.pop(project, None)
        self.claims.drop_project(project)

    def ticked(
        self, project: str, change: str, text: str, who: str, now: int, *,
        done: bool = True, origin: Origin = NOWHERE,
    ) -> None:  # fmt: skip
        """Somebody has set or unset a task, through the node or on disk (an empty name).

        The shell tells this before the state that it led to.
        """
        index = self._tasks[project].indexes.get(change) if project in self._tasks else None
        ref = index.with_text(text) if index is not None else None
        if ref is None:
            return
        self._done.pop((project, ref.name), None)
        if done:
            self._done[project, ref.name] = who, now
        if len(self._done) > _MOST_DONE:
            del self._done[next(iter(self._done))]
        member = self.members.get(who)
        if member is not None:
            member.moves(now, project, change)
        holder = self.claims.holder(project, ref.change, ref.label)
        maybe = holder.who if holder is not None and not who else ""
        what: What = "ticked" if done else "unticked"
        fields = what, now, who, project, ref.name, ref.title, maybe
        self.events.append(Event(*fields, origin=origin))

    def holder_of(self, project: str, change: str, text: str) -> Claim | None:
        """The claim that covers the task with this text."""
        index = self._tasks[project].indexes.get(change) if project in self._tasks else None
        ref = index.with_text(text) if index is not None else None
        return None if ref is None else self.claims.holder(project, change, ref.label)

    def come(self, member: Member, now: int) -> None:
        """Somebody new is there."""
        self._tell("came", now, member.name, member.project, "", member.client)

    def lose(self, session: int, now: int) -> list[Member]:
        """A session has ended; what its members hold waits a moment for it."""
        lost = self.members.lose(session, now)
        for member in lost:
            # A page that is left or loaded again is no news.
            if member.kind != "person":
                self._tell("lost", now, member.name, member.project)
        return lost

    def sweep(self, now: int) -> bool:
        """Let those go whose time is over, with what they hold; says whether there were any."""
        gone = self.members.gone(now)
        for member in gone:
            self.lost(self.claims.of_member(member.name), member.kind, now, member.origin)
            self._let_go(member, now)
        return self.lapses.sweep(now) or bool(gone)

    def lost(self, claims: Sequence[Claim], kind: Kind, now: int, origin: Origin = NOWHERE) -> None:
        """Claims end since nothing is heard of their holder: it is told, and so are people."""
        for claim in claims:
            self.claims.drop([claim])
            self.lapses.add(claim, kind, now)
            self._end("lapsed", claim, kind, now, origin)

    def leave(self, member: Member, now: int) -> None:
        """Somebody says goodbye."""
        self.members.remove(member)
        for claim in self.claims.drop(self.claims.of_member(member.name)):
            self._end("released", claim, member.kind, now, member.origin)
        self._let_go(member, now)

    def _end(self, how: What, claim: Claim, kind: Kind, now: int, origin: Origin) -> None:
        about = claim.project, claim.name, clean(claim.text, TEXT_LENGTH)
        self.events.append(Event(how, now, claim.who, *about, origin=origin, kind=kind))

    def _let_go(self, member: Member, now: int) -> None:
        self._collisions.pop(member.name, None)
        self._shown = {key: each for key, each in self._shown.items() if key[0] != member.name}
        who = member.name, member.project
        self.events.append(Event("left", now, *who, origin=member.origin, kind=member.kind))

    def happened(
        self, project: str, what: What, change: str, who: str, now: int, text: str = "",
        origin: Origin = NOWHERE,
    ) -> None:  # fmt: skip
        """Something became of a change as a whole."""
        self._tell(what, now, who, project, change, text, origin)

    def permitted(self, project: str, text: str, by: str, now: int) -> None:
        """Somebody has allowed or denied what an agent asked for."""
        self._tell("answered", now, by, project, "", text)

    def want(self, claim: Claim, who: str) -> None:
        """Somebody would have what another holds."""
        self.wanted = [*self.wanted, (claim.who, who, claim.name)][-_MOST_WANTED:]

    def _tell(
        self, what: What, now: int, who: str, project: str = "", task: str = "", text: str = "",
        origin: Origin = NOWHERE,
    ) -> None:  # fmt: skip
        text = clean(text, TEXT_LENGTH)
        self.events.append(Event(what, now, who, project, task, text, origin=origin))

    # --- the six -----------------------------------------------------------------------------

    def next(self, project: str, member: Member | None, change: str | None, limit: int) -> Said:
        """What to do next, best first, and answers that have come."""
        who = member.name if member is not None else ""
        tasks = self._tasks[project]
        name = None if change is None else tasks.find_change(change).change.name
        taken = self.claims.taken(project)
        free = self._free(project, who, name)
        answers = self.talk.answers_for(who) if who else []
        for question in answers:
            question.delivered = True
        shown = free.all[:limit]
        self._remember(project, member, shown)
        changes = self._states[project].changes
        own = {claim.name: claim for claim in self.claims.of_member(who, project)} if who else {}
        turns = self._turns[project]
        said = lines.next_tasks(free, limit, changes, turns, taken, who, own, answers)
        return Said(said + lines.lapsed(self.lapses.tell(who, project)), shown)

    def show(
        self, project: str, member: Member | None, what: str, folder: str = "openspec"
    ) -> Said:
        """All about a task or a change; `folder` is how the project's own is called."""
        tasks, state = self._tasks[project], self._states[project]
        name = what.strip().rstrip("/")
        if name in tasks.indexes:
            index = tasks.indexes[name]
            notes = self.talk.notes_on(project, name)
            taken = self.claims.taken(project)
            self._remember(project, member, index.open[: lines.MOST_OPEN])
            said = lines.change_shown(index, taken, notes, folder)
            return Said(said, index.open[: lines.MOST_OPEN])
        ref = tasks.find(what, self._at_work(project, member))
        self._remember(project, member, [ref])
        claim = self.claims.holder(project, ref.change, ref.label)
        holder = None if claim is None else self.members.get(claim.who)
        said = lines.task_shown(
            ref,
            state.changes[ref.change],
            "" if claim is None else claim.who,
            member.name if member is not None else "",
            0 if holder is None else holder.until(),
            self.talk.notes_on(project, ref.change, ref.label),
            self._done.get((project, ref.name)),
            folder,
        )
        return Said(said, [ref])

    def claim(self, project: str, member: Member, task: str | None, now: int) -> tuple[Said, Claim]:
        """Take a task, a whole change, or the first that `next` would show; again: renew."""
        tasks = self._tasks[project]
        if task is None:
            free = self._free(project, member.name)
            if not free.all:
                raise Refusal("nothing_free", lines.nothing_free(free))
            ref: Ref | None = free.all[0]
        elif task.strip().rstrip("/") in tasks.indexes:
            ref = None
        else:
            ref = tasks.find(task, self._at_work(project, member))
        if ref is None:
            change, label, text = (task or "").strip().rstrip("/"), "", ""
        else:
            change, label, text = ref.change, ref.label, ref.task.text
            if ref.task.done:
                said = lines.already_done(
                    ref, self._states[project].changes[change], self._done.get((project, ref.name))
                )
                raise Refusal("not_open", f"{said} Call next.", change=change)
        claim, new = self._take(project, member, change, label, text, now)
        if ref is not None:
            self._remember(project, member, [ref])
        title = ref.title if ref is not None else ""
        if new:
            member.moves(now, project, change)
            self._tell("claimed", now, member.name, project, claim.name, title)
        said = lines.claimed(claim.name, title, member, self._collision(project, member, change))
        return Said(said, [] if ref is None else [ref]), claim

    def release(self, project: str, member: Member, task: str | None, now: int) -> Said:
        """Give back a task, or everything of the project."""
        held = self.claims.of_member(member.name, project)
        if task is not None:
            name = task.strip().rstrip("/")
            if name not in self._tasks[project].indexes:
                name = self._tasks[project].find(task, {claim.change for claim in held}).name
            held = [claim for claim in held if claim.name == name]
        dropped = self.claims.drop(held)
        member.moved = now
        for claim in dropped:
            self._tell("released", now, member.name, project, claim.name)
        return Said(lines.released([claim.name for claim in dropped]))

    def free(self, project: str, holder: str, task: str | None, by: str, now: int) -> None:
        """A person frees what somebody else holds, or has lost: a task, or all of it."""
        held = self.claims.of_member(holder, project)
        if task is not None:
            held = [claim for claim in held if claim.name == task.strip()]
        lapses = self.lapses.of_member(holder, project, None if task is None else task.strip())
        self.lapses.drop(lapses)
        freed: list[Claim | Lapse] = [*self.claims.drop(held), *lapses]
        for each in freed:
            self._tell("released", now, by, project, each.name, f"held by {each.who}")

    def begin_done(self, project: str, member: Member, task: str, now: int) -> Ticking | Said:
        """The task that is to be ticked, which is claimed for it; or what to say instead."""
        ref = self._tasks[project].find(task, self._at_work(project, member))
        change = self._states[project].changes[ref.change]
        if ref.task.done:
            done = self._done.get((project, ref.name))
            return Said(lines.already_done(ref, change, done), [ref])
        seen = self._shown.get((member.name, project), {}).get(ref.name)
        if seen is not None and seen != ref.task.text:
            self._remember(project, member, [ref])
            raise Refusal(
                "stale_revision",
                f'{ref.name} now reads "{ref.title}". Look with show, then done again.',
                revision=change.revision,
            )
        claim, new = self._take(project, member, ref.change, ref.label, ref.task.text, now)
        asked = self.talk.asked(project, member.name, ref.name)
        return Ticking(ref, project, claim, new, ", ".join(asked))

    def find_again(self, ticking: Ticking, member: Member) -> Ticking:
        """The same task after its file has changed; raises Refusal where its text is another."""
        index = self._tasks[ticking.project].indexes.get(ticking.ref.change)
        ref = index.with_text(ticking.ref.task.text) if index is not None else None
        if ref is None:
            raise Refusal(
                "stale_revision",
                f"{ticking.ref.name} has changed meanwhile. Look with show, then done again.",
                revision=index.change.revision if index is not None else "",
            )
        claim = self.claims.holder(ticking.project, ref.change, ref.label)
        if claim is None or claim.who != member.name:
            claim = ticking.claim
        return replace(ticking, ref=ref, claim=claim)

    def end_done(self, ticking: Ticking, member: Member, note: str, now: int) -> Said:
        """The task is ticked: say how far its change is, what comes next, and collisions."""
        project, ref = ticking.project, ticking.ref
        self.claims.drop([ticking.claim])
        member.moves(now, project, ref.change)
        if note:
            self._keep_note(project, member, ref, note, now)
        state = self._states[project]
        change = state.changes.get(ref.change)
        free = self._free(project, member.name)
        same = [each for each in free.all if each.change == ref.change]
        following = (same or free.all)[:1]
        self._remember(project, member, following)
        collision = self._collision(project, member, ref.change)
        answers = len(self.talk.answers_for(member.name))
        said = lines.ticked(ref, change, following, collision, answers, ticking.asked)
        return Said(said, following)

    def fail_done(self, ticking: Ticking) -> None:
        """It couldn't be ticked: what was only claimed for that is free again."""
        if ticking.new:
            self.claims.drop([ticking.claim])

    def note(self, project: str, member: Member, task: str, text: str, now: int) -> Said:
        """Tell people something about a task or change."""
        tasks = self._tasks[project]
        name = task.strip().rstrip("/")
        ref = None if name in tasks.indexes else tasks.find(task, self._at_work(project, member))
        self._keep_note(project, member, name if ref is None else ref, text, now)
        return Said(f"Noted on {name if ref is None else ref.name}.")

    def _keep_note(
        self, project: str, member: Member, about: Ref | str, text: str, now: int
    ) -> None:
        change, label = (about, "") if isinstance(about, str) else (about.change, about.label)
        note = Note(project, change, label, member.name, now, clean(text, TEXT_LENGTH))
        member.moves(now, project, change)
        if self.talk.note(note):
            name = about if isinstance(about, str) else about.name
            self._tell("noted", now, member.name, project, name, note.text)

    def ask(
        self,
        project: str,
        member: Member,
        text: str,
        task: str | None,
        options: Sequence[str],
        now: int,
    ) -> Said:
        """Ask the people at the board; the answer comes with `next`."""
        name = about = ""
        if task is not None:
            tasks = self._tasks[project]
            name = task.strip().rstrip("/")
            if name not in tasks.indexes:
                ref = tasks.find(task, self._at_work(project, member))
                name, about = ref.name, ref.task.text
        choices = tuple(clean(option, 60) for option in options[:MOST_OPTIONS])
        asked = Question(
            0,
            project,
            name,
            member.name,
            now,
            clean(text, TEXT_LENGTH),
            tuple(filter(None, choices)),
            about=about,
        )
        question, new = self.talk.ask(asked)
        if new:
            said = f"{question.name}: {question.text}"
            asked_now = Event("asked", now, member.name, project, name, said, "", question.options)
            self.events.append(asked_now)
        here = [each for each in self.members if each.kind == "person" and not each.lost]
        people = {each.owner or each.name for each in here}
        return Said(lines.asked(question, len(people)))

    def answer(self, name: str, answer: str, by: str, now: int) -> Question:
        """A person answers a question."""
        question = self.talk.answer(name, clean(answer, TEXT_LENGTH), by, now)
        if question.task and question.answer != PUT_AWAY and question.who not in self.members:
            # Whoever takes up its task is told instead.
            change, label = split_name(question.task)
            said = clean(f"{question.answer} (answer to: {question.text})", TEXT_LENGTH)
            self.talk.note(Note(question.project, change, label, by, now, said))
        text = f"{question.name}: {question.answer}"
        self._tell("answered", now, by, question.project, question.task, text)
        return question

    # --- helpers -----------------------------------------------------------------------------

    def _free(self, project: str, who: str, change: str | None = None) -> Free:
        """What there is to do, in order."""
        taken, indexes = self.claims.taken(project), self._tasks[project].indexes
        return find_free(indexes, taken, who, change, self._turns[project])

    def _take(
        self, project: str, member: Member, change: str, label: str, text: str, now: int
    ) -> tuple[Claim, bool]:
        other = self.claims.in_the_way(project, change, label, member.name)
        if other is not None:
            self.want(other, member.name)
            holder = self.members.get(other.who)
            free = self._free(project, member.name).free
            raise Refusal("held", lines.held(other, holder, free[:1], now), holder=other.who)
        before = self.claims.holder(project, change, label)
        claim = self.claims.take(Claim(project, change, label, text, member.name, now))
        self.lapses.taken(claim)
        return claim, before is None or before.label != label

    def _at_work(self, project: str, member: Member | None) -> set[str]:
        """The changes in which somebody holds something."""
        if member is None:
            return set()
        return {claim.change for claim in self.claims.of_member(member.name, project)}

    def _remember(self, project: str, member: Member | None, refs: Sequence[Ref]) -> None:
        """What somebody was shown is what they mean by it later."""
        if member is None:
            return
        shown = self._shown.setdefault((member.name, project), {})
        for ref in refs:
            shown.pop(ref.name, None)
            shown[ref.name] = ref.task.text
        while len(shown) > _MOST_SHOWN:
            del shown[next(iter(shown))]

    def _collision(self, project: str, member: Member, change: str) -> str:
        """A conflict of a change, said to somebody once."""
        state = self._states[project].changes.get(change)
        if state is None or not (state.conflicts or state.moved):
            return ""
        said = lines.collision(state)
        told_before = self._collisions.setdefault(member.name, set())
        if said in told_before:
            return ""
        if len(told_before) > _MOST_SHOWN:
            told_before.clear()
        told_before.add(said)
        return said
