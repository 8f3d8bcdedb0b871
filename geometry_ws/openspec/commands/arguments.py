"""The arguments of a command, read by the official tool's rules.

Options may stand anywhere, `--option=value` and `-rvalue` work, names can't be shortened, `--` ends
the options, and too many arguments are a mistake. Every mistake is a `Usage` with one sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_NUMBER = re.compile(r"-(?:[0-9]+|[0-9]*\.[0-9]+)(?:e[+-]?[0-9]+)?\Z")
_NEAR = 3
_LONGEST_NAME = 255
"""No file's name is longer."""

HELP = ("-h", "--help")


class Usage(Exception):
    """The arguments can't be read; the text says why."""


class Option(NamedTuple):
    """An option: ``value`` is what stands for its value in the help, empty where it has none."""

    name: str
    help: str = ""
    value: str = ""
    short: str = ""
    hidden: bool = False

    def __str__(self) -> str:
        short = f"-{self.short}, " if self.short else ""
        return f"{short}--{self.name}" + (f" <{self.value}>" if self.value else "")


JSON = Option("json", "answer as JSON")
STORE = Option("store", "a store, which only the official tool knows", "id")
STORE_PATH = Option("store-path", "", "path", hidden=True)
NO_QUESTIONS = Option("no-interactive", "ask nothing (nothing is ever asked here)")


@dataclass(frozen=True, slots=True)
class Syntax:
    """A command's name, what it takes and what it is for."""

    name: str
    help: str
    operands: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    lenient: bool = False
    """Unknown options are operands."""
    required: int = 0
    """The number of operands that must be there."""
    many: bool = False
    """The last operand may be there several times."""


@dataclass(slots=True)
class Arguments:
    """The arguments of one call: options by their names (a flag is True), and operands."""

    options: dict[str, str | bool] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)

    def flag(self, name: str) -> bool:
        """Say whether a flag is there."""
        return bool(self.options.get(name))

    def value(self, name: str) -> str | None:
        """The value of an option, None where it isn't there."""
        value = self.options.get(name)
        return value if isinstance(value, str) else None

    def operand(self, at: int = 0) -> str | None:
        """An operand by its place, None where there are fewer."""
        return self.operands[at] if at < len(self.operands) else None


def parse(syntax: Syntax, argv: Sequence[str]) -> Arguments:
    """Read the arguments of a command; raises Usage."""
    arguments = Arguments()
    unknown: list[str] = []
    operands = arguments.operands
    pending = list(reversed(argv))
    while pending:
        word = pending.pop()
        if word == "--":
            operands.extend(reversed(pending))
            break
        if not word.startswith("-") or len(word) == 1:
            operands.append(word)
            continue
        option, inline, rest = _find(syntax, word)
        if option is None:
            if _NUMBER.match(word):
                operands.append(word)
                continue
            if not syntax.lenient:
                raise Usage(f"unknown option '{word}'{_near_option(syntax, word)}")
            operands = unknown
            operands.append(word)
            continue
        if rest:
            pending.append(rest)
        if not option.value:
            arguments.options[option.name] = True
        elif inline is not None:
            arguments.options[option.name] = inline
        elif pending:
            arguments.options[option.name] = pending.pop()
        else:
            raise Usage(f"option '{option}' needs a value")
    arguments.operands.extend(unknown)
    _check_number(syntax, len(arguments.operands))
    return arguments


def asks_for_help(syntax: Syntax, argv: Sequence[str]) -> bool:
    """Say whether -h or --help is among a command's words, and not the value of an option.

    Raises Usage where an option at the end lacks its value.
    """
    asked = unknown = False
    pending = list(reversed(argv))
    while pending:
        word = pending.pop()
        if word == "--":
            # Behind an option that isn't known, all is looked at.
            return asked or (unknown and any(word in HELP for word in pending))
        option, inline, rest = _find(syntax, word) if len(word) > 1 else (None, None, "")
        if option is None:
            asked = asked or word in HELP
            unknown = unknown or (word.startswith("-") and len(word) > 1)
        elif rest:
            pending.append(rest)
        elif option.value and inline is None:
            if not pending:
                raise Usage(f"option '{option}' needs a value")
            pending.pop()
    return asked


def _find(syntax: Syntax, word: str) -> tuple[Option | None, str | None, str]:
    """The option that a word names, a value in it, and what else is in it."""
    if not word.startswith("-"):
        return None, None, ""
    name, equals, value = word.removeprefix("--").partition("=")
    for option in syntax.options:
        if word.startswith("--"):
            if option.name == name and (not equals or option.value):
                return option, value if equals else None, ""
        elif option.short and word[1] == option.short:
            more = word[2:]
            if not more:
                return option, None, ""
            return (option, more, "") if option.value else (option, None, "-" + more)
    return None, None, ""


def _check_number(syntax: Syntax, given: int) -> None:
    if given < syntax.required:
        raise Usage(f"'{syntax.name}' needs <{syntax.operands[given]}>")
    most = len(syntax.operands)
    if given > most and not syntax.many:
        noun = "argument" if most == 1 else "arguments"
        raise Usage(f"too many arguments for '{syntax.name}': it takes {most} {noun}, not {given}")


def _near_option(syntax: Syntax, word: str) -> str:
    names = [f"--{option.name}" for option in syntax.options if not option.hidden]
    return did_you_mean(word, names)


def did_you_mean(word: str, names: Sequence[str]) -> str:
    """A question after the nearest name, if one is near enough."""
    near = nearest(word, names, 1)
    if not near or distance(word, near[0]) > min(_NEAR, len(word) // 2 + 1):
        return ""
    return f" (did you mean {near[0]}?)"


def nearest(word: str, names: Sequence[str], most: int = 5) -> list[str]:
    """The names that are least different from a word, at most so many; the nearest first.

    Of a word that is longer than any name its beginning counts.
    """
    meant = word[:_LONGEST_NAME]
    return sorted(names, key=lambda name: distance(meant, name))[:most]


def distance(word: str, other: str) -> int:
    """The number of characters to change, insert or delete to turn one text into the other.

    Counted in UTF-16 units, as the official tool does. A column of the usual table is two whole
    numbers here, whose bits say where it goes up and down by one from unit to unit (Myers, Hyyrö).
    """
    few, many = sorted((_units(word), _units(other)), key=len)
    if not few:
        return len(many)
    places: dict[object, int] = {}
    for at, unit in enumerate(many):
        places[unit] = places.get(unit, 0) | 1 << at
    every = (1 << len(many)) - 1
    up, down, result = every, 0, len(many)
    for unit in few:
        same = places.get(unit, 0)
        diagonal = ((((same & up) + up) ^ up) | same | down) & every
        right_up = down | (every & ~(diagonal | up))
        right_down = diagonal & up
        result += (right_up >> len(many) - 1) - (right_down >> len(many) - 1)
        right_up, right_down = (right_up << 1 | 1) & every, right_down << 1 & every
        up, down = right_down | (every & ~(diagonal | right_up)), right_up & diagonal
    return result


def _units(text: str) -> Sequence[object]:
    if text.isascii():
        return text
    data = text.encode("utf-16-be", "surrogatepass")
    return [data[at : at + 2] for at in range(0, len(data), 2)]


def usage(syntax: Syntax) -> list[str]:
    """What can be typed behind a command's name, in words such as ``[options]`` and ``<name>``."""
    operands = [
        f"<{name}>" if at < syntax.required else f"[{name}]"
        for at, name in enumerate(syntax.operands)
    ]
    if syntax.many:
        operands[-1] += "..."
    return ["[options]", *operands]


def visible_options(syntax: Syntax) -> list[Option]:
    """The options that are shown to users."""
    return [option for option in syntax.options if not option.hidden]


def help_text(syntax: Syntax, program: str) -> str:
    """The help text of a command: its arguments and options."""
    lines = [" ".join(["Usage:", program, syntax.name, *usage(syntax)]), "", syntax.help, ""]
    shown = [*visible_options(syntax), Option("help", "show this", short="h")]
    width = max(len(str(option)) for option in shown)
    lines.append("Options:")
    lines.extend(f"  {str(option).ljust(width)}  {option.help}".rstrip() for option in shown)
    return "\n".join(lines) + "\n"
