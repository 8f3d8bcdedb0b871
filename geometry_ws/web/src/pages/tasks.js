/** The tasks of a change, to tick: shown at once as they will be, and undone where that fails. */

import { make } from "../shared/dom.js";
import { Wishes } from "../shared/wishes.js";
import { rich } from "./parts.js";

/** @import { Task } from "../shared/project.js" */
/** @import { App } from "./app.js" */

export class Ticks {
  /**
   * @param {App} app
   * @param {string} change
   */
  constructor(app, change) {
    this.app = app;
    this.change = change;
    this.wishes = new Wishes();
    /** @type {Map<number, string>} why a wish wasn't granted */
    this.refused = new Map();
  }

  /** @param {Task[]} tasks @param {boolean} still whether nothing can be ticked */
  view(tasks, still) {
    /** @type {Node[]} */
    const rows = [];
    let before = "";
    let count = 0;
    for (const task of tasks) {
      const place = [task.file, task.section].filter(Boolean).join(" · ");
      if (place !== before) {
        before = place;
        count++;
        if (place)
          rows.push(
            make(
              "li",
              { class: "section", "data-key": `section-${count}`, role: "presentation" },
              make("h3", { textContent: place }),
            ),
          );
      }
      rows.push(this.#row(task, still));
    }
    return make("ul", { class: "tasks" }, ...rows);
  }

  /** @param {Task} task @param {boolean} still */
  #row(task, still) {
    const wish = this.wishes.get(task.id);
    const done = wish ?? task.done;
    const box = make("input", {
      type: "checkbox",
      checked: done,
      disabled: still,
      "data-do": "tick",
      "data-task": String(task.id),
    });
    const refusal = this.refused.get(task.id);
    const depth = Math.min(4, Math.floor((task.indent ?? 0) / 2));
    const waits = wish === undefined ? "" : " waits";
    const classes = `task depth-${depth}${done ? " done" : ""}${waits}`;
    return make(
      "li",
      { class: classes, "data-key": `task-${task.id}`, id: `task:${task.id}` },
      make("label", {}, box, make("span", { class: "text" }, ...rich(task.text))),
      ...(refusal
        ? [make("p", { class: "note trouble", role: "alert", textContent: refusal })]
        : []),
    );
  }

  /** @param {any} box */
  async set(box) {
    const { project, session } = this.app;
    const id = Number(box.dataset.task);
    const task = project.changes.get(this.change)?.tasks.find((listed) => listed.id === id);
    if (!task) return;
    this.refused.delete(id);
    const fulfilled = this.wishes.fulfil(id, box.checked, async (done) => {
      const answer = await session.call("task_set", {
        project: project.id,
        change: this.change,
        task: id,
        done,
        expect: task.text,
      });
      project.ticked(this.change, answer.task, answer);
    });
    this.app.redraw();
    try {
      await fulfilled;
    } catch (problem) {
      this.refused.set(id, `Not changed: ${/** @type {Error} */ (problem).message}`);
      setTimeout(() => {
        this.refused.delete(id);
        this.app.redraw();
      }, 12_000);
      project.take();
    }
    this.app.redraw();
  }
}
