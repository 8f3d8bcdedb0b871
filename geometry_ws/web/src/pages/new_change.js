/** A new change: its name, and why; its first documents come from the project's schema. */

import { make } from "../shared/dom.js";
import { address } from "../shared/routes.js";
import { Dialog } from "./dialog.js";

/** @import { App } from "./app.js" */

const MOST_NAME = 200;
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export class NewChange extends Dialog {
  /** @param {App} app @param {{why?: string}} [begun] */
  constructor(app, { why = "" } = {}) {
    super(app, "new-change");
    this.name = "";
    this.why = why;
    this.problem = "";
    this.busy = false;
  }

  /** A name as it may be written, of what somebody typed. */
  get wanted() {
    const plain = this.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    return plain.replace(/^-|-$/g, "").slice(0, MOST_NAME);
  }

  get calls() {
    return "change_create";
  }

  view() {
    const { wanted } = this;
    const taken = this.app.project.changes.has(wanted);
    const words = taken
      ? `There is an open change ${wanted} already.`
      : wanted
        ? `Its folder will be openspec/changes/${wanted}.`
        : "A few words, such as add-login: they become the name of its folder.";
    return [
      make("header", {}, make("h2", { id: "new-change-title", textContent: "New change" })),
      make(
        "form",
        { class: "inside", "data-do": "new-create", "data-key": "form" },
        make(
          "label",
          { class: "entry" },
          make("span", { textContent: "Name" }),
          make("input", {
            type: "text",
            value: this.name,
            "data-do": "new-name",
            "data-own": "",
            autocomplete: "off",
            spellcheck: false,
            maxLength: MOST_NAME,
            required: true,
            "aria-describedby": "new-change-words",
          }),
        ),
        make("p", { id: "new-change-words", class: taken ? "warned" : "soft", textContent: words }),
        make(
          "label",
          { class: "entry" },
          make("span", { textContent: "Why, in a sentence or two (optional)" }),
          make("textarea", { "data-do": "new-why", "data-key": "why", rows: 3, value: this.why }),
        ),
        ...(this.problem
          ? [make("p", { class: "note trouble", role: "alert", textContent: this.problem })]
          : []),
      ),
      make(
        "footer",
        {},
        make("span", {}),
        make("button", {
          type: "button",
          class: "quiet",
          "data-do": "new-close",
          textContent: "Cancel",
        }),
        make("button", {
          type: "button",
          class: "main",
          "data-do": "new-create",
          disabled: this.busy || taken || !NAME.test(wanted),
          textContent: this.busy ? "Creating…" : "Create",
        }),
      ),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "new-close") this.close();
    else if (what === "new-name" && event.type === "input") this.name = element.value;
    else if (what === "new-why" && event.type === "input") this.why = element.value;
    else if (what === "new-create" && event.type !== "change") this.#create();
    this.draw();
  }

  async #create() {
    const { app, wanted } = this;
    if (this.busy || !NAME.test(wanted) || app.project.changes.has(wanted)) return;
    this.busy = true;
    this.problem = "";
    const why = this.why.trim();
    const text = proposal(wanted, why);
    try {
      await app.session.call("change_create", {
        project: app.project.id,
        change: wanted,
        documents: why ? [{ name: "proposal.md", text }] : [],
      });
      this.close();
      const project = app.several ? app.project.id : "";
      app.go(address("change", { name: wanted, project }));
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.busy = false;
    this.draw();
  }
}

/** A proposal that begins with why. @param {string} name @param {string} why */
function proposal(name, why) {
  const title = name.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  return `# ${title}\n\n## Why\n\n${why}\n\n## What Changes\n\n- \n\n## Impact\n\n- \n`;
}
