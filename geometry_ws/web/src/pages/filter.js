/** Which changes are listed, and in which order. Pure. */

import { GROUPS } from "../shared/project.js";

/** @import { Change } from "../shared/project.js" */

export const ORDERS = Object.freeze([
  { key: "attention", title: "what matters first" },
  { key: "recent", title: "last written first" },
  { key: "name", title: "by name" },
  { key: "progress", title: "most done first" },
]);

const RANK = new Map(GROUPS.flatMap((group, index) => group.states.map((state) => [state, index])));

/** @param {Change} change */
const rank = (change) => RANK.get(change.state) ?? 0;

/** @param {Change} change */
const share = (change) => (change.total ? change.done / change.total : 0);

/** @type {Record<string, (one: Change, other: Change) => number>} */
const COMPARE = {
  attention: (left, right) =>
    rank(left) - rank(right) || (right.modified ?? 0) - (left.modified ?? 0),
  recent: (left, right) => (right.modified ?? 0) - (left.modified ?? 0),
  name: () => 0,
  progress: (left, right) => share(right) - share(left),
};

/**
 * The changes whose name or title has all words of the text, of one group or all, in order; those
 * that are equal by name.
 *
 * @template {Change} C
 * @param {C[]} changes
 * @param {{text: string, group: string, order: string}} how
 * @returns {C[]}
 */
export function choose(changes, { text, group, order }) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const states = GROUPS.find(({ key }) => key === group)?.states;
  const known = GROUPS.flatMap(({ states }) => states);
  const compare = Object.hasOwn(COMPARE, order) ? COMPARE[order] : COMPARE.attention;
  return changes
    .filter(
      ({ state }) =>
        !states || states.includes(state) || (group === "attention" && !known.includes(state)),
    )
    .filter(({ change, title }) => {
      const name = `${change} ${title}`.toLowerCase();
      return wanted.every((word) => name.includes(word));
    })
    .sort((left, right) => compare(left, right) || (left.change < right.change ? -1 : 1));
}
