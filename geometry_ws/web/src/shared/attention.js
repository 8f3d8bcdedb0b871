/**
 * What needs somebody: the changes in which nothing goes on before a person has decided, those
 * with a decision first, then what is broken, then what only waits to be archived. Pure but for
 * `Attention`, which follows a project.
 *
 * @typedef {"question" | "permission" | "conflict" | "base_moved" | "refused" | "invalid" |
 *   "unreadable" | "claim" | "ready"} NeedKind
 * @typedef {{label: string, call: string, kwargs: Record<string, any>}} NeedAction
 * @typedef {{id: string, kind: NeedKind, change: string, since: number, why: string,
 *   task?: string, who?: string, fix?: string, actions?: NeedAction[]}} Need
 */

import { remarksOn } from "./remarks.js";
import { movedAt, shownState } from "./states.js";

/** @import { Change, Project } from "./project.js" */
/** @import { Session } from "./session.js" */
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
const REMARKS = /** @type {Readonly<Record<string, string>>} */ ({
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
    since: movedAt(change),
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

/**
 * What needs somebody in the project that is shown, as the node says; where it doesn't, as the
 * project says. Its event: `change`.
 */
export class Attention extends EventTarget {
  /** @param {Project} project @param {Pick<Session, "call" | "subscribe">} session */
  constructor(project, session) {
    super();
    this.project = project;
    this.session = session;
    this.id = "";
    /** whether the node says it */
    this.served = false;
    /** @type {Need[]} */
    this.needs = [];
    /** those that the node doesn't list */
    this.more = 0;
    project.addEventListener("change", () => this.#changed());
    project.addEventListener("reload", () => this.#ask());
  }

  get count() {
    return this.needs.length + this.more;
  }

  #changed() {
    const { id } = this.project;
    if (id !== this.id) {
      this.id = id;
      this.served = false;
      if (id) this.session.subscribe("attention_on_changed", (event) => this.#hear(event), id);
    }
    if (!this.served) this.#say(needsOf(this.project.changes.values()), 0);
  }

  async #ask() {
    const { id } = this;
    try {
      const { items, more = 0 } = await this.session.call("attention_list", { project: id });
      if (id === this.id) this.#take(items, more);
    } catch {
      // where nobody lists it, the project's own changes say it
    }
  }

  /** @param {any} event */
  #hear({ project, items, more = 0 }) {
    if (project === this.id) this.#take(items, more);
  }

  /** @param {any[]} items @param {number} more */
  #take(items, more) {
    this.served = true;
    this.#say(items.map(heard), more);
  }

  /** @param {Need[]} needs @param {number} more */
  #say(needs, more) {
    if (JSON.stringify(needs) === JSON.stringify(this.needs) && more === this.more) return;
    this.needs = needs;
    this.more = more;
    this.dispatchEvent(new Event("change"));
  }
}

/** An item of the node's list. @param {any} item @returns {Need} */
function heard(item) {
  const kind = item.kind === "moved_base" ? "base_moved" : item.kind;
  return { change: "", since: 0, who: "", actions: [], ...item, kind };
}
