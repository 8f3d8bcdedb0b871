"""``search``: words in all texts of the project. The official tool has no such command."""

from collections.abc import Iterator
from typing import get_args

from geometry_ws.openspec.commands.arguments import JSON, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import Project
from geometry_ws.openspec.views.search import (
    Hit,
    SearchDocument,
    SearchKind,
    SearchResult,
    change_documents,
    open_documents,
    search_documents,
)

_KINDS: tuple[SearchKind, ...] = get_args(SearchKind)
_MOST = 50
_LIMIT = 1000


def _search(context: Context) -> None:
    project = context.project
    query = " ".join(context.arguments.operands)
    results = search_documents(
        query,
        open_documents(project.changes, project.specs),
        archived=_archived(project),
        kinds=_kinds(context),
        most=_most(context),
    )
    if context.as_json:
        context.out.json(
            {
                "query": query,
                "hits": [_document(hit) for hit in results.hits],
                "documents": results.documents,
                "more": results.more,
                "root": project.root,
            }
        )
    else:
        _say(context, results)


def _archived(project: Project) -> Iterator[SearchDocument]:
    for name in project.archived_names:
        change = project.archived_change(name)
        if change is not None:
            yield from change_documents(change, archived=True)


def _kinds(context: Context) -> tuple[SearchKind, ...]:
    wanted = (context.arguments.value("kind") or "").split(",")
    kinds = tuple(kind for kind in _KINDS if kind in wanted)
    unknown = set(wanted) - set(_KINDS) - {""}
    if unknown:
        raise Failed(
            "search_error", f"There is no kind {', '.join(sorted(unknown))}: {', '.join(_KINDS)}."
        )
    if not kinds:
        kinds = tuple(kind for kind in _KINDS if kind != "archived")
    return (*kinds, "archived") if context.arguments.flag("archived") else kinds


def _most(context: Context) -> int:
    text = context.arguments.value("limit")
    if text is None:
        return _MOST
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _LIMIT:
        raise Failed("search_error", f"--limit is a number from 1 to {_LIMIT}.")
    return int(text)


def _document(hit: Hit) -> dict[str, object]:
    return {
        "kind": hit.kind,
        "id": hit.id,
        "path": hit.path,
        "line": hit.line,
        "heading": hit.heading,
        "snippet": hit.snippet,
        "matches": [list(pair) for pair in hit.matches],
    }


def _say(context: Context, results: SearchResult) -> None:
    for hit in results.hits:
        context.out.say(f"{hit.kind}/{hit.id} {hit.path}:{hit.line}: {hit.snippet}")
    if not results.hits:
        context.out.warn("Nothing was found.")
    elif results.more:
        context.out.warn(f"{results.more} more were found; --limit shows more of them.")


COMMANDS = {
    "search": Command(
        Syntax(
            "search",
            "Search all texts of the project for words; all of them must be there.",
            ("word",),
            (
                Option("kind", f"only in these: {', '.join(_KINDS)}", "kinds"),
                Option("archived", "in archived changes too"),
                Option("limit", f"show so many at most ({_MOST})", "n"),
                JSON,
            ),
            required=1,
            many=True,
        ),
        _search,
        "search_error",
        lambda _arguments: {"hits": [], "root": None},
    )
}
