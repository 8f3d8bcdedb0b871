/** Parts of a delta as they are written: what a new one begins with, in its section. Pure. */

/** @typedef {"ADDED" | "MODIFIED" | "REMOVED"} Operation */

/** A new requirement. @param {string} requirement its name */
export const addedBlock = (requirement) => `### Requirement: ${requirement || "A name that says it"}
The system SHALL do what this sentence says.

#### Scenario: When it matters
- **WHEN** something happens
- **THEN** this is what follows
`;

/** What a spec is for, which a delta says where the spec is new. @param {string} purpose */
export const purposeBlock = (purpose) => (purpose ? `## Purpose\n\n${purpose}\n\n` : "");

/** A requirement that goes. @param {string} requirement */
export const removedBlock = (requirement) =>
  `### Requirement: ${requirement}\n**Reason**: \n**Migration**: \n`;

/** A requirement as its spec has it now, with its scenarios.
 * @param {string} text of the spec @param {string} requirement
 * @param {number} [line] where it is */
export function blockOf(text, requirement, line = 0) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const heads = lines.flatMap((content, index) =>
    /^###\s+Requirement:/i.test(content) ? [index] : [],
  );
  const named = heads.filter(
    (at) => lines[at].replace(/^###\s+Requirement:/i, "").trim() === requirement,
  );
  const from = named.includes(line - 1) ? line - 1 : named[0];
  if (from === undefined) return `### Requirement: ${requirement}\n`;
  const after = lines.findIndex(
    (content, index) => index > from && (heads.includes(index) || /^##?\s/.test(content)),
  );
  return `${lines
    .slice(from, after < 0 ? lines.length : after)
    .join("\n")
    .trimEnd()}\n`;
}

/** A delta with one more block, at the end of the section for it.
 * @param {string} text of the delta, "" for a new one
 * @param {Operation} operation @param {string} block */
export function withBlock(text, operation, block) {
  const head = `## ${operation} Requirements`;
  if (!/\S/.test(text)) return `${head}\n\n${block}`;
  const lines = withoutEnd(text).split("\n");
  const at = lines.findIndex((line) => line.trimEnd().toUpperCase() === head.toUpperCase());
  if (at < 0) return `${lines.join("\n")}\n\n${head}\n\n${block}`;
  let next = lines.findIndex((line, index) => index > at && /^##?\s/.test(line));
  if (next < 0) next = lines.length;
  const before = withoutEnd(lines.slice(0, next).join("\n"));
  const rest = lines.slice(next).join("\n");
  return `${before}\n\n${block}${rest ? `\n${rest}\n` : ""}`;
}

/** A text without the empty lines at its end. @param {string} text */
const withoutEnd = (text) => text.replace(/\n[ \t\n]*$/, "");
