"""A project's config.yaml: the schema it asks for, the store it points to, and what is wrong in it.

What counts as wrong is the official tool's rule, which drops a bad setting and keeps the others.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from geometry_ws.openspec.format.conflict_markers import conflict_line, conflict_words
from geometry_ws.openspec.format.yaml_text import BadYaml, read_yaml

DEFAULT_SCHEMA = "spec-driven"
CONFIG_FILE = "config.yaml"
MAX_CONTEXT = 50 * 1024
_OPERATIONS = ("apply", "archive")
_SHOWN = 40
_MOST = 5
_CONTROL = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong in config.yaml: its line (0: the whole file) and a sentence."""

    line: int
    message: str

    def __str__(self) -> str:
        where = f"{CONFIG_FILE}, line {self.line}" if self.line else CONFIG_FILE
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Config:
    """A project's settings; `unusable` says that the file is no YAML at all.

    `store` is the store that it points to, empty where it names none; `bad_store` says that it
    names something that can't be one. `context`, by operation `guidance` and by artifact `rules`
    are for agents.
    `strict_claims` and `bad_claims` are about a setting of ours: the official tool passes over it.
    """

    schema: str = DEFAULT_SCHEMA
    store: str | None = None
    bad_store: bool = False
    unusable: bool = False
    problems: tuple[ConfigProblem, ...] = ()
    context: str = ""
    guidance: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    strict_claims: bool = False
    bad_claims: bool = False

    @property
    def ignored_store(self) -> str:
        """A sentence for a project that has folders of its own and names a store."""
        return (
            f'{CONFIG_FILE} names the store "{_shown(self.store or "")}", which is ignored:'
            " the project has specs or changes of its own."
        )


@functools.lru_cache(maxsize=8)
def read_config(text: str) -> Config:
    """Read a config.yaml; never raises."""
    try:
        value = read_yaml(text)
    except BadYaml as problem:
        line = conflict_line(text)
        if line:
            return _unusable(line, f"it {conflict_words(line)} Until then the file is ignored.")
        words = f"this can't be read as YAML ({problem}), so the file is ignored. Put it right."
        return _unusable(problem.line, words)
    if isinstance(value, list):
        return Config()
    if not isinstance(value, dict):
        words = (
            "there are no settings in it. Write some, such as schema: spec-driven, or delete it."
        )
        return Config(problems=(ConfigProblem(0, words),))
    schema, store = value.get("schema"), value.get("store")
    claims = value.get("claims", "soft")
    return Config(
        schema if isinstance(schema, str) and schema else DEFAULT_SCHEMA,
        store if isinstance(store, str) else None,
        "store" in value and not isinstance(store, str),
        problems=tuple(_Checker(text, value).problems),
        context=_context(value.get("context")),
        guidance=_guidance(value.get("operations")),
        rules=_rules(value.get("rules")),
        strict_claims=claims == "strict",
        bad_claims=claims not in ("soft", "strict"),
    )


def _context(value: object) -> str:
    """What agents should know of the project; empty where it can't be used."""
    is_usable = isinstance(value, str) and len(value.encode("utf-8", "replace")) <= MAX_CONTEXT
    return str(value) if is_usable else ""


def _guidance(value: object) -> Mapping[str, tuple[str, ...]]:
    """What agents should heed, by operation; what can't be used is left out."""
    operations = value if isinstance(value, dict) else {}
    guidance = {
        name: operations[name].get("guidance")
        for name in _OPERATIONS
        if isinstance(operations.get(name), dict)
    }
    return {
        name: tuple(entry for entry in entries if entry)
        for name, entries in guidance.items()
        if isinstance(entries, list) and _is_texts(entries)
    }


def _rules(value: object) -> Mapping[str, tuple[str, ...]]:
    """What agents should heed, by artifact; what can't be used is left out."""
    listed = value.items() if isinstance(value, dict) else ()
    rules = {
        str(key): tuple(entry for entry in entries if entry)
        for key, entries in listed
        if _is_texts(entries)
    }
    return {key: entries for key, entries in rules.items() if entries}


def _unusable(line: int, words: str) -> Config:
    return Config(unusable=True, problems=(ConfigProblem(line, words),))


def config_notice(config: Config, *, has_folders: bool) -> str:
    """What people should know of a project's settings; empty where all is well.

    `has_folders` says that the project has specs or changes of its own.
    """
    lines = [str(problem) for problem in config.problems[:_MOST]]
    more = len(config.problems) - _MOST
    if more > 0:
        lines.append(f"{CONFIG_FILE}: {more} more settings are wrong.")
    if config.bad_claims:
        lines.append(f"{CONFIG_FILE}: claims is ignored: it has to be soft or strict.")
    if config.store is not None and has_folders:
        lines.append(config.ignored_store)
    elif config.store is not None:
        lines.append(
            f'{CONFIG_FILE} points to the store "{_shown(config.store)}", and there is nothing'
            " else here: serve the store's folder instead."
        )
    return " ".join(lines)


class _Checker:
    def __init__(self, text: str, value: dict[Any, Any]) -> None:
        self._lines = text.split("\n")
        self.problems: list[ConfigProblem] = []
        checks = {
            "schema": self._schema,
            "context": self._context,
            "rules": self._rules,
            "operations": self._operations,
            "references": self._references,
            "store": self._store,
            "githubCopilot": self._copilot,
        }
        for key, check in checks.items():
            if key in value:
                check(value[key])

    def _say(self, words: str, *keys: str) -> None:
        self.problems.append(ConfigProblem(self._line(keys), words))

    def _line(self, keys: tuple[str, ...]) -> int:
        """The line of the last of some keys, each looked for below the one before; 0: unknown."""
        at = 0
        for number, key in enumerate(keys):
            lead = "" if number == 0 else "[ ]+"
            pattern = re.compile(f"\ufeff?{lead}[\"']?{re.escape(key)}[\"']?[ ]*:")
            below = range(at, len(self._lines))
            at = next((line + 1 for line in below if pattern.match(self._lines[line])), 0)
            if not at:
                return 0
        return at

    def _schema(self, value: object) -> None:
        if not isinstance(value, str) or not value:
            self._say("schema is ignored: it has to be a name.", "schema")

    def _context(self, value: object) -> None:
        if not isinstance(value, str):
            self._say("context is ignored: it has to be text.", "context")
        elif len(value.encode("utf-8", "replace")) > MAX_CONTEXT:
            self._say("context is ignored: shorten it to 50 KiB.", "context")

    def _rules(self, value: object) -> None:
        if not isinstance(value, dict):
            self._say("rules are ignored: name an artifact, and below it a list of rules.", "rules")
            return
        for key, rules in value.items():
            name = _shown(key)
            if not _is_texts(rules):
                words = f"the rules for {name} are ignored: each has to be text. Quote it."
                self._say(words, "rules", str(key))
            elif not all(rules):
                self._say(f"a rule for {name} is empty. Take it away.", "rules", str(key))

    def _operations(self, value: object) -> None:
        if not isinstance(value, dict):
            self._say("operations are ignored: name apply or archive below.", "operations")
            return
        for key, operation in value.items():
            name = _shown(key)
            if key not in _OPERATIONS:
                words = f"the operation {name} is not known: there are apply and archive."
            elif not isinstance(operation, dict):
                words = f"the operation {name} is ignored: write guidance below it."
            elif operation.keys() - {"guidance"}:
                words = f"the operation {name} has settings that are not known: there is guidance."
            elif "guidance" in operation and not _is_texts(operation["guidance"]):
                words = f"the guidance for {name} is ignored: each entry has to be text. Quote it."
            elif not all(operation.get("guidance", ())):
                words = f"an entry of the guidance for {name} is empty. Take it away."
            else:
                continue
            self._say(words, "operations", str(key))

    def _references(self, value: object) -> None:
        if not isinstance(value, list):
            self._say("references are ignored: they have to be a list of stores.", "references")
            return
        for entry in value:
            if isinstance(entry, str):
                continue
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
                words = "an entry is ignored: it has to be a store's id, or id and remote."
            elif "remote" in entry and not (isinstance(entry["remote"], str) and entry["remote"]):
                words = f"the remote of {_shown(entry['id'])} is ignored: it has to be an address."
            else:
                continue
            self._say(words, "references")

    def _store(self, value: object) -> None:
        if not isinstance(value, str):
            self._say("store is ignored: it has to be one store's id.", "store")

    def _copilot(self, value: object) -> None:
        if not isinstance(value, dict):
            self._say("githubCopilot is ignored: write cloudAgent below it.", "githubCopilot")
        elif "cloudAgent" in value and not isinstance(value["cloudAgent"], bool):
            words = "cloudAgent is ignored: it has to be true or false."
            self._say(words, "githubCopilot", "cloudAgent")


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _shown(key: object) -> str:
    return _CONTROL.sub("?", str(key))[:_SHOWN]
