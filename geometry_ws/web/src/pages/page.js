/**
 * What all pages have in common. A page says what shall be seen whenever something has changed
 * (`view`). It is told of the project's events (`onEvents`), of another fragment or query in the
 * address (`onRoute`) and of what its user does (`onAction`). It never touches elements itself.
 */

import { make } from "../shared/dom.js";
import { address, pictureAddress } from "../shared/routes.js";
import { Live } from "./live.js";
import { name } from "./parts.js";
import { View, reader } from "./reading.js";

/** @import { Command } from "../shared/palette.js" */
/** @import { PageName, Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */
/** @import { Lazy } from "./morph.js" */
/** @import { Place } from "./pieces.js" */
/** @import { Reading } from "./reading.js" */

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
    /** @type {Map<string, {memo: string, view: View}>} documents by the places that show them */
    this.places = new Map();
    /** @type {Map<string, {memo: string, view: View}>} those that are being read for a place */
    this.coming = new Map();
    /** @type {Map<string, number>} how much of long lists is shown */
    this.portions = new Map();
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

  /** Somebody has done something. @param {any[]} _events runs of one */
  onHappened(_events) {}

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

  /** Somebody pressed a key that means something here. @param {string} _key in small letters
   * @returns {boolean} whether it does */
  onKey(_key) {
    return false;
  }

  /** Somebody pressed Control and S. @returns {boolean} whether there is something to save */
  save() {
    return false;
  }

  /** What can be done here, for the palette. @returns {Command[]} */
  commands() {
    return [];
  }

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

  /** The address of another page, of this project unless another is named.
   * @param {PageName} page
   * @param {{name?: string, query?: Record<string, string>, hash?: string,
   *   project?: string}} [what] */
  to(page, what = {}) {
    const { project = this.project.id } = what;
    return address(page, { ...what, project: this.app.several ? project : "" });
  }

  /** The heading of the page; of several projects it names its own.
   * @param {...(Node | string)} of */
  heading(...of) {
    const { app } = this;
    const project = app.several
      ? [
          make(
            "span",
            { class: "project-of" },
            name(app.projectTitle),
            make("span", { class: "sr", textContent: ": " }),
          ),
        ]
      : [];
    return make("h1", { tabIndex: -1 }, ...project, ...of);
  }

  /**
   * The first of many things, and how to see more of them: a page that is long holds nobody up.
   * What the address leads to is among them.
   *
   * @template T
   * @param {string} key what the list is called
   * @param {T[]} all @param {number} most
   * @param {(one: T) => string} idOf what a fragment calls it
   * @returns {{first: T[], more: Node[]}}
   */
  portion(key, all, most, idOf) {
    let count = this.portions.get(key) ?? most;
    if (this.app.spot && all.length > count) {
      const led = all.findIndex((thing) => idOf(thing) === this.app.spot);
      if (led >= count) this.portions.set(key, (count = led + most));
    }
    const left = all.length - count;
    if (left <= 0) return { first: all, more: [] };
    const button = make("button", {
      type: "button",
      class: "small",
      "data-do": "more",
      value: `${key}\n${count + most}`,
      textContent: "Show more",
    });
    const more = make(
      "p",
      { class: "note", "data-key": `more-${key}` },
      `${left.toLocaleString("en")} more. `,
      button,
    );
    return { first: all.slice(0, count), more: [more] };
  }

  /** @param {string} value of a button of `portion` */
  showMore(value) {
    const [key, count] = value.split("\n");
    this.portions.set(key, Number(count));
    this.app.redraw();
  }

  /**
   * Markdown as elements. It is read in a worker and shown piece by piece; where there is a former
   * text in its place, that stays until the new one is there.
   *
   * @param {string} text
   * @param {object} where
   * @param {string} where.folder the document's folder below openspec/
   * @param {number} [where.level] the level of the heading that it stands below
   * @param {string} [where.memo] what stands for the text, such as its revision
   * @param {string} [where.place] what stays the same when the text becomes another one
   */
  prose(text, { folder, level = 2, memo = text, place = "" }) {
    const box = make("div", { class: "prose" });
    const view = () => new View(reader.read(text, level, memo), this.#place(folder));
    if (place) {
      const shown = this.#placed(place, memo, folder, () => reader.read(text, level, memo));
      box.dataset.memo = shown.memo;
      /** @type {Lazy} */ (box).fill = () => {
        if (shown.view.left) shown.view = view();
        return [shown.view.element];
      };
    } else {
      box.dataset.memo = memo;
      /** @type {Lazy} */ (box).fill = () => [view().element];
    }
    return box;
  }

  /** What is shown in a place: a text, or the one before as long as it isn't laid out.
   * @param {string} place @param {string} memo @param {string} folder
   * @param {() => Reading} reading */
  #placed(place, memo, folder, reading) {
    const shown = this.places.get(place);
    if (shown?.memo === memo) return shown;
    const next = this.coming.get(place);
    if (shown && next?.memo === memo) return shown;
    const entry = {
      memo,
      view: new View(reading(), this.#place(folder), () => {
        if (this.coming.get(place) !== entry) return;
        this.coming.delete(place);
        this.places.set(place, entry);
        this.app.redraw();
      }),
    };
    if (shown) this.coming.set(place, entry);
    else this.places.set(place, entry);
    return this.places.get(place) ?? entry;
  }

  /** @param {string} folder @returns {Place} */
  #place(folder) {
    return {
      folder,
      to: (page, { name, hash }) => this.to(page, { name, hash }),
      picture: (path) => pictureAddress(path, this.app.several ? this.project.id : ""),
    };
  }

  /** Markdown as elements that fill by and by.
   * @param {string} text @param {string} folder @param {number} [level] */
  read(text, folder, level = 3) {
    return new View(reader.read(text, level, text), this.#place(folder)).element;
  }
}
