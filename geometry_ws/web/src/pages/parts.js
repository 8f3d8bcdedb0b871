/** Small parts that several pages show. */

import { make } from "../shared/dom.js";
import { archivingOf } from "../shared/remarks.js";
import { spot } from "../shared/routes.js";
import { sign } from "../shared/signs.js";
import { age, counted, inline } from "../shared/text.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Remark } from "../shared/remarks.js" */
/** @import { Problem } from "./live.js" */

/** @type {Readonly<Record<string, {glyph: string, word: string, group: string}>>} */
export const STATES = Object.freeze({
  invalid: { glyph: "!", word: "Invalid", group: "attention" },
  unreadable: { glyph: "!", word: "Unreadable", group: "attention" },
  in_progress: { glyph: "◐", word: "In progress", group: "in_progress" },
  not_started: { glyph: "○", word: "Not started", group: "not_started" },
  complete: { glyph: "✓", word: "Complete", group: "complete" },
});
const UNKNOWN = { glyph: "?", word: "Unknown", group: "attention" };

/** @param {string} state */
export const stateOf = (state) => (Object.hasOwn(STATES, state) ? STATES[state] : UNKNOWN);

/** @param {string} text @param {string} kind @param {string} [glyph] */
export function badge(text, kind, glyph = "") {
  const sign = glyph ? [make("span", { "aria-hidden": "true", textContent: glyph }), " "] : [];
  return make("span", { class: `badge ${kind}` }, ...sign, text);
}

/** The state of a change; of a complete one, whether it can be archived.
 * @param {Change} change */
export function stateBadge(change) {
  const archiving = archivingOf(change);
  if (archiving === "ready")
    return remarkBadge({ sign: "ready", tone: "good", word: "Ready to archive" });
  if (archiving === "refused")
    return remarkBadge({ sign: "refused", tone: "warn", word: "Archiving would be refused" });
  const { glyph, word, group } = stateOf(change.state);
  return badge(word, group, glyph);
}

/** @param {{valid: boolean, strict: boolean, errors: number, warnings: number,
 *   infos: number}} verdict */
export function verdictBadge(verdict) {
  const { valid, strict, errors, warnings } = verdict;
  const numbers = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")];
  const said = numbers.filter(Boolean).join(", ");
  if (!valid) return badge(said || "invalid", "attention", "!");
  if (!strict) return badge(said || "valid with warnings", "warned", "△");
  return badge("valid", "complete", "✓");
}

/** A remark in a word or two. @param {Pick<Remark, "sign" | "tone" | "word">} remark */
export function remarkBadge({ sign: shape, tone, word }) {
  return make("span", { class: `badge ${tone}` }, sign(shape), " ", word);
}

/** That open changes contradict each other. @param {string} [word] */
export const conflictBadge = (word = "conflict") =>
  remarkBadge({ sign: "conflict", tone: "warn", word });

/** @param {string} operation */
export function operationBadge(operation) {
  const signs = /** @type {Record<string, string>} */ ({
    ADDED: "+",
    MODIFIED: "~",
    REMOVED: "−",
    RENAMED: "→",
  });
  return badge(operation.toLowerCase(), `operation ${operation.toLowerCase()}`, signs[operation]);
}

/** @param {number} done @param {number} total @param {string} [label] */
export function progress(done, total, label = "Progress") {
  return make("progress", {
    max: total || 1,
    value: done,
    "aria-label": `${label}: ${done} of ${total} tasks`,
  });
}

/** When something was, in words. @param {number} ms since 1970 */
export function when(ms) {
  const then = new Date(ms);
  const passed = Date.now() - ms;
  const far = passed > 30 * 86_400_000;
  const days = Math.floor(passed / 86_400_000);
  const words = far
    ? `on ${then.toLocaleDateString("en", { year: "numeric", month: "short", day: "numeric" })}`
    : days
      ? `${counted(days, "day")} ago`
      : passed < 60_000
        ? "just now"
        : `${age(passed).replace(/ h .*/, " h")} ago`;
  return make("time", {
    dateTime: then.toISOString(),
    title: then.toLocaleString(),
    textContent: words,
  });
}

/** Code between backticks and strong words of a single line. @param {string} text */
export function rich(text) {
  const tags = /** @type {const} */ ({ code: "code", strong: "strong" });
  return inline(text).map((piece) =>
    piece.kind === "text" ? piece.text : make(tags[piece.kind], { textContent: piece.text }),
  );
}

/** A name by itself, whatever direction it is written in. @param {string} text */
export const name = (text) => make("bdi", { textContent: text });

/** A section of a page with its heading. @param {string} id @param {string} title
 * @param {(Node | string)[]} heading more in the heading's line
 * @param {(Node | string)[]} children */
export function section(id, title, heading, children) {
  const head = make("h2", { id: `${id}-title` }, title, ...heading);
  const parts = [head, ...children];
  return make(
    "section",
    { class: `part ${id}`, id, "data-key": id, "aria-labelledby": head.id },
    ...parts,
  );
}

/** @param {string} text @param {string} [kind] */
export const note = (text, kind = "") => make("p", { class: `note ${kind}`, textContent: text });

const LEVELS = /** @type {Record<string, {word: string, kind: string, glyph: string}>} */ ({
  ERROR: { word: "Error", kind: "attention", glyph: "!" },
  WARNING: { word: "Warning", kind: "warned", glyph: "△" },
  INFO: { word: "Hint", kind: "hint", glyph: "i" },
});

/** The document that a finding's path means; "" where it means all of it.
 * @param {string} path @param {string[]} documents */
export function documentOf(path, documents) {
  const file = path.replace(/[:#[].*$/, "");
  const known = [path, `specs/${path}`, file, `specs/${file}`, `specs/${file}/spec.md`];
  const match = known.find((candidate) => documents.includes(candidate));
  return match ?? (documents.length === 1 ? documents[0] : "");
}

/** What validation found. @param {any[]} findings @param {string[]} documents */
export function problems(findings, documents) {
  return make(
    "ul",
    { class: "problems" },
    ...findings.map((finding) => problem(finding, documents)),
  );
}

/** @param {any} finding @param {string[]} documents */
function problem(finding, documents) {
  const { word, kind, glyph } = LEVELS[finding.level] ?? LEVELS.INFO;
  const document = documentOf(finding.path, documents);
  const line = finding.line ?? 0;
  const place = document
    ? make("a", {
        class: "place",
        href: `#${encodeURIComponent(spot(document, line))}`,
        textContent: line ? `${document}, line ${line}` : document,
      })
    : make("span", {
        class: "place",
        textContent: finding.path === "file" ? "the whole change" : finding.path,
      });
  return make(
    "li",
    { class: `problem ${kind}` },
    badge(word, kind, glyph),
    " ",
    make("span", { class: "message" }, ...rich(finding.message)),
    " ",
    place,
    " ",
    make("code", { class: "rule", textContent: finding.rule, title: "The rule" }),
  );
}

/** Why there is nothing. @param {Problem | null} trouble @param {string} [waiting] */
export function trouble(trouble, waiting = "Reading…") {
  return trouble ? note(trouble.message, "trouble") : note(waiting, "waiting");
}
