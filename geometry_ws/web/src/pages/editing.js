/**
 * Writing a document of a change as a whole. Nothing is lost when another writer was faster: both
 * texts are shown, and the user decides.
 */

import { make } from "../shared/dom.js";
import { folderOf } from "../shared/routes.js";
import { ERRORS } from "../shared/uris.js";
import { rows } from "./deltas.js";
import { lineDiff } from "./diff.js";
import { plain, withEndsOf } from "./line_ends.js";
import { note } from "./parts.js";
import { bodyOf, readTemplates, templateOf } from "./templates.js";

/** @import { App } from "./app.js" */
/** @import { Files } from "./files.js" */
/** @import { Page } from "./page.js" */

const FOCUS_MS = 60; // between two looks whether the field is on the page
const MOST_TRIES = 50;
const SHOWN_MS = Object.freeze([0, 400]); // how it reads is made meanwhile, and takes room
const PREVIEW_MS = 250; // of quiet before what is written is shown as it will read
const DELTA = /^specs\/.+\/spec\.md$/su;
/** Documents with a place of their own on the page. */
const OWN = new Set(["proposal.md", "design.md"]);

/**
 * @typedef {object} Draft
 * @property {string} document
 * @property {string} text as a text field holds it
 * @property {string} begun what it was at first, which nobody would miss
 * @property {string} shown of that, what is shown as it will read
 * @property {string} base the document that it began with, with its own ends of lines
 * @property {string} revision of that; empty for a new document
 * @property {{text: string, revision: string} | null} other what was written meanwhile
 * @property {string} problem
 * @property {boolean} busy
 * @property {number} turn how often the field was filled again
 */

export class Editing {
  /**
   * @param {App} app
   * @param {Record<string, any>} owner the keywords that say whose document it is
   * @param {Files} files
   * @param {() => string} [schema] what says which documents there are
   */
  constructor(app, owner, files, schema = () => "") {
    this.app = app;
    this.owner = owner;
    this.files = files;
    this.schema = schema;
    /** @type {Draft | null} */
    this.draft = null;
  }

  /** The folder whose documents are written, below openspec/. */
  get #folder() {
    const { change, spec } = this.owner;
    return spec ? `specs/${spec}` : `changes/${change ?? ""}`;
  }

  /** The question to a user who leaves the page. @returns {string} */
  get unsaved() {
    const { draft } = this;
    return draft && draft.text !== draft.begun ? `Leave without saving ${draft.document}?` : "";
  }

  /** The editor of a document, null while it isn't edited.
   * @param {Page} page @param {string} document */
  view(page, document) {
    return this.draft?.document === document ? this.#editor(page, this.draft) : null;
  }

  /** What the change does to a spec, where that is being written. */
  get delta() {
    const { draft } = this;
    return draft && DELTA.test(draft.document) ? draft.document : "";
  }

  /** Save what is written. @returns {boolean} whether there is something */
  save() {
    const { draft } = this;
    if (!draft || draft.other) return false;
    this.#save(draft);
    this.app.redraw();
    return true;
  }

  /** The button that begins it. @param {string} document @param {boolean} gone */
  button(document, gone) {
    const known = this.files.get(document);
    // bytes that aren't text would be lost by writing them back
    const can =
      !gone &&
      known?.revision &&
      !known.text.includes("\ufffd") &&
      this.draft?.document !== document;
    return can
      ? [
          make("button", {
            type: "button",
            class: "small",
            "data-do": "edit",
            value: document,
            "data-key": "edit",
            textContent: "Edit",
          }),
        ]
      : [];
  }

  /** The editor of a document that isn't there yet. @param {Page} page */
  fresh(page) {
    const { draft } = this;
    if (!draft || this.files.names.includes(draft.document)) return [];
    if (OWN.has(draft.document) || this.delta) return [];
    return [
      make(
        "div",
        { class: "file new", "data-key": `new ${draft.document}` },
        make("h3", { class: "mono", textContent: draft.document }),
        this.#editor(page, draft),
      ),
    ];
  }

  /** The field, and beside it how it will read. @param {Page} page @param {Draft} draft */
  #editor(page, draft) {
    this.#compare(draft);
    const field = make("textarea", {
      class: "editor",
      value: draft.text,
      "data-do": "draft",
      "data-key": `field-${draft.turn}`,
      spellcheck: false,
      "aria-label": `Text of ${draft.document}`,
      rows: Math.min(40, Math.max(12, plain(draft.base).split("\n").length + 2)),
      disabled: draft.busy,
    });
    return make(
      "div",
      { class: "editing", "data-key": "editing" },
      ...(draft.other ? this.#both(draft, draft.other) : []),
      ...(draft.problem
        ? [make("p", { class: "note trouble", role: "alert", textContent: draft.problem })]
        : []),
      make(
        "div",
        { class: "beside", "data-key": "beside" },
        field,
        make(
          "div",
          { class: "preview", role: "group", "aria-label": "How it reads", "data-key": "preview" },
          page.prose(bodyOf(draft.shown), {
            folder: folderOf(this.#folder, draft.document),
            memo: draft.shown,
            place: `preview ${draft.document}`,
          }),
        ),
      ),
      make(
        "div",
        { class: "buttons saving" },
        make("button", {
          type: "button",
          class: "main",
          "data-do": "save",
          disabled: draft.busy || Boolean(draft.other),
          title: "Save (Ctrl S)",
          textContent: draft.busy ? "Saving…" : "Save",
        }),
        make("button", {
          type: "button",
          "data-do": "cancel",
          disabled: draft.busy,
          textContent: "Cancel",
        }),
        make("span", {
          class: "soft",
          title: draft.revision ? `based on revision ${draft.revision}` : "",
          textContent: draft.revision ? "Ctrl S saves." : "A new document. Ctrl S saves.",
        }),
      ),
    );
  }

  /** Whether the document has become another one. @param {Draft} draft */
  #compare(draft) {
    if (draft.busy) return;
    const known = this.files.get(draft.document);
    if (known?.revision && known.revision !== draft.revision) {
      if (known.text === draft.base && draft.revision) draft.revision = known.revision;
      else draft.other = { text: known.text, revision: known.revision };
    }
  }

  /** @param {Draft} draft @param {{text: string, revision: string}} other */
  #both(draft, other) {
    return [
      make("p", {
        class: "note trouble",
        role: "alert",
        textContent:
          `${draft.document} was written by somebody else meanwhile. ` +
          "Nothing is lost: this is theirs beside yours.",
      }),
      rows(plain(other.text), draft.text, ["Theirs", "Yours"]),
      make(
        "div",
        { class: "buttons" },
        make("button", { type: "button", "data-do": "mine", textContent: "Keep mine" }),
        make("button", { type: "button", "data-do": "theirs", textContent: "Take theirs" }),
        make("button", { type: "button", "data-do": "both", textContent: "Take both" }),
        make("span", { class: "soft", textContent: "Nothing is written before you save." }),
      ),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    const { draft } = this;
    if (what === "edit" || what === "write") this.begin(element.value);
    else if (!draft) return;
    else if (what === "draft" && event.type === "input") {
      draft.text = element.value;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#preview(draft), PREVIEW_MS);
      if (!draft.other) return;
    } else if (what === "save") this.#save(draft);
    else if (what === "cancel") this.#end();
    else if (what === "mine" && draft.other) this.#base(draft, draft.other, draft.text);
    else if (what === "theirs" && draft.other)
      this.#base(draft, draft.other, plain(draft.other.text));
    else if (what === "both" && draft.other)
      this.#base(draft, draft.other, bothOf(plain(draft.other.text), draft.text));
    this.app.redraw();
  }

  /** Show how it reads now. @param {Draft} draft */
  #preview(draft) {
    draft.shown = draft.text;
    this.app.redraw();
  }

  /** Begin to write a document; one that isn't there yet begins as its template.
   * @param {string} document @param {string} [given] what it begins with */
  async begin(document, given) {
    if (given === undefined && this.draft?.document === document) return;
    if (this.unsaved && !confirm(this.unsaved)) return;
    if (this.files.names.includes(document) && !this.files.get(document)) {
      try {
        await this.files.whole(document);
      } catch (problem) {
        this.app.complain(/** @type {Error} */ (problem).message);
        return;
      }
    }
    const known = this.files.get(document);
    if (known?.problem || known?.text.includes("\ufffd")) return;
    const text = known?.text ?? "";
    const begun = given ?? (known ? plain(text) : await this.#template(document));
    if (this.unsaved && !confirm(this.unsaved)) return;
    this.draft = {
      begun,
      document,
      text: begun,
      shown: begun,
      base: text,
      revision: known?.revision ?? "",
      other: null,
      problem: "",
      busy: false,
      turn: 0,
    };
    setTimeout(focusEditor, FOCUS_MS, MOST_TRIES);
    this.app.redraw();
  }

  /** What a document that isn't there yet begins with. @param {string} document */
  async #template(document) {
    const { app, owner } = this;
    if (owner.spec) return "";
    const templates = await readTemplates(app.session, owner.project, this.schema());
    return templateOf(templates, document);
  }

  #end() {
    if (this.unsaved && !confirm(this.unsaved)) return;
    this.draft = null;
  }

  /** Go on from what is there now. @param {Draft} draft
   * @param {{text: string, revision: string}} other @param {string} text */
  #base(draft, other, text) {
    draft.base = other.text;
    draft.revision = other.revision;
    draft.other = null;
    draft.problem = "";
    if (text !== draft.text) draft.turn++;
    draft.text = draft.shown = text;
  }

  /** @param {Draft} draft */
  async #save(draft) {
    if (draft.busy) return;
    draft.busy = true;
    draft.problem = "";
    try {
      const text = withEndsOf(draft.text, draft.base);
      const based = draft.revision ? { revision: draft.revision } : {};
      const { revision } = await this.app.session.call("document_set", {
        ...this.owner,
        document: draft.document,
        text,
        ...based,
      });
      this.files.put({ name: draft.document, text, revision });
      if (this.draft === draft) this.draft = null;
      this.app.announce(`${draft.document} was saved.`);
    } catch (problem) {
      draft.problem = /** @type {Error} */ (problem).message;
      if (/** @type {any} */ (problem).uri === ERRORS.stale_revision) await this.#fetch(draft);
    }
    draft.busy = false;
    this.app.redraw();
  }

  /** What is there now, instead of what it was based on. @param {Draft} draft */
  async #fetch(draft) {
    try {
      const { document } = await this.app.session.call("document_get", {
        ...this.owner,
        document: draft.document,
      });
      draft.other = { text: document.text, revision: document.revision };
      draft.problem = "";
    } catch (problem) {
      const { message } = /** @type {Error} */ (problem);
      draft.problem = `It was written by somebody else meanwhile, and can't be read: ${message}`;
    }
  }
}

/** Put the caret into the editor as soon as it is on the page. @param {number} tries */
function focusEditor(tries) {
  const field = /** @type {HTMLElement | null} */ (
    window.document.querySelector("textarea.editor")
  );
  if (!field && tries) setTimeout(focusEditor, FOCUS_MS, tries - 1);
  if (!field) return;
  field.focus();
  for (const ms of SHOWN_MS) setTimeout(showEditor, ms);
}

/** Bring the editor that somebody is in into sight, with its buttons where there is room. */
function showEditor() {
  const field = window.document.activeElement;
  if (field?.matches("textarea.editor"))
    field.closest(".editing")?.scrollIntoView({ block: "nearest" });
}

/** Two versions of a text as one: what both have once, and what either has alone.
 * @param {string} theirs @param {string} mine */
export function bothOf(theirs, mine) {
  const lines = lineDiff(theirs, mine).flatMap(({ kind, before, after }) => {
    const texts = kind === "same" ? [after] : [before, after];
    return texts.flatMap((pieces) =>
      pieces ? [pieces.map((/** @type {{text: string}} */ piece) => piece.text).join("")] : [],
    );
  });
  return lines.join("\n");
}
