/**
 * Which changes a filter means: every word must be found. A word is looked for in names and titles;
 * `is:conflict` asks for a state, `spec:billing` for a spec that the change touches. Pure.
 */

import { shownState, specsOf } from "../shared/states.js";

/** @import { Change } from "../shared/project.js" */

/** @param {string} text @returns {string[]} */
export const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** @param {Change} change @param {string} word in lower case */
function has(change, word) {
  const [, key, rest] = /^(is|spec):(.+)$/.exec(word) ?? [];
  if (key === "is") {
    const bare = (/** @type {string} */ name) => name.replace(/[^a-z]/gi, "").toLowerCase();
    return bare(`${shownState(change).word} ${change.state}`).includes(bare(rest));
  }
  if (key === "spec") return specsOf(change).some((name) => name.toLowerCase().includes(rest));
  return `${change.change} ${change.title} ${change.branch ?? ""}`.toLowerCase().includes(word);
}

/** @param {Change} change @param {string} filter "" means all */
export const matches = (change, filter) => wordsOf(filter).every((word) => has(change, word));
