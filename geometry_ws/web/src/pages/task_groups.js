/** A new group of tasks: its heading and its first task, at the end of the document. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { PLUS } from "../shared/icons.js";
import { toast } from "../shared/toast.js";
import { withGroup } from "./task_places.js";

/** @import { App } from "./app.js" */

const FOCUS_MS = 60; // until what was asked for is on the page

export class TaskGroups {
  /** @param {App} app @param {string} change */
  constructor(app, change) {
    this.app = app;
    this.change = change;
    /** what is being written; null: nothing @type {{name: string, task: string} | null} */
    this.form = null;
    this.problem = "";
    this.busy = false;
  }

  /** What stands below the last group. */
  view() {
    if (this.form) return this.#form(this.form);
    return make(
      "button",
      { type: "button", class: "quiet add-task", "data-do": "group-add", "data-key": "group-add" },
      icon(PLUS, 14),
      "Add a group",
    );
  }

  /** @param {{name: string, task: string}} form */
  #form(form) {
    const field = (/** @type {"name" | "task"} */ what, /** @type {string} */ words) =>
      make(
        "label",
        {},
        make("span", { class: "soft", textContent: words }),
        make("input", {
          type: "text",
          value: form[what],
          maxLength: 400,
          "data-do": `group-${what}`,
          "data-key": `group-${what}`,
        }),
      );
    return make(
      "form",
      { class: "task-form new-group", "data-do": "group-save", "data-key": "group-form" },
      field("name", "Name of the group"),
      field("task", "Its first task"),
      ...(this.problem
        ? [make("p", { class: "note trouble", role: "alert", textContent: this.problem })]
        : []),
      make(
        "div",
        { class: "buttons" },
        make("button", { class: "main small", disabled: this.busy, textContent: "Add" }),
        make("button", {
          type: "button",
          class: "quiet small",
          "data-do": "group-cancel",
          textContent: "Cancel",
        }),
      ),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event
   * @returns {boolean} whether it is one of these */
  onAction(what, element, event) {
    if (what === "group-name" || what === "group-task") {
      if (this.form) this.form[what === "group-name" ? "name" : "task"] = element.value;
      return true;
    }
    if (what === "group-add") {
      this.form = { name: "", task: "" };
      setTimeout(() => {
        /** @type {HTMLElement | null} */ (
          document.querySelector("input[data-do=group-name]")
        )?.focus();
      }, FOCUS_MS);
    } else if (what === "group-cancel") this.form = null;
    else if (what !== "group-save") return false;
    else if (event.type === "submit") this.#save();
    this.problem = "";
    this.app.redraw();
    return true;
  }

  async #save() {
    const { app, change, form } = this;
    if (!form || this.busy) return;
    const wanted = { project: app.project.id, change, document: this.#document() };
    this.busy = true;
    try {
      const text = { name: form.name.trim(), task: form.task.trim() };
      if (!text.name || !text.task) throw new Error("A group has a name and at least one task.");
      const { document } = await app.session.call("document_get", wanted);
      const written = await app.session.call("document_set", {
        ...wanted,
        text: withGroup(document.text, text.name, text.task),
        revision: document.revision,
      });
      this.form = null;
      toast(`Added: ${text.name}`, () =>
        app.session
          .call("document_set", { ...wanted, text: document.text, revision: written.revision })
          .catch((/** @type {Error} */ problem) =>
            app.complain(`It wasn't taken back: ${problem.message}`),
          ),
      );
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    } finally {
      this.busy = false;
      app.redraw();
    }
  }

  /** The document of the last task: a schema may have several. */
  #document() {
    return this.app.project.changes.get(this.change)?.tasks.at(-1)?.file || "tasks.md";
  }
}
