/** One archived change: its documents, to read. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE, UNDO_2 } from "../shared/icons.js";
import { spot, spotOf } from "../shared/routes.js";
import { toast } from "../shared/toast.js";
import { Files, raw } from "./files.js";
import { openAgain, unarchive } from "./archiving.js";
import { nothingNamed } from "./missing.js";
import { Page } from "./page.js";
import { name, note, section, trouble } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const FIRST = ["proposal.md", "tasks.md", "design.md"];

export class ArchivedPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.listing = this.live("document_list", { archived: route.name }, 500);
    this.files = new Files(app.session, { project: this.project.id, archived: route.name }, () =>
      app.redraw(),
    );
    this.busy = false;
    this.problem = "";
    /** @type {Set<string>} documents that are shown as they are on disk */
    this.opened = new Set();
    this.onRoute(route);
  }

  get title() {
    return this.route.name;
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    const wanted = spotOf(route.hash);
    if (wanted) this.opened?.add(wanted.document);
  }

  /** @param {any[]} events */
  onEvents(events) {
    if (!events.some((event) => event.archived)) return;
    this.listing.refresh();
    this.files.again();
  }

  view() {
    const [, date = "", change = this.route.name] =
      /^(\d{4}-\d{2}-\d{2})-(.+)$/su.exec(this.route.name) ?? [];
    const { value, problem } = this.listing;
    const badge = make("span", { class: "badge", textContent: "Archived" });
    const words = date ? `archived on ${date}` : "archived";
    const head = [
      make(
        "nav",
        { class: "crumb", "aria-label": "Where this is", "data-key": "crumb" },
        make("a", { href: this.to("archive"), textContent: "Archive" }),
      ),
      make(
        "div",
        { class: "head", "data-key": "head" },
        make("div", { class: "named" }, icon(ARCHIVE, 20), this.heading(name(change)), badge),
        ...(value ? [make("div", { class: "actions" }, this.#openAgain())] : []),
      ),
      make("ul", { class: "facts", "aria-label": "In numbers" }, make("li", {}, words)),
    ];
    if (!value && problem?.uri?.includes("no_such"))
      return nothingNamed(this, "archived", this.route.name);
    if (!value) return [...head, trouble(problem)];
    this.files.list(
      value.documents.map((/** @type {string} */ document) => ({ name: document, revision: "" })),
    );
    const readable = value.documents.filter((/** @type {string} */ document) =>
      document.endsWith(".md"),
    );
    const order = [
      ...FIRST.filter((document) => readable.includes(document)),
      ...readable.filter((/** @type {string} */ document) => !FIRST.includes(document)),
    ];
    return [
      ...head,
      ...(this.problem
        ? [make("p", { class: "note trouble", role: "alert", textContent: this.problem })]
        : []),
      make(
        "div",
        { class: "columns reading-first", "data-key": "columns" },
        make("div", { class: "side", "data-key": "side" }, this.#contents(order)),
        make(
          "div",
          { class: "body reading", "data-key": "body" },
          ...order.map((document, index) => this.#document(document, index)),
          section(
            "files",
            "Files",
            [],
            value.documents.map((/** @type {string} */ document) => this.#file(document)),
          ),
        ),
      ),
    ];
  }

  #openAgain() {
    return make(
      "button",
      { type: "button", "data-do": "unarchive", "data-key": "unarchive", disabled: this.busy },
      icon(UNDO_2, 14),
      this.busy ? "Opening…" : "Open it again",
    );
  }

  /** @param {string[]} order */
  #contents(order) {
    const rows = order.map((document, index) =>
      make("li", {}, make("a", { href: `#document-${index}` }, name(document))),
    );
    return section("contents", "Documents", [], [make("ul", { class: "index-list" }, ...rows)]);
  }

  /** The change is open again, or it is said why not. */
  async #unarchive() {
    const { app } = this;
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    app.redraw();
    try {
      const { change } = await unarchive(app, this.route.name);
      app.go(this.to("change", { name: change }));
      toast(openAgain(change));
    } catch (problem) {
      const { message, fields } = /** @type {Error & {fields?: any}} */ (problem);
      this.problem = [message, fields?.fix].filter(Boolean).join(" ");
    }
    this.busy = false;
    app.redraw();
  }

  /** @param {string} document @param {number} index */
  #document(document, index) {
    const known = this.files.get(document);
    const inside = document.split("/").slice(0, -1).join("/");
    const folder = `changes/archive/${this.route.name}/${inside}`;
    const content = !known
      ? trouble(null)
      : known.problem && !known.revision
        ? note(known.problem, "trouble")
        : this.prose(known.text, { folder, memo: known.revision, place: document });
    return section(`document-${index}`, document, [], [content]);
  }

  /** @param {string} document */
  #file(document) {
    const open = this.opened.has(document);
    return make(
      "details",
      { class: "file", open, id: spot(document), "data-key": document },
      make("summary", {}, make("span", { class: "mono" }, name(document))),
      ...(open ? [raw(document, this.files.get(document), () => this.app.redraw())] : []),
    );
  }

  /** @param {string} what @param {any} element */
  onAction(what, element) {
    if (what === "unarchive") this.#unarchive();
    if (what !== "toggle") return;
    if (element.open) this.opened.add(element.dataset.key);
    else this.opened.delete(element.dataset.key);
    this.app.redraw();
  }
}
