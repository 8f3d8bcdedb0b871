"""Two changes over one base, archived one after the other: what a person wrote stays.

Each change adds, modifies, removes or renames the same requirement, or something with its name.
A word that a change wrote is in the spec at the end, unless that change is still open: then the
archiving was refused, and the word is in its delta.
"""

import re
from dataclasses import dataclass
from itertools import product

from hypothesis import event, given, settings
from hypothesis import strategies as st

from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.merging.rebuild import rebuild
from geometry_ws.openspec.rebasing.judge import moved_bases
from geometry_ws.openspec.rebasing.rewrite import CannotRewrite, merged_text, rebase, rewritten
from geometry_ws.openspec.rebasing.touched import (
    Base,
    Bases,
    blocks_of_spec,
    present_text,
    touched_by,
)
from geometry_ws.openspec.rules.merge import Refused

HEAD = "# lamp\n\n## Purpose\nSays what is expected of a lamp that stands on a desk.\n\n"
KINDS = ("MODIFIED", "REMOVED", "RENAMED", "ADDED", "RENAMED and MODIFIED")


@dataclass
class Text:
    """A requirement's text: its statement's sentences, and its scenarios by name."""

    sentences: list[str]
    scenarios: dict[str, list[str]]

    def block(self, name):
        lines = [f"### Requirement: {name}", *self.sentences]
        for scenario, steps in self.scenarios.items():
            lines += ["", f"#### Scenario: {scenario}", *steps]
        return "\n".join(lines) + "\n"


@dataclass
class Change:
    """A change's delta with the words that only it has written."""

    delta: str
    words: set[str]


def base_text(sentences, scenarios):
    return Text(
        [f"The lamp SHALL base{number}." for number in range(sentences)],
        {
            f"scene{number}": [f"- **WHEN** when{number}", f"- **THEN** then{number}"]
            for number in range(scenarios)
        },
    )


@st.composite
def edited(draw, text, who):
    """A text with edits by a person, whose new words start with a name of theirs."""
    sentences = list(text.sentences)
    scenarios = {name: list(steps) for name, steps in text.scenarios.items()}
    for number in range(draw(st.integers(1, 3))):
        what = draw(st.sampled_from(["insert", "replace", "delete", "scenario", "step", "rewrite"]))
        word = f"{who}{number}"
        at = draw(st.integers(0, len(sentences) - 1))
        if what == "insert":
            sentences.insert(at + draw(st.integers(0, 1)), f"It MUST {word}.")
        elif what == "replace":
            sentences[at] = f"The lamp SHALL {word}."
        elif what == "delete" and len(sentences) > 1:
            del sentences[at]
        elif what == "scenario":
            scenarios[draw(st.sampled_from([word, "shared"]))] = [f"- **WHEN** {word}"]
        else:
            steps = scenarios[draw(st.sampled_from(sorted(scenarios)))]
            place = draw(st.integers(0, len(steps) - 1))
            if what == "step":
                steps.insert(place, f"- **AND** {word}")
            else:
                steps[place] = f"- **THEN** {word}"
    return Text(sentences, scenarios)


@st.composite
def changes(draw, base, kind, who):
    """A change of a kind: of requirement A, or that adds something called like it or like a new
    name of it."""
    target = draw(st.sampled_from(["Z", f"{who}-name"]))
    text = draw(edited(base, who))
    pair = f"- FROM: `### Requirement: A`\n- TO: `### Requirement: {target}`\n"
    renamed = f"## RENAMED Requirements\n\n{pair}\n"
    match kind:
        case "MODIFIED":
            delta = f"## MODIFIED Requirements\n\n{text.block('A')}"
        case "REMOVED":
            delta = "## REMOVED Requirements\n\n### Requirement: A\n**Reason**: old\n"
        case "RENAMED":
            delta = renamed
        case "ADDED":
            delta = f"## ADDED Requirements\n\n{text.block(target)}"
        case _:
            delta = f"{renamed}## MODIFIED Requirements\n\n{text.block(target)}"
    return Change(delta, set(re.findall(f"{who}[0-9]+", delta)))


def files(delta):
    path = "specs/lamp/spec.md"
    return ChangeFiles("c", {path: "file"}, {path: Source(delta.encode())})


def bases_of(delta, spec, marks=None):
    """The bases of a delta that was written when the spec was so."""
    blocks = blocks_of_spec(Source(spec.encode()))
    touched = touched_by("lamp", Source(delta.encode()).delta)
    bases = {each.place: (Base(present_text(each, blocks)),) for each in touched}
    return Bases(bases, {place: frozenset(marks or ()) for place in bases})


def moved_in(delta, spec, bases):
    return moved_bases(files(delta), {"lamp": Source(spec.encode())}, bases)


def has(text, words):
    return {word for word in words if re.search(rf"\b{word}\b", text)}


def words_of(text):
    return set(re.findall(r"\b(?:base|when|then)[0-9]+", text))


@st.composite
def pairs(draw):
    """A spec and two changes of it, of any kinds in any order."""
    first, second = draw(st.sampled_from(list(product(KINDS, KINDS))))
    base = base_text(draw(st.integers(1, 3)), draw(st.integers(1, 2)))
    spec = f"{HEAD}## Requirements\n\n{base.block('A')}\n{base_text(1, 1).block('Other')}"
    return spec, draw(changes(base, first, "ann")), draw(changes(base, second, "bob"))


@settings(max_examples=500, deadline=None)
@given(pairs())
def test_what_a_person_wrote_and_nobody_removed_is_in_the_spec_at_the_end(pair):
    spec, ann, bob = pair
    try:
        after = rebuild("lamp", ann.delta, spec, "ann").text
    except Refused:
        return  # A scenario would be lost; nothing was archived.
    assert has(after, ann.words) == ann.words
    bases = bases_of(bob.delta, spec)
    moved = moved_in(bob.delta, after, bases)
    if not moved:
        check_silent(after, bob.delta, ann, bob)
        if not bob.delta.startswith("## ADDED"):
            check_nothing_is_back(spec, after, bob)
        return
    # Archiving is refused. What merges by itself is merged, and both are in the spec.
    rebased = rebase(bob.delta, moved)
    assert has(rebased.document, bob.words) == bob.words
    if not rebased.left:
        event("merged by itself")
        check_settled(rebased, spec, after)
        check_silent(after, rebased.document, ann, bob)
        return
    event("a choice")
    check_choice(bob, ann, after, moved)


def check_silent(after, delta, ann, bob):
    """What is archived without a question has the words of both."""
    try:
        end = rebuild("lamp", delta, after, "bob").text
    except Refused:
        event("refused by the merge")
        return
    event("archived")
    assert has(end, ann.words) == ann.words
    assert has(end, bob.words) == bob.words


def check_nothing_is_back(spec, after, bob):
    """What the first one removed on purpose isn't brought back without a question."""
    try:
        end = rebuild("lamp", bob.delta, after, "bob").text
    except Refused:
        return
    assert not (words_of(spec) - words_of(after)) & words_of(end)


def check_settled(rebased, spec, after):
    """What was merged by itself is no longer moved, whatever base it is judged by."""
    # Under a new name it has a base of its own: the present one.
    bases = (after,) if any(item.renamed_to for item in rebased.done) else (spec, after)
    for base in bases:
        assert not moved_in(rebased.document, after, bases_of(rebased.document, base))


def check_choice(bob, ann, after, moved):
    """Where a person has to choose, the proposal has what both wrote; it is saved and archived."""
    document = bob.delta
    for item in moved:
        if item.touched.operation in ("removed", "renamed"):
            return
        text = merged_text(item)
        assert has(text, bob.words) == bob.words
        if item.theirs:
            assert has(text, ann.words) == has(item.theirs, ann.words)
        try:
            document = rewritten(document, item, text)
        except CannotRewrite:
            return
    try:
        end = rebuild("lamp", document, after, "bob").text
    except Refused:
        return
    assert has(end, ann.words) == ann.words
    assert has(end, bob.words) == bob.words
