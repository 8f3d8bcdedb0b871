/**
 * A project's state in the page: a snapshot, then events. A gap in the events' numbers or
 * another epoch means: a new snapshot. Knows the session only as something that calls and
 * subscribes, and nothing of the page.
 *
 * Its events: `change` whenever anything is different, `events` before that with the node's events,
 * and `reload` when all of it was read again.
 *
 * @typedef {{id: number, line: number, text: string, done: boolean, section?: string,
 *   number?: string, indent?: number, file?: string, mark?: string, body?: string}} Task
 * @typedef {{change: string, title: string, state: string, done: number, total: number,
 *   revision: string, problem?: string, findings?: number, tasks: Task[], modified?: number,
 *   verdict?: any, base_moved?: any[], conflicts?: Conflict[],
 *   documents?: {name: string, revision: string}[],
 *   archiving?: {can: boolean, code?: string, why?: string, fix?: string},
 *   specs?: string[], groups?: {name: string, done: number, total: number, file?: string}[],
 *   moved?: {at: number, by?: string}, created?: string, tree?: string, branch?: string,
 *   copies?: Copy[]}} Change
 * @typedef {{tree: string, branch: string, done?: number, total?: number,
 *   archived?: string}} Copy
 * @typedef {{spec: string, requirement: string, changes: string[], why: string,
 *   more?: number}} Conflict
 */

/** @import { Session } from "./session.js" */

const MOST_TASKS = 2000; // with more of them, the changes come first and their tasks follow
const SOUND = Object.freeze({ valid: true, strict: true }); // a verdict that a brief one leaves out
const AGAIN_MS = 1500; // after a snapshot that failed

export class Project extends EventTarget {
  /** @param {Pick<Session, "call" | "subscribe">} session */
  constructor(session) {
    super();
    this.session = session;
    this.id = "";
    this.ready = false;
    this.title = "";
    this.problem = "";
    /** what is wrong with its settings or with following it, in sentences */
    this.notice = "";
    /** why there is no state, as a sentence */
    this.failure = "";
    this.epoch = "";
    this.seq = 0;
    /** whether the changes' tasks and documents are still to come */
    this.brief = false;
    /** whether they never will, because no message holds all of them */
    this.tooLarge = false;
    /** @type {Map<string, Change>} */
    this.changes = new Map();
    /** @type {Map<string, any>} */
    this.specs = new Map();
    /** @type {string[]} */
    this.archived = [];
    /** @type {any[] | null} events that came while a snapshot is under way */
    this.waiting = null;
    /** @type {any} */
    this.timer = null;
  }

  #forget() {
    this.ready = this.brief = this.tooLarge = false;
    this.title = this.problem = this.notice = this.failure = this.epoch = "";
    this.changes = new Map();
    this.specs = new Map();
    this.archived = [];
    this.waiting = null;
  }

  /** Show another project. @param {string} id */
  async choose(id) {
    this.id = id;
    this.#forget();
    this.dispatchEvent(new Event("change"));
    await this.session.subscribe("project_on_changed", (event) => this.hear(event), id);
    await this.take();
  }

  /** Say why there is nothing to show; "" when there is. @param {string} sentence */
  fail(sentence) {
    if (sentence === this.failure) return;
    this.failure = sentence;
    this.dispatchEvent(new Event("change"));
  }

  /** Take a snapshot; events that come meanwhile are applied after it. */
  async take() {
    if (this.waiting || !this.id) return;
    const { id } = this;
    this.waiting = [];
    try {
      // What is shown already stays until all of it is there.
      const size = this.ready && !this.tooLarge ? {} : { most_tasks: MOST_TASKS };
      const snapshot = await this.session.call("project_get", { project: id, ...size });
      if (id !== this.id) return;
      this.#begin(snapshot);
      if (snapshot.brief && !this.tooLarge) this.take();
    } catch (problem) {
      if (id !== this.id) return;
      const { waiting } = this;
      this.waiting = null;
      if (this.brief && /\.limit_exceeded$/.test(/** @type {any} */ (problem)?.uri ?? "")) {
        this.tooLarge = true;
        for (const event of waiting ?? []) this.hear(event);
        await this.#groups();
        return;
      }
      this.fail(String(/** @type {any} */ (problem)?.message ?? problem));
      clearTimeout(this.timer);
      this.timer = setTimeout(() => id === this.id && this.take(), AGAIN_MS);
    }
  }

  /** Where no message holds all tasks, their numbers by group come in a list of their own. */
  async #groups() {
    const { id, epoch, seq } = this;
    const listed = await this.session.call("change_list", { project: id }).catch(() => null);
    if (!listed || id !== this.id || listed.epoch !== epoch || this.seq !== seq) return;
    for (const info of listed.changes) {
      const change = this.changes.get(info.change);
      if (change && change.revision === info.revision)
        this.changes.set(info.change, { ...change, groups: info.groups });
    }
    this.dispatchEvent(new Event("change"));
  }

  /** @param {any} event the keywords of project.on_changed */
  hear(event) {
    if (event.project !== this.id) return;
    if (this.waiting) {
      this.waiting.push(event);
    } else if (!this.ready || event.epoch !== this.epoch || event.seq > this.seq + 1) {
      this.take();
    } else if (event.seq === this.seq + 1) {
      this.#apply(event);
      this.dispatchEvent(Object.assign(new Event("events"), { events: event.events ?? [] }));
      this.dispatchEvent(new Event("change"));
    }
  }

  /** What the node answered to a tick; the event that follows says the same.
   * @param {string} name @param {Task} task @param {{done: number, total: number}} progress */
  ticked(name, task, progress) {
    const change = this.changes.get(name);
    if (!change) return;
    const tasks = change.tasks.map((listed) => (listed.id === task.id ? task : listed));
    this.changes.set(name, { ...change, tasks, done: progress.done, total: progress.total });
    this.dispatchEvent(new Event("change"));
  }

  /** @param {any} snapshot */
  #begin(snapshot) {
    /** @type {any[]} */
    const waiting = this.waiting ?? [];
    this.waiting = null;
    this.failure = "";
    this.ready = true;
    this.brief = snapshot.brief ?? false;
    this.epoch = snapshot.epoch;
    this.seq = snapshot.seq;
    this.title = snapshot.title;
    this.problem = snapshot.problem ?? "";
    this.notice = snapshot.notice ?? "";
    this.changes = new Map(
      snapshot.changes.map((/** @type {Change} */ change) => [
        change.change,
        { verdict: SOUND, ...change },
      ]),
    );
    this.specs = new Map(
      snapshot.specs.map((/** @type {any} */ spec) => [spec.spec, { verdict: SOUND, ...spec }]),
    );
    this.archived = snapshot.archived;
    for (const event of waiting) this.hear(event);
    this.dispatchEvent(new Event("reload"));
    this.dispatchEvent(new Event("change"));
  }

  /** @param {any} event */
  #apply(event) {
    this.seq = event.seq;
    for (const entry of event.events ?? []) {
      const { kind, name = "" } = entry;
      if (kind === "change_added" || kind === "change_changed") {
        if (entry.detail) this.changes.set(name, entry.detail);
      } else if (kind === "change_removed" || kind === "change_archived") {
        this.changes.delete(name);
      } else if (kind === "spec_added" || kind === "spec_changed") {
        if (entry.spec) this.specs.set(name, entry.spec);
      } else if (kind === "spec_removed") {
        this.specs.delete(name);
      }
      if (entry.archived) this.archived = entry.archived;
      if (typeof entry.problem === "string" && kind === "project_changed")
        this.problem = entry.problem;
      if (typeof entry.notice === "string") this.notice = entry.notice;
      if (typeof entry.title === "string") this.title = entry.title;
    }
  }
}

/** The groups of the list, in the order in which they matter. */
export const GROUPS = Object.freeze([
  { key: "attention", title: "Needs attention", states: ["invalid", "unreadable"] },
  { key: "in_progress", title: "In progress", states: ["in_progress"] },
  { key: "not_started", title: "Not started", states: ["not_started"] },
  { key: "complete", title: "Complete", states: ["complete"] },
]);

/**
 * The changes by group, by name within a group; a state that this page doesn't know needs
 * attention.
 *
 * @param {Iterable<Change>} changes
 */
export function grouped(changes) {
  const known = GROUPS.flatMap((group) => group.states);
  const sorted = [...changes].sort((left, right) => (left.change < right.change ? -1 : 1));
  return GROUPS.map((group) => ({
    ...group,
    changes: sorted.filter(
      ({ state }) =>
        group.states.includes(state) || (group.key === "attention" && !known.includes(state)),
    ),
  }));
}
