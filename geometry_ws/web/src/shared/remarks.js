/**
 * What a change says of itself and a person should read first, in the words of the board's cards:
 * red where something is broken, amber where somebody has to decide. Pure.
 *
 * @typedef {"problem" | "notice" | "moved" | "conflict"} SignName
 * @typedef {{sign: SignName, tone: "bad" | "warn", word: string, text: string}} Remark
 */

import { counted } from "./text.js";

/** @import { Change } from "./project.js" */

/** A sentence about a whole project. @param {string} text @returns {Remark} */
export const notice = (text) => ({ sign: "notice", tone: "warn", word: "notice", text });

/** The remarks on a change, the most urgent first. @param {Change} change @returns {Remark[]} */
export function remarksOn(change) {
  /** @type {Remark[]} */
  const all = [
    { sign: "problem", tone: "bad", word: "problem", text: change.problem ?? "" },
    { sign: "moved", tone: "warn", word: "written against an older spec", text: movedLine(change) },
    { sign: "conflict", tone: "warn", word: "conflict", text: conflictLine(change) },
  ];
  return all.filter(({ text }) => text);
}

/** The requirements that have changed since; "" where none has. @param {Change} change */
function movedLine({ base_moved = [] }) {
  if (!base_moved.length) return "";
  const [first, ...others] = base_moved;
  const more = others.length ? ` and ${counted(others.length, "other")}` : "";
  const verb = more ? "have" : "has";
  return `“${first.requirement}”${more} ${verb} changed since this was written.`;
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
