/**
 * The panel of figures: what the stream and each viewer cost, and where time goes.
 *
 * It asks once a second, and only while it is open, the page is seen and the node is there.
 * `?stats` in the address opens it at once.
 */

import { make, setText } from "../shared/dom.js";
import { VIEWER_TITLES, ofPage, ofStream, ofViewers, ofWays } from "./figures.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Viewer } from "./viewer.js" */

const EVERY_MS = 1000;
const STREAM = "world";

export class Stats {
  /**
   * @param {Session} session
   * @param {Viewer} viewer
   * @param {HTMLElement} opener has the focus again when it is closed
   */
  constructor(session, viewer, opener) {
    this.session = session;
    this.viewer = viewer;
    this.opener = opener;
    /** @type {Record<string, any> | null} */
    this.before = null;
    /** @type {import("./figures.js").Measured | null} */
    this.measured = null;
    this.timer = 0;
    this.asking = false;
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
    this.heading.focus();
    this.measured = null;
    this.timer = window.setInterval(() => this.#ask(), EVERY_MS);
    this.#ask();
  }

  close() {
    this.panel.close();
    clearInterval(this.timer);
    this.before = null;
    this.opener.focus();
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

  /** What this page itself has measured since the last time. */
  #ofPage() {
    const { session, viewer } = this;
    const { received } = session.serializer;
    const now = { at: performance.now(), frames: viewer.frames, received };
    const pairs = ofPage(now, this.measured ?? now, session.roundTrip);
    this.measured = now;
    return pairs;
  }

  /** @param {Record<string, any>} stats */
  #show(stats) {
    setText(this.note, "");
    const pairs = [...this.#ofPage(), ...ofStream(stats, this.before)];
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
