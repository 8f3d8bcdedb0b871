/** Archiving a change: first a dry run, then, when the user confirms it, the real one. */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { note } from "./parts.js";

/** @import { App } from "./app.js" */

export class Archiving {
  /** @param {App} app @param {string} change */
  constructor(app, change) {
    this.app = app;
    this.change = change;
    this.open = false;
    this.incomplete = false;
    this.skipSpecs = false;
    this.acceptBase = false;
    /** @type {any} what would happen */
    this.plan = null;
    /** @type {(Error & {fields?: any}) | null} */
    this.refusal = null;
    this.busy = false;
  }

  /** The change is another one: so is what would happen. */
  changed() {
    if (this.open && !this.busy) this.#try();
  }

  /** @param {boolean} gone */
  view(gone) {
    if (!this.open || gone) return [];
    return [
      make(
        "section",
        { class: "archiving", "data-key": "archiving", "aria-labelledby": "archiving-title" },
        make("h2", { id: "archiving-title", tabIndex: -1, textContent: "Archive this change" }),
        ...(this.plan ? this.#plan(this.plan) : []),
        ...(this.refusal ? this.#refusal(this.refusal) : []),
        ...(!this.plan && !this.refusal ? [note("Trying what would happen…", "waiting")] : []),
        option("archive-incomplete", this.incomplete, "with tasks that aren't done"),
        option("archive-skip", this.skipSpecs, "leave the specs as they are"),
        ...(this.acceptBase || this.refusal?.fields?.code === "base_moved"
          ? [
              option(
                "archive-accept",
                this.acceptBase,
                "take away what was written into the specs since",
              ),
            ]
          : []),
        make(
          "div",
          { class: "buttons" },
          make("button", {
            type: "button",
            class: "main",
            "data-do": "archive-now",
            disabled: !this.plan || this.busy,
            textContent: this.busy && this.plan ? "Archiving…" : "Archive now",
          }),
          make("button", { type: "button", "data-do": "archive-close", textContent: "Cancel" }),
        ),
      ),
    ];
  }

  /** @param {any} plan */
  #plan(plan) {
    const { totals, specs } = plan;
    const words = ["added", "modified", "removed", "renamed"]
      .filter((key) => totals[key])
      .map((key) => `${totals[key]} ${key}`)
      .join(", ");
    return [
      make(
        "p",
        {},
        "It would become ",
        make("code", { textContent: `archive/${plan.archived}` }),
        ". ",
        specs.length
          ? `${counted(specs.length, "spec")} would be written, with ${words || "no"} requirements:`
          : "No spec would be written.",
      ),
      ...(specs.length
        ? [
            make(
              "ul",
              { class: "plain" },
              ...specs.map((/** @type {any} */ spec) =>
                make(
                  "li",
                  {},
                  make("code", { textContent: spec.spec }),
                  spec.before ? (spec.after ? "" : " (removed)") : " (new)",
                ),
              ),
            ),
          ]
        : []),
      ...plan.warnings.map((/** @type {string} */ warning) => note(warning, "warned")),
    ];
  }

  /** @param {Error & {fields?: any}} refusal */
  #refusal(refusal) {
    const moved = refusal.fields?.code === "base_moved";
    const fix = moved ? "" : refusal.fields?.fix;
    return [
      make(
        "p",
        { class: "note trouble", role: "alert" },
        make("strong", { textContent: "It can't be archived now. " }),
        refusal.message,
      ),
      ...(fix ? [make("p", { textContent: fix })] : []),
      ...(moved
        ? [
            make(
              "p",
              {},
              "Merge both first: ",
              make("a", { href: "#bases", textContent: "Changed since this was written" }),
              ".",
            ),
          ]
        : []),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "archive") {
      this.open = !this.open;
      if (this.open) this.#try();
      setTimeout(() => document.getElementById("archiving-title")?.focus(), 60);
    } else if (what === "archive-close") this.open = false;
    else if (what === "archive-now") this.#archive();
    else if (event.type === "change") {
      if (what === "archive-incomplete") this.incomplete = element.checked;
      else if (what === "archive-accept") this.acceptBase = element.checked;
      else this.skipSpecs = element.checked;
      this.#try();
    }
    this.app.redraw();
  }

  /** @param {boolean} dry */
  #call(dry) {
    return this.app.session.call("change_archive", {
      project: this.app.project.id,
      change: this.change,
      dry_run: dry,
      incomplete: this.incomplete,
      skip_specs: this.skipSpecs,
      accept_base: this.acceptBase,
    });
  }

  async #try() {
    const asked = (this.asked = {});
    try {
      const plan = await this.#call(true);
      if (asked !== this.asked) return;
      this.plan = plan;
      this.refusal = null;
    } catch (problem) {
      if (asked !== this.asked) return;
      this.plan = null;
      this.refusal = /** @type {Error} */ (problem);
    }
    this.app.redraw();
  }

  async #archive() {
    if (this.busy) return;
    this.busy = true;
    this.app.redraw();
    try {
      const { archived } = await this.#call(false);
      this.open = false;
      this.app.announce(`The change was archived as ${archived}.`);
    } catch (problem) {
      this.plan = null;
      this.refusal = /** @type {Error} */ (problem);
    }
    this.busy = false;
    this.app.redraw();
  }
}

/** @param {string} what @param {boolean} checked @param {string} text */
function option(what, checked, text) {
  return make(
    "label",
    { class: "option", "data-key": what },
    make("input", { type: "checkbox", checked, "data-do": what }),
    text,
  );
}
