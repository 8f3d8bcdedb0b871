"""Templates of the built-in schema's documents, in our own words; the official tool has others."""

from collections.abc import Mapping
from types import MappingProxyType

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
