/**
 * In which state a change is, as all screens say it: its sign, its tone, its word and its lane.
 * Red is what is broken, amber what somebody must decide, green what is done. Pure.
 *
 * @typedef {"not-started" | "in-progress" | "complete" | "refused" | "base-moved" | "conflict" |
 *   "invalid" | "unreadable" | "question" | "attention"} StateSign
 * @typedef {{sign: StateSign, tone: "idle" | "accent" | "ok" | "warn" | "bad", word: string,
 *   lane: "attention" | "not_started" | "in_progress" | "complete"}} ShownState
 */

import { archivedOn, archivingOf, isUnwritten } from "./remarks.js";

/** @import { Change } from "./project.js" */

/** The lanes, left to right. */
export const LANES = Object.freeze(
  /** @type {const} */ ([
    { key: "attention", title: "Needs attention" },
    { key: "not_started", title: "Not started" },
    { key: "in_progress", title: "In progress" },
    { key: "complete", title: "Complete" },
  ]),
);

const BASE_MOVED = /** @type {const} */ ({ sign: "base-moved", tone: "warn", word: "Base moved" });
const CONFLICT = /** @type {const} */ ({ sign: "conflict", tone: "warn", word: "Conflict" });

/** @type {Readonly<Record<string, ShownState>>} */
const PLAIN = Object.freeze({
  invalid: { sign: "invalid", tone: "bad", word: "Invalid", lane: "attention" },
  unreadable: { sign: "unreadable", tone: "bad", word: "Unreadable", lane: "attention" },
  not_started: { sign: "not-started", tone: "idle", word: "Not started", lane: "not_started" },
  in_progress: { sign: "in-progress", tone: "accent", word: "In progress", lane: "in_progress" },
  complete: { sign: "complete", tone: "ok", word: "Complete", lane: "complete" },
});

/** @type {ShownState} */
const UNKNOWN = { sign: "attention", tone: "warn", word: "Unknown", lane: "attention" };

/** @param {Change} change @returns {ShownState} */
export function shownState(change) {
  if (archivedOn(change)) return { ...PLAIN.complete, word: "Waits to be merged" };
  if (isUnwritten(change)) return unwrittenState(change);
  const plain = Object.hasOwn(PLAIN, change.state) ? PLAIN[change.state] : UNKNOWN;
  if (plain.tone === "bad") return plain;
  const archiving = archivingOf(change);
  const { base_moved = [], conflicts = [] } = change;
  const moved = base_moved.length > 0 && change.archiving?.code === "base_moved";
  if (archiving === "refused" && !moved)
    return { sign: "refused", tone: "warn", word: "Archive would refuse", lane: "complete" };
  // What is complete stays in its lane, as on the board.
  const lane = change.state === "complete" ? "complete" : "attention";
  if (base_moved.length) return { ...BASE_MOVED, lane };
  if (conflicts.length) return { ...CONFLICT, lane };
  if (archiving === "ready") return { ...plain, word: "Ready to archive" };
  return plain;
}

/** Of a change that says nothing about specs yet; amber once all else is done.
 * @param {Change} change @returns {ShownState} */
function unwrittenState({ done, total }) {
  const word = "Specs not written";
  if (total > 0 && done === total) return { sign: "refused", tone: "warn", word, lane: "complete" };
  return { ...(done ? PLAIN.in_progress : PLAIN.not_started), word };
}

/** How far a change is, from 0 to 1. @param {Change} change */
export const progressOf = ({ done, total }) => (total ? done / total : 0);

/** When a change last moved, in milliseconds since 1970; 0 where it isn't known.
 * @param {Change} change */
export const movedAt = ({ moved, modified = 0 }) => moved?.at || modified;

/** How many days ago a change was begun; 0 where that isn't known.
 * @param {Pick<Change, "created">} change @param {number} [now] */
export function daysOld({ created = "" }, now = Date.now()) {
  const day = Date.parse(`${created}T00:00:00`);
  return Number.isNaN(day) ? 0 : Math.max(0, Math.floor((now - day) / 86_400_000));
}

/**
 * The groups of a change's tasks: those below one header of one document.
 *
 * @param {Change} change
 * @returns {{name: string, done: number, total: number}[]}
 */
export function groupsOf({ groups = [], done, total }) {
  const counted = groups.reduce((sum, group) => sum + group.total, 0);
  if (counted === total) return groups;
  // there are too many to list
  return total ? [{ name: "", done, total }] : [];
}

/** The specs that a change touches: as the node says, or as its documents do.
 * @param {Change} change @returns {string[]} */
export const specsOf = ({ specs, documents = [] }) =>
  specs ??
  documents.flatMap(({ name }) => {
    const match = /^specs\/(.+)\/spec\.md$/su.exec(name);
    return match ? [match[1]] : [];
  });
