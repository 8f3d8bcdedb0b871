/** In which work tree a change lies, and what is different of it in others. */

import { make } from "./dom.js";
import { icon } from "./icon.js";
import { ARCHIVE, GIT_BRANCH } from "./icons.js";
import { counted } from "./text.js";

/** @import { Change } from "./project.js" */

const MOST_LINES = 6;

/** The branch of a change that lies in another tree than the one that is served, or on which it is
 * archived already, as a badge; of all others nothing. @param {Change} change */
export function branchBadge({ branch, tree, copies = [] }) {
  const there = copies.find(({ archived }) => archived);
  if (!branch && there) {
    const words = make("span", { textContent: `archived on ${there.branch}` });
    const title = `Archived as ${there.archived} on ${there.branch}, and still open here`;
    return [make("span", { class: "badge branch", title }, icon(ARCHIVE, 12), words)];
  }
  if (!branch) return [];
  const words = make("span", { textContent: branch });
  const title = `In the work tree ${tree}, on ${branch}`;
  return [make("span", { class: "badge branch", title }, icon(GIT_BRANCH, 12), words)];
}

/** What is different of a change in other trees, a line for all that are as far. Pure.
 * @param {Change} change @returns {{archived: boolean, text: string}[]} */
export function elsewhere({ copies = [] }) {
  /** @type {Map<string, string[]>} */
  const branches = new Map();
  for (const { branch, done = 0, total = 0, archived } of copies) {
    const words = archived
      ? `archived as ${archived}`
      : total
        ? `${done} of ${counted(total, "task")} done`
        : "no tasks";
    branches.set(words, [...(branches.get(words) ?? []), branch]);
  }
  return [...branches].slice(0, MOST_LINES).map(([words, [first, ...others]]) => {
    const more =
      others.length > 1
        ? ` and ${counted(others.length, "other branch", "other branches")}`
        : others.map((name) => ` and ${name}`).join("");
    return { archived: words.startsWith("archived"), text: `${words} on ${first}${more}` };
  });
}

/** The same as elements of a list of facts. @param {Change} change */
export const copyFacts = (change) =>
  elsewhere(change).map(({ archived, text }) =>
    make("li", {}, icon(archived ? ARCHIVE : GIT_BRANCH, 14), make("span", { textContent: text })),
  );
