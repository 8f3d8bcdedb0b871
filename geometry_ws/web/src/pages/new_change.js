/** A new change: its name, and why; its first documents come from the project's schema. */

import { make } from "../shared/dom.js";
import { address } from "../shared/routes.js";
import { Dialog } from "./dialog.js";
import { proposalOf, readTemplates } from "./templates.js";

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
    /** @type {string[]} the workflows that it can follow, where there are several */
    this.schemas = [];
    this.schema = "";
  }

  open() {
    super.open();
    if (this.isOpen) this.#readSchemas();
  }

  async #readSchemas() {
    const { project, session } = this.app;
    try {
      const listed = await session.call("project_schemas", { project: project.id });
      this.schemas = listed.schemas.map((/** @type {any} */ { name }) => name);
      this.schema = this.schemas.includes(listed.default) ? listed.default : "";
      this.draw();
    } catch {
      // it follows the project's own
    }
  }

  /** A name as it may be written, of what somebody typed. */
  get wanted() {
    const plain = this.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    return plain.replace(/^-|-$/g, "").slice(0, MOST_NAME);
  }

  /** What the name means. */
  get #words() {
    const { wanted } = this;
    if (this.app.project.changes.has(wanted)) return `There is an open change ${wanted} already.`;
    return wanted
      ? `Its folder will be called ${wanted}.`
      : "A few words, such as add-login: they become the name of its folder.";
  }

  get calls() {
    return "change_create";
  }

  view() {
    const { wanted } = this;
    const taken = this.app.project.changes.has(wanted);
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
        make("p", {
          id: "new-change-words",
          class: taken ? "warned" : "soft",
          textContent: this.#words,
        }),
        make(
          "label",
          { class: "entry" },
          make("span", { textContent: "Why, in a sentence or two (optional)" }),
          make("textarea", { "data-do": "new-why", "data-key": "why", rows: 3, value: this.why }),
        ),
        ...this.#workflows(),
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

  /** The workflow that it follows, where there is a choice. */
  #workflows() {
    if (this.schemas.length < 2) return [];
    const options = this.schemas.map((value) =>
      make("option", { value, textContent: value, selected: value === this.schema }),
    );
    return [
      make(
        "label",
        { class: "entry", "data-key": "schema" },
        make("span", { textContent: "Workflow" }),
        make("select", { "data-do": "new-schema" }, ...options),
      ),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "new-close") this.close();
    else if (what === "new-name" && event.type === "input") this.name = element.value;
    else if (what === "new-why" && event.type === "input") this.why = element.value;
    else if (what === "new-schema") this.schema = element.value;
    else if (what === "new-create" && event.type !== "change") this.#create();
    this.draw();
  }

  async #create() {
    const { app, wanted } = this;
    if (this.busy || !NAME.test(wanted) || app.project.changes.has(wanted)) return;
    this.busy = true;
    this.problem = "";
    const named = this.schemas.length > 1 && this.schema ? { schema: this.schema } : {};
    try {
      await app.session.call("change_create", {
        project: app.project.id,
        change: wanted,
        ...named,
        ...(await this.#first(wanted, this.why.trim())),
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

  /** What it begins with: a proposal that says why, where its workflow has proposals.
   * @param {string} change @param {string} why */
  async #first(change, why) {
    if (!why) return {};
    const { project, session } = this.app;
    const templates = await readTemplates(session, project.id, this.schema);
    const known = templates.find(({ generates }) => generates === "proposal.md");
    if (templates.length && !known) return { description: why };
    const text = proposalOf(known?.text ?? "", change, why);
    return { documents: [{ name: "proposal.md", text }] };
  }
}
