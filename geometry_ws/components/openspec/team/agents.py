"""The six things that agents do, and answering their questions: the procedures."""

from typing import cast

from geometry_ws.components.openspec.authorship import Write, author, task_set
from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import declared_errors
from geometry_ws.components.openspec.team.office import Office
from geometry_ws.components.openspec.team.refusals import declared_refusals
from geometry_ws.openspec.disk.set_task import TaskSet
from geometry_ws.openspec.format.errors import StaleRevision
from geometry_ws.protocol import agents as wire
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.project_values import person_of
from geometry_ws.protocol.rights import Right, may
from geometry_ws.team.claims import Taken
from geometry_ws.team.doing import Said, Ticking
from geometry_ws.team.hook_signs import hear
from geometry_ws.team.hooks import Hook
from geometry_ws.team.members import Member
from geometry_ws.team.refs import Ref

_ATTEMPTS = 3


class ServedAgents(wire.Agents):
    """What agents do on the tasks of the served projects."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._desk = office.desk

    def agent_next(self, caller: Caller, request: wire.AgentNext) -> wire.AgentAnswer:
        """Answer agent.next."""
        project = self._project(request)
        with declared_refusals():
            member = self._asking(caller, request)
            said = self._desk.next(project.id, member, request.change, request.limit)
        return self._answer(project, member, said)

    def agent_show(self, caller: Caller, request: wire.AgentShow) -> wire.AgentAnswer:
        """Answer agent.show."""
        project = self._project(request)
        with declared_refusals():
            member = self._office.known(caller, request.me)
            folder = project.store.home.folder.name
            said = self._desk.show(project.id, member, request.what, folder)
        return self._answer(project, member, said)

    def agent_claim(self, caller: Caller, request: wire.AgentClaim) -> wire.AgentAnswer:
        """Answer agent.claim."""
        project = self._project(request)
        now = self._office.now()
        with declared_refusals():
            member = self._member(caller, request)
            if request.release:
                said = self._desk.release(project.id, member, request.task, now)
            else:
                said, _ = self._desk.claim(project.id, member, request.task, now)
        return self._answer(project, member, said)

    async def agent_done(self, caller: Caller, request: wire.AgentDone) -> wire.AgentAnswer:
        """Answer agent.done."""
        project = self._project(request)
        with declared_refusals():
            member = self._member(caller, request)
            begun = self._desk.begin_done(project.id, member, request.task, self._office.now())
        if isinstance(begun, Said):
            return self._answer(project, member, begun)
        try:
            ticking = await self._tick(project, caller, member, begun, request.cwd)
        except BaseException:
            self._desk.fail_done(begun)
            self._office.tell()
            raise
        said = self._desk.end_done(ticking, member, request.note or "", self._office.now())
        return self._answer(project, member, said)

    async def _tick(
        self, project: ServedProject, caller: Caller, member: Member, ticking: Ticking, cwd: str
    ) -> Ticking:
        """Tick the task, wherever in its file it is by now; raises declared errors."""
        ref = ticking.ref
        result: TaskSet | None = None
        for attempt in range(_ATTEMPTS):
            self._office.ticks(project.id, ref.change, ref.task.text, member.name, caller.origin)
            with declared_errors(project, ref.change, number=ref.task.id), project.writing():
                try:
                    result = await self._office.registry.in_thread(_set, project, ref, cwd)
                    break
                except StaleRevision:
                    if attempt == _ATTEMPTS - 1:
                        raise
            # Somebody wrote above it: the state is newer now, and the claim went with its task.
            project.advance()
            with declared_refusals():
                moved = self._desk.find_again(ticking, member)
            ticking, ref = moved, moved.ref
        done = cast("TaskSet", result)
        with self._office.acting(member.name):
            explains = task_set(ref.change, done.before, done.change.revision)
            project.advance(Write(author(caller), explains))
        return ticking

    def agent_note(self, caller: Caller, request: wire.AgentNote) -> wire.AgentAnswer:
        """Answer agent.note."""
        project = self._project(request)
        now = self._office.now()
        with declared_refusals():
            member = self._member(caller, request)
            said = self._desk.note(project.id, member, request.task, request.text, now)
        return self._answer(project, member, said)

    def agent_ask(self, caller: Caller, request: wire.AgentAsk) -> wire.AgentAnswer:
        """Answer agent.ask."""
        project = self._project(request)
        now = self._office.now()
        with declared_refusals():
            member = self._member(caller, request)
            said = self._desk.ask(
                project.id, member, request.question, request.task, request.options, now
            )
        return self._answer(project, member, said)

    def agent_hook(self, caller: Caller, request: wire.AgentHook) -> Done:
        """Answer agent.hook."""
        hook = Hook(
            event=request.event,
            session=request.session,
            cwd=request.cwd,
            tool=request.tool,
            notification=request.notification,
            reason=request.reason,
        )
        with declared_refusals():
            project = self._office.project_at(request.cwd)
            own = person_of(caller)
            member = hear(self._desk, request.client, hook, project, self._office.now(), own)
        if member is not None:
            self._office.hear(caller, member)
            self._office.channels.hear(member, hook)
        self._office.tell()
        return Done()

    def answer_question(self, caller: Caller, request: wire.AnswerQuestion) -> Done:
        """Answer question.answer."""
        member = self._office.known(caller, request.who)
        named = person_of(caller) or request.who or "somebody"
        by = member.name if member is not None else named
        with declared_refusals():
            self._desk.answer(request.question, request.answer, by, self._office.now())
        self._office.tell(caller)
        return Done()

    def _project(self, request: wire.AgentRequest) -> ServedProject:
        return self._office.registry.find(request.project)

    def _member(self, caller: Caller, request: wire.AgentRequest) -> Member:
        project = self._project(request).id
        return self._office.member_of(caller, request.me, "agent", project)

    def _asking(self, caller: Caller, request: wire.AgentNext) -> Member | None:
        """Who asks; only whoever could take a task becomes a member by giving a name."""
        if request.me and may(caller.authrole, Right.WORK):
            return self._member(caller, request)
        member = self._office.known(caller, request.me)
        if member is not None:
            self._office.hear(caller, member)
        return member

    def _answer(
        self, project: ServedProject, member: Member | None, said: Said
    ) -> wire.AgentAnswer:
        self._office.tell()
        taken = self._desk.claims.taken(project.id)
        return wire.AgentAnswer(
            text=said.text,
            me=member.name if member is not None else "",
            tasks=[_task(ref, taken) for ref in said.refs],
        )


def _task(ref: Ref, taken: Taken) -> wire.AgentTask:
    return wire.AgentTask(
        task=ref.name,
        change=ref.change,
        text=ref.task.text[:1000],
        done=ref.task.done,
        who=taken.by(ref.change, ref.label),
    )


def _set(project: ServedProject, ref: Ref, cwd: str) -> TaskSet:
    """Tick a task in the work tree that somebody works in, where it has a copy of its own."""
    text = ref.task.text
    store = project.store.at(cwd, ref.change)
    if store is not project.store.of(ref.change):
        same = [task.id for task in store.change(ref.change).tasks if task.text == text]
        if len(same) == 1:
            return store.set_task(ref.change, same[0], True, expect=text)
    return project.store.of(ref.change).set_task(ref.change, ref.task.id, True, expect=text)
