/**
 * Tasks are ticked here, wherever they are shown: what is wished of a box and not answered yet,
 * what was refused and why, and the last tick, to take back.
 *
 * Events: `change` when a box anywhere may look different.
 */

import { Wishes } from "../shared/wishes.js";

/** @import { Project, Task } from "../shared/project.js" */

/** @param {string} change @param {number} id */
const keyOf = (change, id) => `${change}\n${id}`;

export class Ticking extends EventTarget {
  /**
   * @param {Project} project
   * @param {(change: string, task: Task, done: boolean) => Promise<any>} tick
   * @param {() => boolean} away whether there is nobody to tell
   * @param {() => string} against why whoever looks may not tick; "" for whoever may
   */
  constructor(project, tick, away, against = () => "") {
    super();
    this.project = project;
    this.tick = tick;
    this.away = away;
    this.against = against;
    this.wishes = new Wishes();
    /** @type {Map<string, string>} why a box isn't as it was wished */
    this.failures = new Map();
    /** @type {{change: string, id: number, done: boolean, text: string} | null} */
    this.last = null;
  }

  /** @param {string} change @param {number} id */
  wish(change, id) {
    return this.wishes.get(keyOf(change, id));
  }

  /** @param {string} change @param {number} id */
  failure(change, id) {
    return this.failures.get(keyOf(change, id)) ?? "";
  }

  /** A check box was used. @param {string} change @param {number} id @param {boolean} done */
  async set(change, id, done) {
    const task = this.#task(change, id);
    if (!task || this.away() || this.against()) return;
    const key = keyOf(change, id);
    this.failures.delete(key);
    const answered = this.wishes.fulfil(key, done, async (wish) => {
      const answer = await this.tick(change, task, wish);
      this.project.ticked(change, answer.task, answer);
    });
    const tick = { change, id, done, text: task.text };
    this.last = tick;
    this.dispatchEvent(new Event("change"));
    try {
      await answered;
    } catch (problem) {
      if (this.last === tick) this.last = null;
      const why = /** @type {any} */ (problem).message;
      this.failures.set(key, `Not changed: ${why}`);
      this.project.take();
    }
    this.dispatchEvent(new Event("change"));
  }

  /** The next open task of a change is done. @param {string} change */
  async next(change) {
    const tasks = this.project.changes.get(change)?.tasks ?? [];
    const task = tasks.find(({ id, done }) => !(this.wish(change, id) ?? done));
    if (task) await this.set(change, task.id, true);
  }

  /** Take the last tick back. */
  async undo() {
    const { last } = this;
    if (!last || this.#task(last.change, last.id)?.text !== last.text) return;
    const undone = this.set(last.change, last.id, !last.done);
    this.last = null;
    await undone;
  }

  /** @param {string} change @param {number} id */
  #task(change, id) {
    return this.project.changes.get(change)?.tasks.find((listed) => listed.id === id);
  }
}
