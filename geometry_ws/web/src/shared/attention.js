/**
 * What needs somebody: the changes in which nothing goes on before a person has decided, those
 * with a decision first, then what is broken, then what only waits to be archived. Pure but for
 * `Attention`, which follows a project.
 *
 * @typedef {"conflict" | "base_moved" | "refused" | "invalid" | "unreadable" | "ready"} NeedKind
 * @typedef {{id: string, kind: NeedKind, change: string, since: number, why: string}} Need
 */

import { remarksOn } from "./remarks.js";
import { shownState } from "./states.js";

/** @import { Change, Project } from "./project.js" */
/** @import { StateSign } from "./states.js" */

const KINDS = /** @type {Readonly<Partial<Record<StateSign, NeedKind>>>} */ (
  Object.freeze({
    conflict: "conflict",
    "base-moved": "base_moved",
    refused: "refused",
    invalid: "invalid",
    unreadable: "unreadable",
  })
);
const ORDER = ["conflict", "base_moved", "refused", "unreadable", "invalid", "ready"];
/** The remark that says why, by kind. */
const REMARKS = /** @type {Readonly<Record<NeedKind, string>>} */ ({
  conflict: "conflict",
  base_moved: "moved",
  refused: "refused",
  invalid: "problem",
  unreadable: "problem",
  ready: "ready",
});

/** What a change needs; null where nothing. @param {Change} change @returns {Need | null} */
export function needOf(change) {
  const { sign, word } = shownState(change);
  const kind = word === "Ready to archive" ? "ready" : KINDS[sign];
  if (!kind) return null;
  const remark = remarksOn(change).find(({ sign: shape }) => shape === REMARKS[kind]);
  const why = kind === "ready" ? `Ready to archive: ${doneOf(change)}, and it is valid.` : "";
  return {
    id: `${kind}:${change.change}`,
    kind,
    change: change.change,
    since: change.modified ?? 0,
    why: why || remark?.text || `${word}.`,
  };
}

/** @param {Change} change */
const doneOf = ({ done, total }) =>
  total ? `${done} of ${total} tasks done` : "no tasks are left";

/** @param {Iterable<Change>} changes @returns {Need[]} */
export function needsOf(changes) {
  return [...changes]
    .map(needOf)
    .filter((need) => need !== null)
    .sort(
      (left, right) =>
        ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind) ||
        right.since - left.since ||
        (left.change < right.change ? -1 : 1),
    );
}

/** What needs somebody in the project that is shown. Its event: `change`. */
export class Attention extends EventTarget {
  /** @param {Project} project */
  constructor(project) {
    super();
    this.project = project;
    /** @type {Need[]} */
    this.needs = [];
    project.addEventListener("change", () => this.#read());
  }

  get count() {
    return this.needs.length;
  }

  #read() {
    this.needs = needsOf(this.project.changes.values());
    this.dispatchEvent(new Event("change"));
  }
}
