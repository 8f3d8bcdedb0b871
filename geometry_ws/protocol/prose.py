"""How prose is set in Markdown: one sentence a line, and no line longer than 120 columns.

Nothing here knows the protocol; the reference is made with it, and a test holds the documents to
the same rules.
"""

import re

WIDTH = 120
"""Columns of a line of prose."""

_ABBREVIATIONS = ("e.g.", "i.e.", "z.B.", "vs.", "etc.", "cf.", "No.", "approx.")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(r"(?<=\])\([^()\s]*\)")
_WHOLE_LINK = re.compile(r"\[[^\]]*\]x+")
# What ends a sentence, what may close behind it, and what the next one may begin with.
_END = re.compile(r"[.!?](?:\*\*|[\"”’)*_\]])*[ \t]+(?=[\"“(\[*_]*[A-Z\x00])")


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, without line breaks. A colon or semicolon ends none."""
    text = " ".join(text.split())
    masked = _mask(text)
    ends = [end.end() for end in _END.finditer(masked) if not _abbreviated(masked, end.start())]
    parts = zip([0, *ends], [*ends, len(text)], strict=True)
    return [text[start:end].strip() for start, end in parts if text[start:end].strip()]


def fill(text: str, *, indent: str = "") -> str:
    """Paragraphs with one sentence a line; a longer one is broken, best behind a clause."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        "\n".join(indent + line for part in sentences(p) for line in _break(part, len(indent)))
        for p in paragraphs
    )


def _mask(text: str) -> str:
    """The text at the same places, where code is one capital and addresses are blank."""
    text = _CODE.sub(lambda code: "\0" + "x" * (len(code[0]) - 1), text)
    return _LINK.sub(lambda link: "x" * len(link[0]), text)


def _abbreviated(text: str, stop: int) -> bool:
    word = text[: stop + 1].rsplit(" ", 1)[-1].lstrip('("“*_')
    return word in _ABBREVIATIONS or bool(re.fullmatch(r"[A-Z]\.|\d+\.", word) and stop < 4)


def _break(sentence: str, indented: int) -> list[str]:
    lines = []
    while len(sentence) > WIDTH - indented:
        masked = _WHOLE_LINK.sub(lambda link: "x" * len(link[0]), _mask(sentence))
        masked = masked[: WIDTH - indented + 1]
        clause = max(masked.rfind(stop) for stop in (", ", "; ", ": ")) + 1
        place = clause if clause > WIDTH // 3 else masked.rfind(" ")
        if place <= 0:
            break
        lines.append(sentence[:place].rstrip())
        sentence = sentence[place:].lstrip()
    return [*lines, sentence]
