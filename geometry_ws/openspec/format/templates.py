"""What the built-in schema's documents begin with, and how they are written.

The sentences are our own; the official tool has others.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

BUILT_IN_TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "proposal": """\
## Why

<!-- What is wrong or missing, and for whom: a few sentences. -->

## What Changes

- <!-- What will be different afterwards. -->

## Impact

<!-- Which specs, which code and which people it concerns. -->
""",
        "specs": """\
## ADDED Requirements

### Requirement: <!-- What it is called -->
The system SHALL <!-- what it does -->.

#### Scenario: <!-- An example -->
- **WHEN** <!-- something happens -->
- **THEN** <!-- something follows -->
""",
        "design": """\
## Context

<!-- What is there already, and what it must fit to. -->

## Decisions

<!-- What was decided, what else was thought of, and why it was not taken. -->

## Risks

<!-- What can go wrong, and how that will be noticed. -->
""",
        "tasks": """\
## 1. <!-- What belongs together -->

- [ ] 1.1 <!-- A step that can be ticked -->
- [ ] 1.2 <!-- The test that shows it -->
""",
    }
)


class Guide(NamedTuple):
    """What a document is, and how an agent writes it."""

    description: str
    instruction: str


BUILT_IN_GUIDES: Mapping[str, Guide] = MappingProxyType(
    {
        "proposal": Guide(
            "What the change is for, and what it does",
            """\
Say why the change is needed, and what will be different; how it is built belongs into design.md.

- **Why**: what is wrong or missing now, for whom, and why it is worth doing. A few sentences.
- **What Changes**: a list. Each point is something that a user or a program will notice.
  Begin a point with **BREAKING** where something that works today will not work any more.
- **Impact**: the specs that come or change, the code, the interfaces, and whom to tell.

Find out first what is specified already: `geometry-ws openspec list --specs` names the specs, and
`geometry-ws openspec show NAME --type spec` prints one. Name the specs exactly as they are called
there; a new one gets a short name in small letters with hyphens. Each of them gets a delta.

A change of which no spec takes notice (a refactoring, tools, texts) says so by `skip_specs: true`
in .openspec.yaml; without that and without deltas it is not valid.
""",
        ),
        "specs": Guide(
            "What the change adds to the specs, rewrites in them and takes away",
            """\
Write specs/NAME/spec.md in the change's folder for each spec that the proposal names.
It holds only what is different, below these headings:

- `## ADDED Requirements`: requirements that are new.
- `## MODIFIED Requirements`: requirements that are there, each whole as it will be, with all its
  scenarios. What is left out here is gone from the spec once the change is archived.
- `## REMOVED Requirements`: with `**Reason**:` and `**Migration**:`.
- `## RENAMED Requirements`: `- FROM: ### Requirement: OLD` and `- TO: ### Requirement: NEW`.

A requirement is `### Requirement: NAME` with a sentence that says SHALL or MUST, and at least one
`#### Scenario: NAME` (four signs) with `- **WHEN** …` and `- **THEN** …`.
The name of one that is changed is exactly the name that it has in the spec.
A spec that is new begins with `## Purpose` and what it is for, in a sentence or two.

Write what can be seen from outside and tested, not how it is built.
Check it: `geometry-ws openspec validate CHANGE --strict`.
""",
        ),
        "design": Guide(
            "How the change is built, and why so",
            """\
Write it where there is something to decide: several parts are touched, something new comes in, data
or interfaces move, or it can go wrong in costly ways. Otherwise say in a sentence that it is plain.

- **Context**: what is there, and what it must fit to.
- **Decisions**: for each, what was decided, what else was thought of, and why that was not taken.
- **Risks**: what can go wrong, how it will be noticed, and what is done then.

What the change does stands in the specs, and the steps stand in tasks.md; repeat neither.
""",
        ),
        "tasks": Guide(
            "The steps in which the change is carried out",
            """\
Write the steps in the order in which they can be done, in groups:

    ## 1. What belongs together

    - [ ] 1.1 A step
    - [ ] 1.2 The test that shows it

A step is done within a sitting, and one can tell when it is done. Only lines with `- [ ]` count.
All that the specs of the change promise is some step's outcome, and so are tests and texts.
""",
        ),
    }
)
