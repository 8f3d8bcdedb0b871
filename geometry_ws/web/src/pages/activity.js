/**
 * What happened in a project: runs of the same, by day, the newest first, with a line where its
 * reader was here last.
 */

import { QUIET } from "../shared/activity.js";
import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { USERS } from "../shared/icons.js";
import { clock, counted } from "../shared/text.js";
import { lookedAt, noteLooks } from "./looked.js";
import { Page } from "./page.js";
import { name, note, trouble } from "./parts.js";
import { happening } from "./team.js";

/** @import { Run } from "../shared/activity.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const ASKED = 300; // runs at a time
const PAUSE_MS = 1000;
const SHOWN = 60;

export class ActivityPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.#read(route);
    this.happened = this.live("activity_list", this.#wanted(), PAUSE_MS);
    /** when its reader was here last */
    this.since = lookedAt(this.project.id);
    this.leave = noteLooks(
      this.project.id,
      () => Boolean(this.happened.value),
      () => {
        this.since = lookedAt(this.project.id);
        this.app.redraw();
      },
    );
  }

  get title() {
    return "Activity";
  }

  /** @param {Route} route */
  #read({ query }) {
    this.who = query.get("who") ?? "";
    this.change = query.get("change") ?? "";
    this.all = query.has("all");
  }

  #wanted() {
    return {
      project: this.project.id,
      limit: ASKED,
      ...(this.who ? { who: this.who } : {}),
      ...(this.change ? { change: this.change } : {}),
    };
  }

  stop() {
    super.stop();
    this.leave();
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    this.#read(route);
    this.happened.turn(this.#wanted());
    this.app.redraw();
  }

  onHappened() {
    this.happened.refresh();
  }

  view() {
    const { value, problem } = this.happened;
    return [
      make(
        "div",
        { class: "head", "data-key": "head" },
        this.heading("Activity"),
        make(
          "div",
          { class: "actions" },
          make(
            "a",
            { class: "button quiet", href: this.to("people") },
            icon(USERS, 14),
            "Who is here",
          ),
        ),
      ),
      this.#tools(value?.runs ?? []),
      ...(value ? this.#days(value) : [trouble(problem)]),
    ];
  }

  /** @param {Run[]} runs */
  #tools(runs) {
    const { members } = this.app.header.presence;
    const people = new Set([
      ...runs.map(({ who }) => who ?? ""),
      ...members.map((member) => member.name),
      this.who,
    ]);
    const changes = new Set([
      ...runs.map(({ change }) => change ?? ""),
      ...this.project.changes.keys(),
      this.change,
    ]);
    const all = make("input", { type: "checkbox", checked: this.all, "data-do": "all" });
    return make(
      "div",
      { class: "tools", "data-key": "tools" },
      choice("who", "Everybody", people, this.who),
      choice("change", "All changes", changes, this.change),
      make("label", { class: "option" }, all, "Who came, left and claimed, too"),
    );
  }

  /** @param {{runs: Run[], more: number}} value */
  #days({ runs, more }) {
    const wanted = runs.filter(({ what }) => this.all || !QUIET.has(what));
    if (!wanted.length) {
      const words =
        this.who || this.change ? "Nothing of that has happened" : "Nothing has happened";
      return [note(`${words} that is still remembered.`)];
    }
    const fresh = this.since ? wanted.filter(({ last }) => last > this.since).length : 0;
    const listed = this.portion("runs", wanted, Math.max(SHOWN, fresh + 10), () => "");
    /** @type {Node[]} */
    const shown = [];
    /** @type {HTMLElement | null} */
    let list = null;
    let before = "";
    let marked = !fresh;
    for (const run of listed.first) {
      const day = dayOf(run.last);
      if (!marked && run.last <= this.since) {
        marked = true;
        shown.push(this.#line(fresh));
        list = null;
      }
      if (day !== before) {
        before = day;
        shown.push(make("h2", { class: "day", "data-key": `day-${day}`, textContent: day }));
        list = null;
      }
      if (!list) {
        list = make("ul", { class: "happenings", "data-key": `list-${shown.length}-${day}` });
        shown.push(list);
      }
      list.append(happening(this, run));
    }
    if (!marked) shown.push(this.#line(fresh));
    const older = more ? [note(`${counted(more, "older entry", "older entries")}.`)] : [];
    return [...shown, ...listed.more, ...older];
  }

  /** @param {number} fresh */
  #line(fresh) {
    const looked = `${dayOf(this.since)} ${clock(this.since)}`;
    const words = `${fresh.toLocaleString("en")} since you looked, ${looked}`;
    return make("p", { class: "since-looked", "data-key": "since", textContent: words });
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (event.type !== "change") return;
    if (what === "who") this.who = element.value;
    else if (what === "change") this.change = element.value;
    else if (what === "all") this.all = element.checked;
    const query = /** @type {Record<string, string>} */ ({});
    if (this.who) query.who = this.who;
    if (this.change) query.change = this.change;
    if (this.all) query.all = "";
    this.app.go(this.to("activity", { query }), { replace: true });
  }
}

/** @param {string} what @param {string} every @param {Set<string>} names @param {string} chosen */
function choice(what, every, names, chosen) {
  const sorted = [...names].filter(Boolean).sort();
  const select = make(
    "select",
    { "data-do": what, "data-key": what, "aria-label": every },
    make("option", { value: "", textContent: every }),
    ...sorted.map((each) => make("option", { value: each }, name(each))),
  );
  select.value = chosen;
  return select;
}

/** @param {number} ms */
function dayOf(ms) {
  const day = new Date(ms);
  const days = Math.round(
    (new Date().setHours(0, 0, 0, 0) - new Date(ms).setHours(0, 0, 0, 0)) / 864e5,
  );
  if (days < 2) return days ? "Yesterday" : "Today";
  return day.toLocaleDateString("en", { weekday: "long", month: "long", day: "numeric" });
}
