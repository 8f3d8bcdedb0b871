/** Adding, rewording, moving and removing the tasks of a change; each can be taken back. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARROW_DOWN, ARROW_UP, PENCIL, PLUS, TRASH_2 } from "../shared/icons.js";
import { toast } from "../shared/toast.js";
import { lastOf, nestedIn, numberAfter, stepFrom } from "./task_places.js";

/** @import { Task } from "../shared/project.js" */
/** @import { App } from "./app.js" */

/**
 * @typedef {object} Form what is being written
 * @property {string} place the group that a new task comes into, or the number of a task
 * @property {Task | null} task the one that is reworded, or behind which the new one comes
 * @property {boolean} adds
 * @property {string} text
 * @property {string} problem
 * @property {number} turn how often the field was filled again
 */

const FOCUS_MS = 60; // until what was asked for is on the page

export class TaskEdits {
  /** @param {App} app @param {string} change @param {(id: number, why: string) => void} refuse */
  constructor(app, change, refuse) {
    this.app = app;
    this.change = change;
    this.refuse = refuse;
    /** whether each task has the buttons to change it */
    this.open = false;
    /** @type {Form | null} */
    this.form = null;
    this.busy = false;
    this.turn = 0;
  }

  /** All tasks of the change, as they are now. */
  get tasks() {
    return this.app.project.changes.get(this.change)?.tasks ?? [];
  }

  /** The button in the head of the tasks. */
  head() {
    return make("button", {
      type: "button",
      class: "small",
      "data-do": "tasks-open",
      "data-key": "tasks-open",
      "aria-pressed": String(this.open),
      textContent: this.open ? "Done" : "Edit",
    });
  }

  /** What stands below a task. @param {Task} task */
  below(task) {
    if (!this.open) return [];
    const { form, tasks } = this;
    if (form && !form.adds && form.place === String(task.id)) return [this.#form(form)];
    const index = tasks.findIndex(({ id }) => id === task.id);
    const button = (
      /** @type {string} */ what,
      /** @type {string} */ svg,
      /** @type {string} */ say,
    ) =>
      make(
        "button",
        {
          type: "button",
          class: "plain",
          "data-do": what,
          "data-key": what,
          value: String(task.id),
          title: say,
          "aria-label": `${say}: ${task.text}`,
          disabled:
            this.busy ||
            (what === "task-up" && !stepFrom(tasks, index, false)) ||
            (what === "task-down" && !stepFrom(tasks, index, true)),
        },
        icon(svg, 16),
      );
    return [
      make(
        "div",
        { class: "arrange", "data-key": `arrange-${task.id}` },
        button("task-reword", PENCIL, "Reword"),
        button("task-up", ARROW_UP, "Move up"),
        button("task-down", ARROW_DOWN, "Move down"),
        button("task-remove", TRASH_2, "Remove"),
      ),
    ];
  }

  /** Whether a task stands there as a field. @param {Task} task */
  rewords = (task) =>
    this.open && this.form !== null && !this.form.adds && this.form.place === String(task.id);

  /** What stands at the end of a group. @param {string} place @param {Task[]} tasks of it */
  foot(place, tasks) {
    const { form } = this;
    if (form?.adds && form.place === place) return this.#form(form);
    const say = tasks.length && place ? `Add a task to ${place}` : "Add a task";
    return make(
      "button",
      {
        type: "button",
        class: "quiet add-task",
        "data-do": "task-add",
        "data-key": `add-${place}`,
        value: place,
        "aria-label": say,
      },
      icon(PLUS, 14),
      "Add a task",
    );
  }

  /** @param {Form} form */
  #form(form) {
    return make(
      "form",
      { class: "task-form", "data-do": "task-save", "data-key": "task-form" },
      make("textarea", {
        class: "task-text",
        value: form.text,
        rows: 2,
        maxLength: 2000,
        "data-do": "task-text",
        "data-key": `task-text-${form.turn}`,
        "aria-label": form.adds ? "The new task" : "The task",
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#typed(event),
      }),
      ...(form.problem
        ? [make("p", { class: "note trouble", role: "alert", textContent: form.problem })]
        : []),
      make(
        "div",
        { class: "buttons" },
        make("button", {
          class: "main small",
          disabled: this.busy,
          textContent: form.adds ? "Add" : "Save",
        }),
        make("button", {
          type: "button",
          class: "quiet small",
          "data-do": "task-cancel",
          textContent: form.adds ? "Close" : "Cancel",
        }),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#save();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#end();
    }
  }

  /** @param {string} what @param {any} element @param {Event} event
   * @returns {boolean} whether it is one of these */
  onAction(what, element, event) {
    const task = this.tasks.find(({ id }) => String(id) === element.value);
    if (what === "tasks-open") {
      this.open = !this.open;
      if (this.open) for (const group of closedGroups()) group.open = true;
      if (!this.form?.adds) this.form = null;
    } else if (what === "task-add") this.#begin(element.value);
    else if (what === "task-text") {
      if (this.form) this.form.text = element.value;
      return true;
    } else if (what === "task-save") {
      if (event.type === "submit") this.#save();
    } else if (what === "task-cancel") this.#end();
    else if (what === "task-reword" && task) this.#write(element.value, task, false, task.text);
    else if ((what === "task-up" || what === "task-down") && task)
      this.#move(task, what === "task-down");
    else if (what === "task-remove" && task) this.#remove(task);
    else return false;
    this.app.redraw();
    return true;
  }

  /** @param {string} place a group */
  #begin(place) {
    const after = lastOf(this.tasks.filter((task) => placeOf(task) === place));
    this.#write(place, after, true, after ? numberAfter(after.text) : "");
  }

  /** @param {string} place @param {Task | null} task @param {boolean} adds @param {string} text */
  #write(place, task, adds, text) {
    this.form = { place, task, adds, text, problem: "", turn: ++this.turn };
    setTimeout(() => {
      const field = document.querySelector("textarea.task-text");
      if (!(field instanceof HTMLTextAreaElement)) return;
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    }, FOCUS_MS);
    this.app.redraw();
  }

  #end() {
    this.form = null;
    this.app.redraw();
  }

  async #save() {
    const { form } = this;
    if (!form || this.busy) return;
    const text = form.text.replace(/\s+/g, " ").trim();
    if (!text || (form.task && form.adds && text === numberAfter(form.task.text).trim())) {
      form.problem = "Write what is to be done.";
      this.app.redraw();
      return;
    }
    try {
      const { task } = form.adds
        ? await this.#add(text, form.task)
        : await this.#call("edit", `Reworded: ${text}`, form.task, { text });
      if (this.form !== form) return;
      this.form = null;
      // often there is more than one to be written
      if (form.adds && task) this.#write(placeOf(task), task, true, numberAfter(task.text));
    } catch (problem) {
      form.problem = /** @type {Error} */ (problem).message;
    }
    this.app.redraw();
  }

  /** @param {string} text @param {Task | null} after @returns {Promise<any>} */
  async #add(text, after) {
    const said = `Added: ${text}`;
    if (after) return this.#call("add", said, null, { text, after: after.id, expect: after.text });
    const has = this.app.project.changes
      .get(this.change)
      ?.documents?.some(({ name }) => name === "tasks.md");
    if (has) return this.#call("add", said, null, { text });
    const number = /^\d/.test(text) ? "" : "1.1 ";
    await this.app.session.call("document_set", {
      project: this.app.project.id,
      change: this.change,
      document: "tasks.md",
      text: `## 1. Tasks\n\n- [ ] ${number}${text}\n`,
    });
    toast("tasks.md was begun.");
    return { task: { id: 1, text: `${number}${text}`, section: "1. Tasks" } };
  }

  /** @param {Task} task @param {boolean} down */
  async #move(task, down) {
    const { tasks } = this;
    const to = stepFrom(tasks, tasks.indexOf(task), down);
    if (!to) return;
    const beside = { [to.side]: to.beside.id, expect_beside: to.beside.text };
    await this.#try(task, this.#call("move", `Moved: ${task.text}`, task, beside));
    // the button that was used is the task's still
    setTimeout(() => {
      const moved = this.tasks.find(({ text }) => text === task.text);
      const name = down ? "task-down" : "task-up";
      const button = document.querySelector(`button[data-do=${name}][value="${moved?.id}"]`);
      if (button instanceof HTMLElement) button.focus();
    }, 4 * FOCUS_MS);
  }

  /** @param {Task} task */
  async #remove(task) {
    const { tasks } = this;
    const nested = nestedIn(tasks, tasks.indexOf(task));
    const said = nested
      ? `Removed with ${nested} nested in it: ${task.text}`
      : `Removed: ${task.text}`;
    await this.#try(task, this.#call("remove", said, task, nested ? { nested: true } : {}));
  }

  /** What fails is told below the task. @param {Task} task @param {Promise<any>} done */
  async #try({ id }, done) {
    try {
      await done;
    } catch (problem) {
      this.refuse(id, `Not changed: ${/** @type {Error} */ (problem).message}`);
    }
  }

  /**
   * @param {"add" | "edit" | "move" | "remove"} what
   * @param {string} said @param {Task | null} task
   * @param {Record<string, any>} more */
  async #call(what, said, task, more) {
    const { app, change } = this;
    const owner = { project: app.project.id, change };
    this.busy = true;
    app.redraw();
    try {
      const which = task ? { task: task.id, expect: task.text } : {};
      const answer = await app.session.call(`task_${what}`, { ...owner, ...which, ...more });
      const back = { ...owner, revision: answer.revision };
      toast(said.length > 80 ? `${said.slice(0, 78)}…` : said, () =>
        app.session
          .call("task_undo", back)
          .catch((/** @type {Error} */ problem) =>
            app.complain(`It wasn't taken back: ${problem.message}`),
          ),
      );
      return answer;
    } finally {
      this.busy = false;
      app.redraw();
    }
  }
}

/** What the group of a task is called on the page. @param {Task} task */
export const placeOf = ({ file, section }) => [file, section].filter(Boolean).join(" · ");

/** Groups in which all is done begin closed. @returns {NodeListOf<HTMLDetailsElement>} */
const closedGroups = () => document.querySelectorAll("#tasks details.group");
