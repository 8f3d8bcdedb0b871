/** The archive as a timeline, the newest first. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE } from "../shared/icons.js";
import { counted } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note, titleBeside, trouble } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAGE = 100;
/** What was done to requirements, and the sign before how many. */
const SIGNS = Object.freeze([
  ["+", "added"],
  ["~", "modified"],
  ["−", "removed"],
  ["→", "renamed"],
]);

export class ArchivePage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.first = this.live("project_history", { limit: PAGE }, 500);
    /** @type {any[]} those before the first page */
    this.older = [];
    this.more = true;
    this.busy = false;
  }

  get title() {
    return "Archive";
  }

  /** @param {any[]} events */
  onEvents(events) {
    if (!events.some((event) => event.archived)) return;
    // what newer ones push off the first page is kept, if there are older ones below it
    const there = new Set(this.project.archived ?? []);
    if (this.older.length)
      this.older = this.shown().filter((entry) => !there.size || there.has(entry.archived));
    this.first.refresh();
  }

  view() {
    const head = this.heading("Archive");
    const { value, problem } = this.first;
    if (!value) return [head, trouble(problem)];
    const all = this.shown();
    /** @type {Map<string, any[]>} */
    const months = new Map();
    for (const entry of all) {
      const month = entry.date ? entry.date.slice(0, 7) : "";
      months.set(month, [...(months.get(month) ?? []), entry]);
    }
    const more = this.older.length ? this.more : value.more;
    return [
      head,
      ...(all.length ? [this.#legend()] : []),
      ...(all.length ? [] : [note("Nothing has been archived yet.")]),
      ...[...months].map(([month, changes]) =>
        make(
          "section",
          { class: "month", "data-key": month || "undated" },
          make(
            "h2",
            {},
            monthName(month),
            " ",
            make("span", { class: "count", textContent: String(changes.length) }),
          ),
          make("ol", { class: "timeline" }, ...changes.map((entry) => this.#entry(entry))),
        ),
      ),
      ...(more
        ? [
            make("button", {
              type: "button",
              "data-do": "more",
              "data-key": "more",
              disabled: this.busy,
              textContent: this.busy ? "Reading…" : "Show older ones",
            }),
          ]
        : []),
    ];
  }

  /** How many there are, and what the signs beside specs say. */
  #legend() {
    const words = SIGNS.map(([sign, word]) =>
      make("li", {}, make("span", { class: `count-${word}`, textContent: sign }), ` ${word}`),
    );
    return make(
      "ul",
      { class: "legend" },
      make("li", { textContent: counted(this.project.archived.length, "archived change") }),
      make("li", {}, "requirements:"),
      ...words,
    );
  }

  /** All that was read, the newest first. */
  shown() {
    const newest = this.first.value?.changes ?? [];
    const listed = new Set(newest.map((/** @type {any} */ entry) => entry.archived));
    return [...newest, ...this.older.filter((entry) => !listed.has(entry.archived))];
  }

  /** @param {any} entry */
  #entry(entry) {
    const total = entry.specs.reduce(
      (/** @type {number} */ sum, /** @type {any} */ spec) =>
        sum + spec.added + spec.modified + spec.removed + spec.renamed,
      0,
    );
    const title = titleBeside(entry);
    return make(
      "li",
      { "data-key": entry.archived },
      make("time", { dateTime: entry.date, textContent: entry.date ? entry.date.slice(8) : "–" }),
      make(
        "p",
        { class: "entry-head" },
        icon(ARCHIVE),
        make(
          "a",
          { class: "row-name", href: this.to("archived", { name: entry.archived }) },
          name(entry.change),
        ),
        ...(title ? [make("span", { class: "soft", title }, name(title))] : []),
      ),
      make(
        "ul",
        { class: "spec-counts" },
        ...(total ? entry.specs.map((/** @type {any} */ spec) => this.#spec(spec)) : []),
      ),
      make("span", {
        class: "count",
        title: "tasks done",
        textContent: entry.total ? `${entry.done}/${entry.total}` : "",
      }),
      ...(entry.problem ? [note(entry.problem, "trouble")] : []),
    );
  }

  /** @param {any} spec */
  #spec(spec) {
    const words = SIGNS.filter(([, word]) => spec[word]).map(([sign, word]) =>
      make("span", {
        class: `count-${word}`,
        title: `${spec[word]} ${word}`,
        textContent: `${sign}${spec[word]}`,
      }),
    );
    const known = this.project.specs.has(spec.spec);
    const label = known
      ? make("a", { class: "quiet", href: this.to("spec", { name: spec.spec }) }, name(spec.spec))
      : name(spec.spec);
    return make("li", {}, label, ...words.flatMap((word) => [" ", word]));
  }

  /** @param {string} what */
  async onAction(what) {
    if (what !== "more" || this.busy) return;
    this.busy = true;
    this.app.redraw();
    const last = this.older.at(-1) ?? this.first.value.changes.at(-1);
    try {
      const { changes, more } = await this.app.session.call("project_history", {
        project: this.project.id,
        limit: PAGE,
        before: last.archived,
      });
      this.older.push(...changes);
      this.more = more;
    } catch (problem) {
      this.app.complain(/** @type {Error} */ (problem).message);
    }
    this.busy = false;
    this.app.redraw();
  }
}

/** @param {string} month such as 2026-03 */
function monthName(month) {
  if (!month) return "Without a date";
  return new Date(`${month}-15T12:00:00`).toLocaleDateString("en", {
    year: "numeric",
    month: "long",
  });
}
