/**
 * What all pages have in common. A page says what shall be seen whenever something has changed
 * (`view`). It is told of the project's events (`onEvents`), of another fragment or query in the
 * address (`onRoute`) and of what its user does (`onAction`). It never touches elements itself.
 */

import { make } from "../shared/dom.js";
import { address } from "../shared/routes.js";
import { Live } from "./live.js";

/** @import { PageName, Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */
/** @import { Lazy } from "./morph.js" */

const AGAIN_MS = 2000;

/** What reads Markdown: loaded when it is needed first.
 * @type {typeof import("./markdown.js") | null} */
let reader = null;
let loading = false;

/** @param {() => void} then */
async function load(then) {
  if (loading) return;
  loading = true;
  try {
    reader = await import("./markdown.js");
    then();
  } catch {
    // the node may be gone just now
    setTimeout(() => {
      loading = false;
      load(then);
    }, AGAIN_MS);
  }
}

export class Page {
  /**
   * @param {App} app
   * @param {Route} route
   */
  constructor(app, route) {
    this.app = app;
    this.route = route;
    /** @type {Live[]} */
    this.lives = [];
  }

  get project() {
    return this.app.project;
  }

  /** The words of the page for the window's title. @returns {string} */
  get title() {
    return "";
  }

  /** Everything below the heads. @returns {(Node | string)[]} */
  view() {
    return [];
  }

  /** The project has changed. @param {any[]} _events */
  onEvents(_events) {}

  /** The project was read again: everything may be different. */
  reload() {
    for (const live of this.lives) live.refresh();
  }

  /** The address has another fragment or query, of the same page. @param {Route} route */
  onRoute(route) {
    this.route = route;
  }

  /**
   * The user has used an element with `data-do`.
   *
   * @param {string} _what @param {any} _element @param {Event} _event
   */
  onAction(_what, _element, _event) {}

  stop() {
    for (const live of this.lives) live.stop();
  }

  /** Whether leaving would lose something, as a question. @returns {string} */
  get unsaved() {
    return "";
  }

  /**
   * Ask for something, and again whenever it is refreshed.
   *
   * @param {string} procedure @param {Record<string, any>} [kwargs] @param {number} [pause]
   */
  live(procedure, kwargs = {}, pause = 0) {
    const live = new Live(
      this.app.session,
      procedure,
      { project: this.project.id, ...kwargs },
      pause,
    );
    live.addEventListener("change", () => this.app.redraw());
    this.lives.push(live);
    live.refresh();
    return live;
  }

  /** The address of another page of this project.
   * @param {PageName} page
   * @param {{name?: string, query?: Record<string, string>, hash?: string}} [what] */
  to(page, what = {}) {
    return address(page, { ...what, project: this.app.several ? this.project.id : "" });
  }

  /**
   * Markdown as elements, made only when it is another than before.
   *
   * @param {string} text
   * @param {object} where
   * @param {string} where.folder the document's folder below openspec/
   * @param {number} [where.level] the level of the heading that it stands below
   * @param {string} [where.memo] what stands for the text, such as its revision
   */
  prose(text, { folder, level = 2, memo = text }) {
    const box = make("div", { class: "prose", "data-memo": `${this.readable}${memo}` });
    /** @type {Lazy} */ (box).fill = () => [this.read(text, folder, level)];
    return box;
  }

  /** Whether Markdown can be shown as what it is, for memos. */
  get readable() {
    return reader ? "" : "plain ";
  }

  /** @param {string} text @param {string} folder @param {number} [level] */
  read(text, folder, level = 3) {
    if (!reader) {
      load(() => this.app.redraw());
      return make("pre", { class: "plain-text", textContent: text });
    }
    return reader.markdown(text, {
      folder,
      level,
      to: (page, { name, hash }) => this.to(page, { name, hash }),
    });
  }
}
