/** Search over everything, while it is typed. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE, BOOK_OPEN, FILE_TEXT } from "../shared/icons.js";
import { spot } from "../shared/routes.js";
import { counted } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note, stateSign, trouble } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */
/** @import { Live } from "./live.js" */

const TYPING_MS = 180;
const PAUSE_MS = 800; // between two searches while the project changes
const FIRST = 50;
const SECONDS = 1; // for reading the archive, which takes a while the first time
const KINDS = Object.freeze([
  ["spec", "Specs"],
  ["delta", "Deltas"],
  ["proposal", "Proposals"],
  ["design", "Designs"],
  ["tasks", "Tasks"],
  ["document", "Other"],
  ["archived", "Archive"],
]);

export class SearchPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.limit = FIRST;
    /** @type {Live | null} */
    this.results = null;
    this.text = "";
    this.kind = "";
    this.#read(route);
    this.#ask();
  }

  get title() {
    return this.text ? `${this.text} · Search` : "Search";
  }

  /** @param {Route} route */
  #read(route) {
    this.text = route.query.get("q") ?? "";
    this.kind = route.query.get("in") ?? "";
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    const before = `${this.text}\n${this.kind}`;
    this.#read(route);
    if (before !== `${this.text}\n${this.kind}`) this.#ask();
    const field = /** @type {HTMLInputElement | null} */ (document.getElementById("search-text"));
    if (field && field !== document.activeElement) field.value = this.text;
  }

  onEvents() {
    if (this.text.trim()) this.results?.refresh();
  }

  #ask() {
    const text = this.text.trim().slice(0, 400);
    if (!text) return;
    const kinds = this.kind ? [this.kind] : [];
    const kwargs = { text, kinds, limit: this.limit, seconds: SECONDS };
    if (this.results) this.results.turn({ project: this.project.id, ...kwargs });
    else {
      const results = this.live("project_search", kwargs, PAUSE_MS);
      results.addEventListener("change", () => {
        if (results.value?.unread && !results.problem) results.refresh();
      });
      this.results = results;
    }
  }

  view() {
    const field = make("input", {
      type: "search",
      id: "search-text",
      value: this.text,
      "data-do": "text",
      "data-own": "",
      "data-key": "text",
      placeholder: "Words that must all occur; “in quotes” they are one",
      autocomplete: "off",
      spellcheck: false,
      maxLength: 400,
      "aria-label": "Search specs, changes and the archive",
      autofocus: true,
    });
    const chips = [["", "Everywhere"], ...KINDS].map(([kind, title]) =>
      make("button", {
        type: "button",
        class: "chip",
        "data-do": "kind",
        value: kind,
        "data-key": kind || "all",
        "aria-pressed": String(this.kind === kind),
        textContent: title,
      }),
    );
    return [
      this.heading("Search"),
      make("form", { role: "search", class: "search-form", "data-key": "form" }, field),
      make("div", { class: "chips", role: "group", "aria-label": "Where" }, ...chips),
      ...this.#results(),
    ];
  }

  #results() {
    if (!this.text.trim()) return [note("Nothing is asked for yet.")];
    const { value, problem } = this.results ?? {};
    if (problem) return [trouble(problem)];
    if (!value) return [trouble(null, "Searching…")];
    const hits = value.hits.length + value.more;
    return [
      make("p", {
        class: "soft summary",
        role: "status",
        textContent: hits
          ? `${counted(hits, "place")} in ${counted(value.documents, "document")}`
          : value.unread
            ? "Nothing was found yet."
            : "Nothing was found.",
      }),
      ...(value.unread
        ? [note(`${counted(value.unread, "archived change")} still to be searched…`)]
        : []),
      make("ol", { class: "hits" }, ...grouped(value.hits).map((hits) => this.#hit(hits))),
      ...(value.more && this.limit < 200
        ? [
            make("button", {
              type: "button",
              "data-do": "more",
              "data-key": "more",
              textContent: `Show more (${value.more.toLocaleString("en")})`,
            }),
          ]
        : []),
    ];
  }

  /** What was found in one change, spec or archived change. @param {any[]} hits */
  #hit(hits) {
    const [{ kind, id }] = hits;
    const page = pageOf(kind);
    const signs = { spec: BOOK_OPEN, archived: ARCHIVE, change: FILE_TEXT };
    const change = page === "change" ? this.project.changes.get(id) : null;
    return make(
      "li",
      { class: "hit", "data-key": `${page}\n${id}` },
      make(
        "p",
        { class: "hit-head" },
        change ? stateSign(change) : icon(signs[page]),
        make("a", { class: "row-name", href: this.to(page, { name: id }) }, name(id)),
      ),
      ...hits.map((hit) => this.#line(hit)),
    );
  }

  /** @param {any} hit */
  #line({ kind, id, document, line, heading, snippet, matches }) {
    const href = this.to(pageOf(kind), { name: id, hash: spot(document, line) });
    const [text, places] = plainly(snippet, matches);
    const above = heading && !snippet.includes(heading) ? [name(heading), " · "] : [];
    return make(
      "div",
      { class: "hit-line", "data-key": `${kind}\n${document}\n${line}` },
      make("p", { class: "snippet", dir: "auto" }, ...marked(text, places)),
      make("a", { class: "place", href }, ...above, `${document}, line ${line}`),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "text" && event.type === "input") {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#turn(element.value, this.kind), TYPING_MS);
    } else if (what === "kind") this.#turn(this.text, element.value);
    else if (what === "more") {
      this.limit = Math.min(200, this.limit * 2);
      this.#ask();
    }
  }

  /** @param {string} text @param {string} kind */
  #turn(text, kind) {
    if (this.app.page !== this) return;
    this.limit = FIRST;
    const query = /** @type {Record<string, string>} */ ({});
    if (text) query.q = text;
    if (kind) query.in = kind;
    this.app.go(this.to("search", { query }), { replace: true });
  }

  stop() {
    super.stop();
    clearTimeout(this.timer);
  }
}

/** @param {string} kind of a hit @returns {"spec" | "archived" | "change"} */
const pageOf = (kind) => (kind === "spec" || kind === "archived" ? kind : "change");

/** Hits by what they are in, in the order of the first of each. @param {any[]} hits */
function grouped(hits) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const hit of hits) {
    const key = `${pageOf(hit.kind)}\n${hit.id}`;
    groups.set(key, [...(groups.get(key) ?? []), hit]);
  }
  return [...groups.values()];
}

const MARKS = new RegExp(
  [
    String.raw`^\s*(?:#{1,6}|[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]+)?`,
    String.raw`(?<=^\s*#{3,4}[ \t]+)(?:Requirement|Scenario):[ \t]+`,
    String.raw`\*\*`,
    "`",
  ].join("|"),
  "gu",
);

/**
 * A line without the marks of Markdown: of headings and lists at its beginning, and round words.
 *
 * @param {string} snippet @param {[number, number][]} matches in characters (code points)
 * @returns {[string, [number, number][]]}
 */
export function plainly(snippet, matches) {
  let text = "";
  let at = 0;
  /** @type {[number, number][]} where what was left out was, in characters */
  const cuts = [];
  for (const { 0: mark, index } of snippet.matchAll(MARKS)) {
    const start = [...snippet.slice(0, index)].length;
    const end = start + [...mark].length;
    if (matches.some(([from, to]) => from < end && start < to)) continue;
    text += snippet.slice(at, index);
    at = index + mark.length;
    cuts.push([start, end]);
  }
  const left = (/** @type {number} */ place) =>
    cuts.reduce((sum, [start, end]) => sum + (end <= place ? end - start : 0), 0);
  return [
    text + snippet.slice(at),
    matches.map(([from, to]) => [from - left(from), to - left(from)]),
  ];
}

/**
 * A snippet with its matches marked.
 *
 * @param {string} snippet @param {[number, number][]} matches in characters (code points)
 * @returns {(Node | string)[]}
 */
export function marked(snippet, matches) {
  const signs = [...snippet];
  /** @type {(Node | string)[]} */
  const parts = [];
  let at = 0;
  for (const [start, end] of matches) {
    if (start < at) continue;
    parts.push(
      signs.slice(at, start).join(""),
      make("mark", { textContent: signs.slice(start, end).join("") }),
    );
    at = end;
  }
  parts.push(signs.slice(at).join(""));
  return parts.filter((part) => part !== "");
}
