"""A command's output: two texts and a status. Also values as JSON, and errors."""

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, NamedTuple


class Output(NamedTuple):
    """The output of a command, and the status that its process would end with."""

    stdout: str
    stderr: str
    exit: int


class Failed(Exception):
    """A command can't be done: a code for programs, a sentence for users, and what helps."""

    def __init__(self, code: str, message: str, *, fix: str = "", target: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.target = target

    def status(self) -> dict[str, str]:
        """The error as it stands in a document."""
        document = {"severity": "error", "code": self.code, "message": self.message}
        if self.target:
            document["target"] = self.target
        if self.fix:
            document["fix"] = self.fix
        return document


class Writer:
    """Collects a command's output, line by line."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._err: list[str] = []
        self.exit = 0

    def say(self, text: str = "") -> None:
        """Add a line to the answer."""
        self._out.append(text)

    def warn(self, text: str) -> None:
        """Add a line to the texts beside the answer."""
        self._err.append(text)

    def json(self, value: Any) -> None:
        """Add a JSON document to the answer."""
        self._out.append(to_json(value))

    def fail(self, problem: Failed, payload: Mapping[str, Any] | None) -> None:
        """Report an error: in a JSON document beside the payload, or as text (None)."""
        if payload is None:
            self.warn(f"Error: {problem.message}")
            if problem.fix:
                self.warn(f"Fix: {problem.fix}")
        else:
            self.json({**payload, "status": [problem.status()]})
        self.exit = 1

    def output(self) -> Output:
        """Everything that was said."""
        return Output(
            "".join(f"{line}\n" for line in self._out),
            "".join(f"{line}\n" for line in self._err),
            self.exit,
        )


def to_json(value: Any) -> str:
    """A value as JSON as the official tool writes it: indented by two, all characters as they are.

    Takes what JSON has: dicts with text for keys, lists and tuples, texts, numbers, truths, None.
    """
    parts: list[str] = []
    _write(value, "\n", parts)
    return "".join(parts)


def _write(value: Any, newline: str, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None or isinstance(value, bool):
        parts.append({True: "true", False: "false", None: "null"}[value])
    elif isinstance(value, int):
        parts.append(str(value))
    elif isinstance(value, Mapping):
        deeper = newline + "  "
        lead = "{" + deeper
        for key, item in value.items():
            parts.append(f"{lead}{encode_basestring(key)}: ")
            _write(item, deeper, parts)
            lead = "," + deeper
        parts.append(newline + "}" if value else "{}")
    else:
        deeper = newline + "  "
        lead = "[" + deeper
        for item in value:
            parts.append(lead)
            _write(item, deeper, parts)
            lead = "," + deeper
        parts.append(newline + "]" if value else "[]")
