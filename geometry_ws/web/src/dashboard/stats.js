/**
 * The panel of figures: what the stream and each viewer cost, and where time goes.
 *
 * It asks once a second, and only while it is open, the page is seen and the node is there.
 * `?stats` in the address opens it at once.
 */

import { make, setText } from "../shared/dom.js";
import { VIEWER_TITLES, ofStream, ofViewers, ofWays } from "./figures.js";

/** @import { Session } from "../shared/session.js" */

const EVERY_MS = 1000;
const STREAM = "world";
const SVG = "http://www.w3.org/2000/svg";

export class Stats {
  /**
   * @param {Session} session
   * @param {HTMLElement} bar where its button goes
   */
  constructor(session, bar) {
    this.session = session;
    /** @type {Record<string, any> | null} */
    this.before = null;
    this.timer = 0;
    this.asking = false;
    this.button = make("button", {
      type: "button",
      class: "plain stats-open",
      id: "stats-open",
      title: "Figures of the stream",
      "aria-expanded": "false",
      "aria-controls": "stats",
      "aria-label": "Figures of the stream",
    });
    this.button.append(bars());
    bar.append(this.button);
    const close = make("button", { type: "button", class: "stats-close" }, "Close");
    close.addEventListener("click", () => this.close());
    this.heading = make("h2", { id: "stats-title", tabIndex: -1 }, "Figures");
    this.note = make("p", { class: "stats-note", role: "status" }, "Asking the node…");
    this.stream = make("dl", { class: "stats-stream" });
    this.ways = this.#table("Where time goes", ["step", "half within", "95 % within", "longest"]);
    this.viewers = this.#table("Viewers", [...VIEWER_TITLES]);
    this.panel = make(
      "dialog",
      { id: "stats", class: "stats", "aria-labelledby": "stats-title" },
      make("header", {}, this.heading, close),
      this.note,
      this.stream,
      this.ways.region,
      this.viewers.region,
    );
    document.body.append(this.panel);
    this.button.addEventListener("click", () => (this.panel.open ? this.close() : this.open()));
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    if (new URLSearchParams(location.search).has("stats")) this.open();
  }

  open() {
    if (this.panel.open) return;
    this.panel.show();
    this.button.setAttribute("aria-expanded", "true");
    this.heading.focus();
    this.timer = window.setInterval(() => this.#ask(), EVERY_MS);
    this.#ask();
  }

  close() {
    this.panel.close();
    clearInterval(this.timer);
    this.before = null;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  /** @param {string} title @param {string[]} columns */
  #table(title, columns) {
    const head = make("tr", {}, ...columns.map((text) => make("th", { scope: "col" }, text)));
    const body = make("tbody");
    const table = make("table", {}, make("caption", {}, title), make("thead", {}, head), body);
    // without a wheel it is scrolled by the arrow keys
    const region = make(
      "div",
      { class: "stats-table", tabIndex: 0, role: "region", "aria-label": title },
      table,
    );
    region.hidden = true;
    return { region, body };
  }

  async #ask() {
    if (this.asking || document.hidden) return;
    if (!this.session.open) {
      setText(this.note, "There is no connection to the node just now.");
      return;
    }
    this.asking = true;
    try {
      const stats = await this.session.call("stream_stats", { stream: STREAM });
      if (this.panel.open) this.#show(stats);
    } catch (problem) {
      setText(this.note, /** @type {Error} */ (problem).message);
    } finally {
      this.asking = false;
    }
  }

  /** @param {Record<string, any>} stats */
  #show(stats) {
    setText(this.note, "");
    const pairs = ofStream(stats, this.before);
    while (this.stream.childElementCount < pairs.length) {
      this.stream.append(make("div", {}, make("dt"), make("dd")));
    }
    pairs.forEach(([name, value], at) => {
      const [term, definition] = this.stream.children[at].children;
      setText(term, name);
      setText(definition, value);
    });
    fill(this.ways, ofWays(stats));
    fill(this.viewers, ofViewers(stats));
    this.before = stats;
  }
}

/** The picture on the button: four bars. */
function bars() {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4.5 19.5v-6M9.5 19.5v-11M14.5 19.5v-8M19.5 19.5v-15");
  picture.append(path);
  return picture;
}

/**
 * Show rows; elements that are there stay, so that a place that was scrolled to stays, too.
 *
 * @param {{region: HTMLElement, body: HTMLTableSectionElement}} table @param {string[][]} rows
 */
function fill(table, rows) {
  const { region, body } = table;
  region.hidden = rows.length === 0;
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((cells, at) => {
    const row = body.rows[at] ?? body.insertRow();
    cells.forEach((text, column) => {
      const cell =
        row.children[column] ??
        row.appendChild(column === 0 ? make("th", { scope: "row" }) : make("td"));
      setText(cell, text);
    });
    row.dataset.state = cells[1];
  });
}
