/**
 * What has changed in the specs since a change was written: base, theirs and ours side by side,
 * and their merge, which is written at once where it needs no choice.
 */

import { make } from "../shared/dom.js";
import { lineDiff } from "./diff.js";
import { conflictBadge, name, note, operationBadge, section, trouble, when } from "./parts.js";

/** @import { App } from "./app.js" */
/** @import { Live } from "./live.js" */
/** @import { Page } from "./page.js" */
/** @import { Lazy } from "./morph.js" */

/**
 * @typedef {object} Draft
 * @property {string} key
 * @property {string} text
 * @property {string} begun the text that it began with
 */

/** @param {any} entry */
const keyOf = (entry) => `${entry.moved.spec}\n${entry.moved.requirement}`;

export class Bases {
  /** @param {App} app @param {string} change @param {Live} live the answers of change.bases */
  constructor(app, change, live) {
    this.app = app;
    this.change = change;
    this.live = live;
    /** @type {Draft | null} */
    this.draft = null;
    this.problem = "";
    this.busy = false;
  }

  /** The question to a user who leaves the page. @returns {string} */
  get unsaved() {
    const { draft } = this;
    return draft && draft.text !== draft.begun ? "Leave without saving the merge?" : "";
  }

  /**
   * @param {Page} page
   * @param {any[]} moved as the change itself says it
   * @param {boolean} gone
   */
  view(page, moved, gone) {
    if (gone || !(moved.length || this.draft)) return [];
    const { value, problem } = this.live;
    const entries = value?.requirements ?? [];
    const clean = entries.filter((/** @type {any} */ entry) => entry.clean);
    return [
      section(
        "bases",
        "Changed since this was written",
        [" ", make("span", { class: "count", textContent: String(moved.length) })],
        [
          make("p", {
            class: "lead",
            textContent:
              "Somebody changed these requirements after this change was written against them. " +
              "Archived as it is, it would undo that.",
          }),
          ...(this.problem
            ? [make("p", { class: "note trouble", role: "alert", textContent: this.problem })]
            : []),
          ...(value ? [] : [trouble(problem)]),
          ...(clean.length > 1 ? [this.#all(clean.length)] : []),
          ...entries.map((/** @type {any} */ entry) => this.#entry(page, entry)),
          ...this.#orphan(entries),
          ...(value?.more ? [note(`${value.more} more are shown when these are settled.`)] : []),
        ],
      ),
    ];
  }

  /** @param {number} count */
  #all(count) {
    return make(
      "div",
      { class: "buttons", "data-key": "all" },
      make("button", {
        type: "button",
        class: "main",
        "data-do": "base-all",
        disabled: this.busy,
        textContent: `Merge all ${count} that need no choice`,
      }),
    );
  }

  /** @param {Page} page @param {any} entry */
  #entry(page, entry) {
    const { moved } = entry;
    const key = keyOf(entry);
    const texts = make("div", {
      class: "three",
      role: "group",
      "aria-label": `Three texts of ${moved.requirement}`,
      "data-key": "three",
      "data-memo": `${entry.base}\n\n${entry.theirs}\n\n${entry.ours}`,
    });
    /** @type {Lazy} */ (texts).fill = () => [
      column("When this was written", origin(entry), plain(entry.base || "It wasn't there.")),
      column("Now in the spec", [], compared(entry.base, entry.theirs, "It is gone.")),
      column("This change", [], ours(entry)),
    ];
    return make(
      "article",
      { class: "card moved", "data-key": key },
      make(
        "h3",
        {},
        operationBadge(moved.operation),
        " ",
        name(moved.requirement),
        " ",
        make("span", { class: "soft" }, "in "),
        make(
          "a",
          { class: "quiet", href: page.to("spec", { name: moved.spec }) },
          name(moved.spec),
        ),
      ),
      make("p", { class: "note warned", textContent: moved.message }),
      texts,
      ...conflicts(entry),
      ...(this.draft?.key === key ? [this.#editor(this.draft)] : [this.#choices(entry, key)]),
    );
  }

  /** @param {any} entry @param {string} key */
  #choices(entry, key) {
    /** @type {Node[]} */
    const buttons = [];
    /** @param {string} what @param {string} textContent */
    const add = (what, textContent) =>
      buttons.push(
        make("button", {
          type: "button",
          class: buttons.length ? "" : "main",
          "data-do": what,
          "data-key": what,
          value: key,
          disabled: this.busy,
          textContent,
        }),
      );
    if (entry.clean) add("base-merge", entry.merged ? "Take both" : "Follow the new name");
    if (entry.ours) add("base-edit", "Write it by hand");
    add("base-ours", entry.ours ? "Only this change" : "Do it all the same");
    return make("div", { class: "buttons", "data-key": "choices" }, ...buttons);
  }

  /** @param {Draft} draft */
  #editor(draft) {
    return make(
      "div",
      { class: "editing", "data-key": "editing" },
      make("textarea", {
        class: "editor",
        value: draft.text,
        "data-do": "base-draft",
        "data-key": `merge ${draft.key}`,
        spellcheck: false,
        "aria-label": "The requirement, merged",
        rows: Math.min(40, Math.max(8, draft.begun.split("\n").length + 2)),
        disabled: this.busy,
      }),
      make(
        "div",
        { class: "buttons" },
        make("button", {
          type: "button",
          class: "main",
          "data-do": "base-save",
          disabled: this.busy,
          textContent: this.busy ? "Saving…" : "Save into the delta",
        }),
        make("button", {
          type: "button",
          "data-do": "base-cancel",
          disabled: this.busy,
          textContent: "Cancel",
        }),
        make("span", {
          class: "soft",
          textContent: "What it lacks of theirs counts as left out on purpose.",
        }),
      ),
    );
  }

  /** The draft of a requirement that needs no merge by now: its text is still shown.
   * @param {any[]} all */
  #orphan(all) {
    const { draft } = this;
    if (!draft || !this.live.value || all.some((entry) => keyOf(entry) === draft.key)) return [];
    return [
      make(
        "div",
        { class: "editing", "data-key": "orphan" },
        make("p", {
          class: "note trouble",
          textContent: "This was settled by somebody else meanwhile. Your text:",
        }),
        make("pre", { class: "plain-text", textContent: draft.text }),
        make(
          "div",
          { class: "buttons" },
          make("button", { type: "button", "data-do": "base-cancel", textContent: "Close" }),
        ),
      ),
    ];
  }

  /** Save the merge that is written. @returns {boolean} whether there is one */
  save() {
    if (!this.draft) return false;
    this.#save(this.draft);
    return true;
  }

  /** @param {string} key */
  #find(key) {
    return (this.live.value?.requirements ?? []).find(
      (/** @type {any} */ entry) => keyOf(entry) === key,
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    const entry = this.#find(element.value);
    if (what === "base-draft" && event.type === "input") {
      if (this.draft) this.draft.text = element.value;
      return;
    }
    if (what === "base-edit" && entry) this.#begin(entry);
    else if (what === "base-cancel") {
      if (!this.unsaved || confirm(this.unsaved)) this.draft = null;
    } else if (what === "base-all") this.#rebase({});
    else if (what === "base-merge" && entry) this.#rebase(about(entry));
    else if (what === "base-ours" && entry) this.#rebase({ ...about(entry), ours: true });
    else if (what === "base-save" && this.draft) this.#save(this.draft);
    this.app.redraw();
  }

  /** @param {any} entry */
  #begin(entry) {
    if (this.unsaved && !confirm(this.unsaved)) return;
    this.draft = { key: keyOf(entry), text: entry.merged, begun: entry.merged };
    setTimeout(
      () =>
        /** @type {HTMLElement | null} */ (
          document.querySelector("#bases textarea.editor")
        )?.focus(),
      60,
    );
  }

  /** @param {Draft} draft */
  async #save(draft) {
    const entry = this.#find(draft.key);
    // What is shown is what the text is based on: revisions are those of the texts above it.
    if (entry && (await this.#rebase({ ...about(entry), text: draft.text }))) this.draft = null;
    this.app.redraw();
  }

  /** @param {Record<string, any>} what */
  async #rebase(what) {
    if (this.busy) return false;
    this.busy = true;
    this.problem = "";
    this.app.redraw();
    let done = false;
    try {
      const { merged, left } = await this.app.session.call("change_rebase", {
        project: this.app.project.id,
        change: this.change,
        ...what,
      });
      done = merged.length > 0;
      if (done) this.app.announce("The change is based on the present spec.");
      else if (left.length) this.problem = "It can't be merged without a choice: edit the merge.";
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.busy = false;
    this.live.refresh();
    this.app.redraw();
    return done;
  }
}

/** What a rebase of one requirement is about. @param {any} entry */
function about({ moved, revision, base_revision }) {
  const known = base_revision ? { base_revision } : {};
  return { spec: moved.spec, requirement: moved.requirement, revision, ...known };
}

/** How a base is known. @param {any} entry @returns {(Node | string)[]} */
function origin({ origin, commit, time }) {
  if (origin === "git") return [make("span", { title: `at ${commit}` }, when(time))];
  if (origin === "seen") return ["first seen ", when(time)];
  if (origin === "stacked") return ["as another change adds it"];
  return ["merged before"];
}

/** @param {string} title @param {(Node | string)[]} more @param {Node} text */
function column(title, more, text) {
  const heading = make("h4", {}, title, " ", make("span", { class: "soft" }, ...more));
  return make("div", { class: "column" }, heading, text);
}

/** @param {string} text */
const plain = (text) => make("pre", { class: "text", textContent: text });

/** @param {any} entry */
function ours({ base, ours: text, moved }) {
  if (text) return compared(base, text, "");
  return plain(moved.operation === "REMOVED" ? "It is removed." : "It gets another name.");
}

/** A text with what differs from the base. @param {string} base @param {string} text
 * @param {string} none */
function compared(base, text, none) {
  if (!text) return plain(none);
  if (!base) return plain(text);
  const lines = make("pre", { class: "text" });
  for (const { kind, before, after } of lineDiff(base, text)) {
    const pieces = kind === "removed" ? before : after;
    lines.append(
      make(
        "span",
        { class: `line ${kind}` },
        ...(pieces ?? []).map((piece) =>
          piece.kind === "same"
            ? piece.text
            : make(piece.kind === "added" ? "ins" : "del", { textContent: piece.text }),
        ),
        "\n",
      ),
    );
  }
  return lines;
}

/** Sentences that both sides rewrote. @param {any} entry */
function conflicts(entry) {
  if (!entry.conflicts.length) return [];
  return [
    make(
      "div",
      { class: "conflicts", "data-key": "conflicts" },
      make("p", {}, conflictBadge("both rewrote this")),
      make(
        "ul",
        { class: "plain" },
        ...entry.conflicts.map((/** @type {any} */ conflict) =>
          make(
            "li",
            {},
            make("q", { textContent: conflict.base.join(" ") || "nothing" }),
            " became ",
            make("q", { textContent: conflict.theirs.join(" ") || "nothing" }),
            " there, and ",
            make("q", { textContent: conflict.ours.join(" ") || "nothing" }),
            " here.",
          ),
        ),
      ),
    ),
  ];
}
