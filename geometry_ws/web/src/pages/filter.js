/** Which changes are listed, and in which order. Pure. */

import { movedAt, progressOf, shownState } from "../shared/states.js";

/** @import { Change } from "../shared/project.js" */

export const ORDERS = Object.freeze([
  { key: "attention", title: "What matters first" },
  { key: "recent", title: "Moved last first" },
  { key: "name", title: "By name" },
  { key: "progress", title: "Most done first" },
]);

const LANES = ["attention", "in_progress", "not_started", "complete"];
const TONES = ["bad", "warn", "accent", "idle", "ok"];

/** The lane of a change, then what is broken before what has to be decided.
 * @param {Change} change */
function rank(change) {
  const { lane, tone } = shownState(change);
  return LANES.indexOf(lane) * TONES.length + TONES.indexOf(tone);
}

/** Within a lane, the same states together. @param {Change} left @param {Change} right */
const byWord = (left, right) => {
  const [first, second] = [shownState(left).word, shownState(right).word];
  return first < second ? -1 : Number(first > second);
};

/** @type {Record<string, (one: Change, other: Change) => number>} */
const COMPARE = {
  attention: (left, right) => rank(left) - rank(right) || byWord(left, right),
  recent: (left, right) => movedAt(right) - movedAt(left),
  name: () => 0,
  progress: (left, right) => progressOf(right) - progressOf(left),
};

/**
 * The changes whose name or title has all words of the text, of one lane or all, in order; those
 * that are equal by name. An order with a minus before it is the other way round.
 *
 * @template {Change} C
 * @param {C[]} changes
 * @param {{text: string, group: string, order: string}} how
 * @returns {C[]}
 */
export function choose(changes, { text, group, order }) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const key = order.replace(/^-/, "");
  const compare = Object.hasOwn(COMPARE, key) ? COMPARE[key] : COMPARE.attention;
  const chosen = changes
    .filter((change) => !group || shownState(change).lane === group)
    .filter(({ change, title, branch = "" }) => {
      const name = `${change} ${title} ${branch}`.toLowerCase();
      return wanted.every((word) => name.includes(word));
    })
    .sort((left, right) => compare(left, right) || (left.change < right.change ? -1 : 1));
  return order.startsWith("-") ? chosen.reverse() : chosen;
}
