/** What a document of a change begins with, where nothing is written yet. Pure. */

const DELTA = `## ADDED Requirements

### Requirement: A name that says it
The system SHALL do what this sentence says.

#### Scenario: When it matters
- **WHEN** something happens
- **THEN** this is what follows
`;

const TEXTS = /** @type {Readonly<Record<string, string>>} */ (
  Object.freeze({
    "proposal.md": "## Why\n\n\n\n## What Changes\n\n- \n\n## Impact\n\n- Specs: \n- Code: \n",
    "design.md": "## Context\n\n\n\n## Goals\n\n- \n\n## Decisions\n\n- \n\n## Risks\n\n- \n",
    "tasks.md": "## 1. First part\n\n- [ ] 1.1 The first thing to do\n",
  })
);

/** @param {string} document a path in the change's folder */
export function templateOf(document) {
  if (Object.hasOwn(TEXTS, document)) return TEXTS[document];
  return /^specs\/.+\/spec\.md$/su.test(document) ? DELTA : "";
}

/** A document's text without what its page says already: its settings and its first heading.
 * @param {string} text */
export const bodyOf = (text) =>
  text.replace(/^\ufeff?---\r?\n[\s\S]*?\n---\r?\n/, "").replace(/^\s*#[ \t][^\r\n]*(\r?\n|$)/, "");
