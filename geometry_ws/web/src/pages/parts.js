/** Small parts that several pages show. */

import { make } from "../shared/dom.js";
import { stateIcon } from "../shared/icon.js";
import { spot } from "../shared/routes.js";
import { sign } from "../shared/signs.js";
import { groupsOf, progressOf, shownState } from "../shared/states.js";
import { ago, counted, inline } from "../shared/text.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Remark } from "../shared/remarks.js" */
/** @import { Problem } from "./live.js" */

/** @param {string} text @param {string} kind @param {string} [glyph] */
export function badge(text, kind, glyph = "") {
  const sign = glyph ? [make("span", { "aria-hidden": "true", textContent: glyph }), " "] : [];
  return make("span", { class: `badge ${kind}` }, ...sign, text);
}

/** The state of a change in its tone. @param {Change} change */
export function stateBadge(change) {
  const { tone, word } = shownState(change);
  return make("span", { class: `badge ${tone}`, textContent: word });
}

/** The sign of a change's state. @param {Change} change @param {number} [size] */
export const stateSign = (change, size = 16) =>
  stateIcon(shownState(change).sign, size, progressOf(change));

/** A change's progress: a segment for each group, as wide as its tasks. @param {Change} change */
export function segments(change) {
  const { done, total } = change;
  const bar = make("span", {
    class: `segments${total && done === total ? " full" : ""}`,
    role: "img",
    "aria-label": total ? `${done} of ${total} tasks done` : "no tasks",
  });
  for (const group of groupsOf(change)) {
    const part = make("i", {}, make("b"));
    part.style.flexGrow = String(group.total);
    /** @type {HTMLElement} */ (part.firstElementChild).style.width =
      `${(100 * group.done) / group.total}%`;
    bar.append(part);
  }
  return bar;
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

/** When something was, in words: "4 h ago", or the day. @param {number} ms since 1970 */
export function when(ms) {
  const passed = Date.now() - ms;
  const far = passed > 60 * 86_400_000;
  const words = ago(passed);
  return time(ms, far ? day(ms) : words === "just now" ? words : `${words} ago`);
}

/** The same in a column: "4 h". @param {number} ms since 1970 */
export const since = (ms) => time(ms, ago(Date.now() - ms));

/** @param {number} ms */
const day = (ms) =>
  new Date(ms).toLocaleDateString("en", { year: "numeric", month: "short", day: "numeric" });

/** @param {number} ms @param {string} textContent */
function time(ms, textContent) {
  const then = new Date(ms);
  return make("time", { dateTime: then.toISOString(), title: then.toLocaleString(), textContent });
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

/** What a change's title says beside its name; "" where it says the same.
 * @param {{change: string, title?: string}} change */
export function titleBeside({ change, title = "" }) {
  const words = change
    .split(/[\s_-]+/)
    .map((word) => word.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&"));
  const named = new RegExp(`^${words.join("[\\s_-]+")}(?:[\\s:.–—-]+|$)`, "iu");
  return title.replace(named, "");
}

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
  UNWRITTEN: { word: "Not written yet", kind: "hint", glyph: "i" },
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
    make("span", { class: "message", title: `Rule ${finding.rule}` }, ...rich(finding.message)),
    " ",
    place,
  );
}

/** What follows from a document that can't be read. */
export const UNREAD = "It isn't shown or checked until it can be read: mend the file on disk.";

/** Why there is nothing. @param {Problem | null} trouble @param {string} [waiting] */
export function trouble(trouble, waiting = "Reading…") {
  return trouble ? note(trouble.message, "trouble") : note(waiting, "waiting");
}
