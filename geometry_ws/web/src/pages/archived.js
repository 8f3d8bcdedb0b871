/** One archived change: its documents, to read. */

import { make } from "../shared/dom.js";
import { spot, spotOf } from "../shared/routes.js";
import { Files, raw } from "./files.js";
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
    const head = make(
      "div",
      { class: "head" },
      this.heading(name(change)),
      make("span", { class: "badge hint", textContent: date ? `archived ${date}` : "archived" }),
    );
    const { value, problem } = this.listing;
    if (!value)
      return [
        head,
        problem?.uri?.includes("no_such")
          ? note("There is no such archived change.", "trouble")
          : trouble(problem),
      ];
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
      head,
      make(
        "nav",
        { class: "contents", "aria-label": "On this page" },
        ...order.map((document, index) => make("a", { href: `#document-${index}` }, document)),
        make("a", { href: "#files", textContent: "Files" }),
      ),
      make(
        "div",
        { class: "reading" },
        ...order.map((document, index) => this.#document(document, index)),
        section(
          "files",
          "Files",
          [],
          value.documents.map((/** @type {string} */ document) => this.#file(document)),
        ),
      ),
    ];
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
    if (what !== "toggle") return;
    if (element.open) this.opened.add(element.dataset.key);
    else this.opened.delete(element.dataset.key);
    this.app.redraw();
  }
}
