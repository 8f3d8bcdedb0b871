/**
 * The changes by lane, as the panel, the phone and the wall show them. Pure.
 *
 * @typedef {ShownState["lane"]} LaneKey
 * @typedef {{text: string, tone: string, count: number}} Notice a sentence that many changes share
 * @typedef {{key: LaneKey, title: string, changes: Change[], notices: Notice[]}} Lane
 */

import { remarksOn } from "../shared/remarks.js";
import { LANES, shownState } from "../shared/states.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Remark } from "../shared/remarks.js" */
/** @import { ShownState } from "../shared/states.js" */

/** So often a sentence may stand in one lane before it is told once for all. */
export const OFTEN = 4;

/**
 * The lanes with their changes by name. What many changes of a lane say in the same words stands in
 * the lane's notices, once.
 *
 * @param {Iterable<Change>} changes
 * @returns {Lane[]}
 */
export function lanesOf(changes) {
  const sorted = [...changes].sort((left, right) => (left.change < right.change ? -1 : 1));
  return LANES.map(({ key, title }) => {
    const listed = sorted.filter((change) => shownState(change).lane === key);
    return { key, title, changes: listed, notices: noticesOf(listed) };
  });
}

/** @param {Change[]} changes @returns {Notice[]} */
function noticesOf(changes) {
  /** @type {Map<string, Notice>} */
  const counts = new Map();
  for (const change of changes) {
    for (const { text, tone } of remarksOn(change)) {
      const notice = counts.get(text) ?? { text, tone, count: 0 };
      notice.count++;
      counts.set(text, notice);
    }
  }
  return [...counts.values()].filter(({ count, tone }) => count >= OFTEN && tone !== "good");
}

/** What a change says of itself beside its lane's notices. @param {Change} change
 * @param {Notice[]} notices @returns {Remark[]} */
export function ownRemarks(change, notices) {
  const shared = new Set(notices.map(({ text }) => text));
  return remarksOn(change).filter(({ text }) => !shared.has(text));
}

/** How many tasks are done, and how many there are. @param {Iterable<Change>} changes
 * @returns {[number, number]} */
export function sums(changes) {
  let done = 0;
  let total = 0;
  for (const change of changes) {
    done += change.done;
    total += change.total;
  }
  return [done, total];
}
