/**
 * What a change says of itself and a person should read first, in the words of the board's cards:
 * red where something is broken, amber where somebody has to decide, green where all is done. Pure.
 *
 * @typedef {"problem" | "notice" | "unwritten" | "refused" | "moved" | "conflict" |
 *   "ready"} SignName
 * @typedef {"bad" | "warn" | "good" | "idle"} Tone
 * @typedef {{sign: SignName, tone: Tone, word: string, text: string}} Remark
 */

import { counted } from "./text.js";

/** @import { Change } from "./project.js" */

/** A sentence about a whole project. @param {string} text @returns {Remark} */
export const notice = (text) => ({ sign: "notice", tone: "warn", word: "notice", text });

/** The remarks on a change, the most urgent first. @param {Change} change @returns {Remark[]} */
export function remarksOn(change) {
  /** @type {Remark[]} */
  const all = [
    { sign: "problem", tone: "bad", word: "problem", text: problemLine(change) },
    ...unwrittenRemark(change),
    { sign: "refused", tone: "warn", word: "archiving would be refused", text: refusal(change) },
    { sign: "moved", tone: "warn", word: "written against an older spec", text: movedLine(change) },
    { sign: "conflict", tone: "warn", word: "conflict", text: conflictLine(change) },
    { sign: "ready", tone: "good", word: "ready to archive", text: readyLine(change) },
  ];
  return all.filter(({ text }) => text);
}

/** What archiving a complete change would come to; open tasks of others are no news.
 * @param {Change} change @returns {"ready" | "refused" | ""} */
export function archivingOf({ state, archiving }) {
  if (state !== "complete" || !archiving) return "";
  return archiving.can ? "ready" : archiving.why ? "refused" : "";
}

/** Whether a change is only not written to its end: then nothing is broken.
 * @param {Change} change */
export const isUnwritten = ({ state, verdict }) =>
  state === "invalid" && Boolean(verdict?.unwritten);

/** Whether all tasks of a change are done. @param {Change} change */
const isDone = ({ done, total }) => total > 0 && done === total;

/** @param {Change} change */
const problemLine = (change) => (isUnwritten(change) ? "" : (change.problem ?? ""));

/** @param {Change} change @returns {Remark[]} */
function unwrittenRemark(change) {
  if (!isUnwritten(change)) return [];
  const word = "specs not written";
  return isDone(change)
    ? [{ sign: "refused", tone: "warn", word, text: "All is done, but its specs aren't written." }]
    : [{ sign: "unwritten", tone: "idle", word, text: "Specs aren't written yet." }];
}

/** Whether what has changed since is what keeps a complete change from being archived.
 * @param {Change} change */
const isForMoved = (change) =>
  archivingOf(change) === "refused" &&
  change.archiving?.code === "base_moved" &&
  Boolean(change.base_moved?.length);

/** Why archiving would be refused, where no other remark says it. @param {Change} change */
function refusal(change) {
  if (archivingOf(change) !== "refused" || isForMoved(change)) return "";
  return `Archiving would be refused: ${change.archiving?.why}`;
}

/** @param {Change} change */
const readyLine = (change) =>
  archivingOf(change) === "ready" && !change.conflicts?.length && !archivedOn(change)
    ? "Ready to archive."
    : "";

/** On which branch a change of the tree that is served is archived already: it only waits to be
 * merged; "" on none. @param {Pick<Change, "branch" | "copies">} change */
export const archivedOn = ({ branch, copies = [] }) =>
  (!branch && copies.find(({ archived }) => archived)?.branch) || "";

/** The requirements that have changed since; "" where none has. @param {Change} change */
function movedLine(change) {
  const { base_moved = [] } = change;
  if (!base_moved.length) return "";
  const [first, ...others] = base_moved;
  const more = others.length ? ` and ${counted(others.length, "other")}` : "";
  const verb = more ? "have" : "has";
  const so = isForMoved(change) ? " Archiving would be refused." : "";
  return `“${first.requirement}”${more} ${verb} changed since this was written.${so}`;
}

/** With which changes it conflicts, and on what; "" where there is no conflict.
 * @param {Change} change */
function conflictLine({ conflicts = [] }) {
  const names = [...new Set(conflicts.flatMap(({ changes }) => changes))];
  if (!names.length) return "";
  const others = names.length - 1 + Math.max(...conflicts.map(({ more = 0 }) => more));
  const who = others ? `${names[0]} and ${counted(others, "other change")}` : names[0];
  const rest = conflicts.length - 1;
  const where = rest ? ` and ${counted(rest, "other requirement")}` : "";
  return `Conflicts with ${who} in “${conflicts[0].requirement}”${where}.`;
}
