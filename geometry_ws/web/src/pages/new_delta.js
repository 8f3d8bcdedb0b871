/** What a change does to a spec, begun: which spec, and which requirement comes, changes, goes. */

import { make } from "../shared/dom.js";
import { addedBlock, blockOf, purposeBlock, removedBlock, withBlock } from "./delta_blocks.js";
import { Dialog } from "./dialog.js";

/** @import { App } from "./app.js" */

const MOST_LIKELY = 12;
const PAUSE_MS = 200; // of quiet before a spec is read

export class NewDelta extends Dialog {
  /**
   * @param {App} app
   * @param {string} change
   * @param {(document: string, text: string) => void} write
   */
  constructor(app, change, write) {
    super(app, "new-delta");
    this.change = change;
    this.write = write;
    this.spec = "";
    this.purpose = "";
    /** @type {any} the spec that is named, once it is read */
    this.known = null;
    this.choice = "add";
    this.requirement = "";
    this.problem = "";
    this.busy = false;
    /** @type {any} */
    this.timer = null;
  }

  open() {
    const [begun, ...others] = this.#begun;
    // one goes on where one was
    if (begun && !others.length) this.#name(begun);
    super.open();
    const next = this.spec ? "delta-requirement" : "delta-spec";
    /** @type {HTMLElement | null | undefined} */ (
      this.element?.querySelector(`[data-do="${next}"]`)
    )?.focus();
  }

  /** The specs that the change has something for already. @returns {string[]} */
  get #begun() {
    const documents = this.app.project.changes.get(this.change)?.documents ?? [];
    return documents.flatMap(({ name }) => /^specs\/(.+)\/spec\.md$/su.exec(name)?.slice(1) ?? []);
  }

  /** Whether the spec is there neither in the project nor in the change. */
  get #isNew() {
    const { wanted } = this;
    return Boolean(wanted) && !this.app.project.specs.has(wanted) && !this.#begun.includes(wanted);
  }

  /** The spec's name as it may be written. */
  get wanted() {
    const typed = this.spec.trim();
    if (this.app.project.specs.has(typed)) return typed;
    return typed
      .toLowerCase()
      .replace(/[^\p{L}\p{N}/]+/gu, "-")
      .replace(/^[-/]+|[-/]+$/g, "")
      .replace(/\/+/g, "/");
  }

  get #requirements() {
    return this.known?.spec?.spec === this.wanted ? this.known.requirements : [];
  }

  get calls() {
    return "document_set";
  }

  view() {
    const { wanted } = this;
    const button = (
      /** @type {string} */ kind,
      /** @type {string} */ what,
      /** @type {string} */ say,
    ) =>
      make("button", {
        type: "button",
        class: kind,
        "data-do": what,
        disabled: what === "delta-write" && (this.busy || !wanted),
        textContent: say,
      });
    return [
      make("header", {}, make("h2", { id: "new-delta-title", textContent: "Write a requirement" })),
      make(
        "form",
        { class: "inside", "data-do": "delta-write", "data-key": "form" },
        field("Spec", "delta-spec", this.spec, { "aria-describedby": "new-delta-words" }),
        this.#likely(),
        make("p", { id: "new-delta-words", class: "soft", textContent: this.#words() }),
        this.#choices(),
        ...(this.choice === "add"
          ? [field("Its name", "delta-requirement", this.requirement, {})]
          : []),
        ...(this.#isNew
          ? [field("What the spec is for, in a sentence", "delta-purpose", this.purpose, {})]
          : []),
        ...(this.problem
          ? [make("p", { class: "note trouble", role: "alert", textContent: this.problem })]
          : []),
      ),
      make(
        "footer",
        {},
        make("span", {}),
        button("quiet", "delta-close", "Cancel"),
        button("main", "delta-write", "Write it"),
      ),
    ];
  }

  /** What the name of the spec means. */
  #words() {
    const { wanted } = this;
    if (!wanted) return "One that is there, or a new name.";
    if (!this.app.project.specs.has(wanted) && this.#begun.includes(wanted))
      return `It goes on in specs/${wanted}/spec.md of the change.`;
    return this.app.project.specs.has(wanted)
      ? `It is written in specs/${wanted}/spec.md of the change.`
      : `A new spec: ${wanted} is there once the change is archived.`;
  }

  /** Specs that may be meant. */
  #likely() {
    const { specs } = this.app.project;
    const typed = this.spec.trim().toLowerCase();
    const all = new Set([...this.#begun, ...specs.keys()]);
    const likely = all.has(this.wanted)
      ? []
      : [...all].filter((id) => id.toLowerCase().includes(typed)).sort();
    const buttons = likely.slice(0, MOST_LIKELY).map((id) =>
      make("button", {
        type: "button",
        class: "small",
        "data-do": "delta-pick",
        "data-key": id,
        value: id,
        textContent: id,
      }),
    );
    return make("div", { class: "choices", "data-key": "choices" }, ...buttons);
  }

  /** What becomes of the spec. */
  #choices() {
    const option = (/** @type {string} */ value, /** @type {string} */ textContent) =>
      make("option", { value, textContent, selected: value === this.choice });
    const names = this.#requirements.map((/** @type {any} */ { name }) => name);
    const all = [
      option("add", "A new requirement"),
      ...names.map((/** @type {string} */ name) => option(`change ${name}`, `Change: ${name}`)),
      ...names.map((/** @type {string} */ name) => option(`remove ${name}`, `Remove: ${name}`)),
    ];
    return make(
      "label",
      { class: "entry", "data-key": "choice" },
      make("span", { textContent: "What" }),
      make("select", { "data-do": "delta-choice" }, ...all),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "delta-close") this.close();
    else if (what === "delta-spec" && event.type === "input") this.#name(element.value);
    else if (what === "delta-pick") {
      this.#name(element.value);
      const field = this.element?.querySelector("input");
      if (field) field.value = element.value;
    } else if (what === "delta-choice") this.choice = element.value;
    else if (what === "delta-requirement") this.requirement = element.value;
    else if (what === "delta-purpose") this.purpose = element.value;
    else if (what === "delta-write" && event.type !== "change" && event.type !== "input")
      this.#write();
    this.draw();
  }

  /** @param {string} spec */
  #name(spec) {
    this.spec = spec;
    this.choice = "add";
    clearTimeout(this.timer);
    const { wanted } = this;
    if (!this.app.project.specs.has(wanted)) return;
    this.timer = setTimeout(async () => {
      const project = this.app.project.id;
      this.known = await this.app.session
        .call("spec_get", { project, spec: wanted })
        .catch(() => null);
      this.draw();
    }, PAUSE_MS);
  }

  async #write() {
    const { app, wanted, choice, change } = this;
    if (this.busy || !wanted) return;
    this.busy = true;
    this.problem = "";
    const document = `specs/${wanted}/spec.md`;
    try {
      const begun = app.project.changes.get(change)?.documents ?? [];
      const has = begun.some(({ name }) => name === document);
      const text = has
        ? (await app.session.call("document_get", { project: app.project.id, change, document }))
            .document.text
        : "";
      const purpose = this.#isNew ? purposeBlock(this.purpose.trim()) : "";
      const [kind, name] = [choice.split(" ", 1)[0], choice.slice(choice.indexOf(" ") + 1)];
      this.close();
      this.write(document, purpose + this.#text(text, kind, name));
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.busy = false;
    this.draw();
  }

  /** @param {string} text of the delta @param {string} kind @param {string} name */
  #text(text, kind, name) {
    if (kind === "remove") return withBlock(text, "REMOVED", removedBlock(name));
    if (kind === "add") return withBlock(text, "ADDED", addedBlock(this.requirement.trim()));
    const { line = 0 } =
      this.#requirements.find((/** @type {any} */ each) => each.name === name) ?? {};
    return withBlock(text, "MODIFIED", blockOf(this.known.document.text, name, line));
  }
}

/** A line to be written. @param {string} say @param {string} what @param {string} value
 * @param {Record<string, string>} more */
function field(say, what, value, more) {
  return make(
    "label",
    { class: "entry", "data-key": what },
    make("span", { textContent: say }),
    make("input", {
      type: "text",
      value,
      "data-do": what,
      "data-own": "",
      autocomplete: "off",
      spellcheck: false,
      maxLength: 300,
      ...more,
    }),
  );
}
