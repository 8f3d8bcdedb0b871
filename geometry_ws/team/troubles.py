"""What of members, claims and questions needs a person."""

from collections.abc import Collection, Iterable

from geometry_ws.protocol.attention import AttentionAction, AttentionItem
from geometry_ws.team.attention import item_id, shortened
from geometry_ws.team.desk import Desk
from geometry_ws.team.members import Member
from geometry_ws.team.talk import PUT_AWAY
from geometry_ws.team.text import MINUTE

QUIET_MS = 15 * MINUTE
"""A claim whose holder hasn't moved anything for so long is quiet."""


def items_of_desk(
    desk: Desk, project: str, now: int, asking: Collection[str] = ()
) -> list[AttentionItem]:
    """Questions, permissions that are waited for, and claims whose holder is lost or quiet.

    `asking` are those who ask for a permission otherwise.
    """
    return [
        *_questions(desk, project),
        *(item for item in _permissions(desk, project) if item.who not in asking),
        *_claims(desk, project, now),
        *_lapses(desk, project),
    ]


def quiet_claims(desk: Desk, now: int) -> frozenset[tuple[str, str, str, bool]]:
    """Which claims are lost or quiet: where this is another one, attention is as well."""
    held = ((claim, desk.members.get(claim.who)) for claim in desk.claims)
    return frozenset(
        (claim.project, claim.name, claim.who, bool(member.lost))
        for claim, member in held
        if member is not None and _is_quiet(member, now)
    )


def _is_quiet(member: Member, now: int) -> bool:
    return bool(member.lost) or now - member.moved >= QUIET_MS


def _questions(desk: Desk, project: str) -> Iterable[AttentionItem]:
    for question in desk.talk.open(project):
        keywords = {"question": question.name}
        answers = {option: option for option in question.options}
        gone = ""
        if question.who not in desk.members:
            gone = f" ({question.who} isn't here now.)"
            answers["Put away"] = PUT_AWAY
        yield AttentionItem(
            id=item_id("question", project, question.name, str(question.at)),
            project=project,
            kind="question",
            since=question.at,
            who=question.who,
            why=shortened(f"{question.name}: {question.text}") + gone,
            change=question.task.partition("/")[0].partition("#")[0],
            task=question.task,
            actions=[
                AttentionAction(
                    label=label, call="question.answer", kwargs={**keywords, "answer": answer}
                )
                for label, answer in answers.items()
            ],
        )


def _permissions(desk: Desk, project: str) -> Iterable[AttentionItem]:
    for member in desk.members:
        if member.project == project and member.activity == "waiting":
            about = f" to use {member.tool}" if member.tool else ""
            yield AttentionItem(
                id=item_id("permission", project, member.name),
                project=project,
                kind="permission",
                since=member.moved,
                who=member.name,
                why=f"{member.name} waits at its terminal for a permission{about}.",
            )


def _claims(desk: Desk, project: str, now: int) -> Iterable[AttentionItem]:
    for claim in desk.claims.of_project(project):
        member = desk.members.get(claim.who)
        if member is None or not _is_quiet(member, now):
            continue
        if member.lost:
            why = f"{claim.who} is gone without a word; {claim.name} is free again soon."
        else:
            why = f"{claim.who} holds {claim.name}, and nothing has moved for a quarter of an hour."
        keywords = {"project": project, "task": claim.name, "holder": claim.who}
        yield AttentionItem(
            id=item_id("claim", project, claim.name, claim.who),
            project=project,
            kind="claim",
            since=member.lost or member.moved,
            who=claim.who,
            why=why,
            change=claim.change,
            task=claim.name,
            actions=[AttentionAction(label="Release", call="claim.release", kwargs=keywords)],
        )


def _lapses(desk: Desk, project: str) -> Iterable[AttentionItem]:
    """Of people nothing is said: who closes a page leaves what he or she held."""
    for lapse in desk.lapses:
        if lapse.project != project or lapse.kind not in ("agent", "program"):
            continue
        keywords = {"project": project, "task": lapse.name, "holder": lapse.who}
        why = f"{lapse.who} lost {lapse.name}, and may have begun it: nothing more was heard."
        yield AttentionItem(
            id=item_id("claim", project, lapse.name, lapse.who, "lost"),
            project=project,
            kind="claim",
            since=lapse.at,
            who=lapse.who,
            why=why,
            change=lapse.change,
            task=lapse.name,
            actions=[AttentionAction(label="Put away", call="claim.release", kwargs=keywords)],
        )
