/** Which changes are listed, and in which order. Pure. */

import { GROUPS } from "../shared/project.js";

export const ORDERS = Object.freeze([
  { key: "attention", title: "what matters first" },
  { key: "recent", title: "last written first" },
  { key: "name", title: "by name" },
  { key: "progress", title: "most done first" },
]);

const RANK = new Map(GROUPS.flatMap((group, index) => group.states.map((state) => [state, index])));

/** @param {import("../shared/project.js").Change} one */
const rank = (one) => RANK.get(one.state) ?? 0;

/** @param {import("../shared/project.js").Change} one */
const share = (one) => (one.total ? one.done / one.total : 0);

/** @type {Record<string, (one: import("../shared/project.js").Change, other: import("../shared/project.js").Change) => number>} */
const COMPARE = {
  attention: (one, other) => rank(one) - rank(other) || (other.modified ?? 0) - (one.modified ?? 0),
  recent: (one, other) => (other.modified ?? 0) - (one.modified ?? 0),
  name: () => 0,
  progress: (one, other) => share(other) - share(one),
};

/**
 * The changes whose name or title has all words of the text, of one group or all, in order; those
 * that are equal by name.
 *
 * @template {import("../shared/project.js").Change} C
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
    .sort((one, other) => compare(one, other) || (one.change < other.change ? -1 : 1));
}
