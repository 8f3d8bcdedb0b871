/**
 * The requirements on which a change contradicts other open ones: both texts beside each other, on
 * that change's page.
 */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { rows } from "./deltas.js";
import { lineDiff } from "./diff.js";
import { name, section, trouble } from "./parts.js";
import { listed } from "./specs.js";

/** @import { Change, Conflict } from "../shared/project.js" */
/** @import { Piece } from "./diff.js" */
/** @import { Live } from "./live.js" */
/** @import { Lazy } from "./morph.js" */
/** @import { Page } from "./page.js" */

const MOST = 3; // others whose texts are compared
const MOST_AT_ONCE = 4_000; // characters that are compared here
/** What could be done is for programs: here both texts are shown, and who wrote them. */
export const REMEDY = /^(Only one of them can be archived as it stands):.*$/su;
/** What Markdown writes before the words of a line: a heading's signs, or a step's word. */
const SIGNS = /^(?:(#+)\s+(?:Scenario:\s*)?|\s*[-*]\s+(?:\*\*([^*]+)\*\*\s*)?)/u;

/** @typedef {Page & {deltas: Live, others: Map<string, Live>}} Comparing */

/** @param {Comparing} page @param {Change} change */
export function conflictSection(page, { conflicts = [] }) {
  if (!conflicts.length) return [];
  return [
    section(
      "conflicts",
      "Conflicts",
      [" ", make("span", { class: "count", textContent: String(conflicts.length) })],
      [
        make(
          "p",
          { class: "lead" },
          "Other open changes contradict this one. ",
          make("a", { href: page.to("overlaps"), textContent: "Where changes meet" }),
        ),
        ...conflicts.map((conflict) => card(page, conflict)),
      ],
    ),
  ];
}

/** @param {Comparing} page @param {Conflict} conflict */
function card(page, { spec, requirement, changes, why, more = 0 }) {
  const links = changes.map((change) =>
    make("a", { href: page.to("change", { name: change, hash: "conflicts" }) }, name(change)),
  );
  const others = more ? [make("span", {}, counted(more, "other change"))] : [];
  return make(
    "article",
    { class: "card conflict", "data-key": `${spec}\n${requirement}` },
    make(
      "div",
      { class: "about" },
      make(
        "h3",
        {},
        "“",
        name(requirement),
        "” is also changed by ",
        ...listed([...links, ...others]),
      ),
      make("p", { class: "soft", title: why, textContent: why.replace(REMEDY, "$1.") }),
    ),
    ...changes.slice(0, MOST).map((other) => compared(page, spec, requirement, other)),
  );
}

/** What this change makes of a requirement, beside what another one does.
 * @param {Comparing} page @param {string} spec @param {string} requirement @param {string} other */
function compared(page, spec, requirement, other) {
  const live = page.others.get(other) ?? page.live("change_deltas", { change: other }, 500);
  page.others.set(other, live);
  if (!page.deltas.value || !live.value) return trouble(live.problem, "Reading both texts…");
  const ours = textOf(page.deltas.value, spec, requirement);
  const theirs = textOf(live.value, spec, requirement);
  const box = make("div", { class: "compared", "data-memo": `${other}\n${ours}\n\n${theirs}` });
  /** @type {Lazy} */ (box).fill = () => [rivals(ours, theirs, ["This change", other])];
  return box;
}

/** Two texts of which neither is the former one: the words in which they differ are marked alike.
 * @param {string} ours @param {string} theirs @param {string[]} heads */
function rivals(ours, theirs, heads) {
  // what is long is compared in the worker, and shown as it is written
  if (ours.length + theirs.length > MOST_AT_ONCE) return rows(ours, theirs, heads);
  const named = /^### Requirement:[^\n]*\n+/u;
  const plain = [ours, theirs].map((text) => text.replace(named, ""));
  const same = plain[0] === ours || plain[1] === theirs || nameOf(ours) !== nameOf(theirs);
  const [left, right] = same ? [ours, theirs] : plain;
  const lines = lineDiff(left, right).filter((row) => !isBlank(row.before) || !isBlank(row.after));
  return make(
    "div",
    { class: "diff", role: "table", "aria-label": `${heads[0]} and ${heads[1]}` },
    make(
      "div",
      { class: "diff-row heads", role: "row" },
      ...heads.map((textContent) => make("div", { role: "columnheader", textContent })),
    ),
    ...lines.map(({ before, after }) =>
      make("div", { class: "diff-row", role: "row" }, line(before), line(after)),
    ),
  );
}

/** @param {string} text */
const nameOf = (text) => text.split("\n", 1)[0];

/** @param {Piece[] | null} pieces */
const isBlank = (pieces) => !pieces?.some(({ text }) => text.trim());

/** A line as the page of a spec would show it. @param {Piece[] | null} pieces */
function line(pieces) {
  if (!pieces) return make("div", { role: "cell" }, "\u200b");
  const [signs = "", heading, step] = SIGNS.exec(pieces.map(({ text }) => text).join("")) ?? [];
  const words = marked(pieces, signs.length).map(({ kind, text }) =>
    kind === "same" ? text : make("u", { textContent: text }),
  );
  const before = step ? [make("strong", { textContent: step }), " "] : [];
  const shown = heading ? [make("b", {}, ...words)] : [...before, ...words];
  return make("div", { class: signs && !heading ? "step" : "", role: "cell" }, ...shown, "\u200b");
}

/** Pieces without their first signs; a space between words that differ is of them.
 * @param {Piece[]} pieces @param {number} signs how many */
function marked(pieces, signs) {
  /** @type {Piece[]} */
  const shown = [];
  let left = signs;
  pieces.forEach((piece, index) => {
    const text = piece.text.slice(left);
    left = Math.max(0, left - piece.text.length);
    const near = [pieces[index - 1], pieces[index + 1]];
    const between = !text.trim() && near.every((other) => other && other.kind !== "same");
    const kind = between ? (shown.at(-1)?.kind ?? piece.kind) : piece.kind;
    const last = shown.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text) shown.push({ kind, text });
  });
  return shown;
}

/** What a change makes of a requirement, in words where it has no text.
 * @param {any} value of change.deltas @param {string} spec @param {string} requirement */
function textOf(value, spec, requirement) {
  const delta = value.deltas
    .find((/** @type {any} */ each) => each.spec === spec)
    ?.requirements.find((/** @type {any} */ each) =>
      [each.requirement, each.renamed_from].includes(requirement),
    );
  if (!delta) return "It doesn't touch it any more.";
  return delta.after ?? (delta.operation === "REMOVED" ? "It is removed." : "");
}
