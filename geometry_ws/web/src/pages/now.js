/** What needs somebody now: the first page on a phone, and where the header's number leads. */

import { QUIET } from "../shared/activity.js";
import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { HISTORY, USERS } from "../shared/icons.js";
import { counted } from "../shared/text.js";
import { Archiving } from "./archiving.js";
import { answer, needsList } from "./needs.js";
import { lookedAt } from "./looked.js";
import { Page } from "./page.js";
import { note, trouble } from "./parts.js";

/** @import { Run } from "../shared/activity.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const MOST = 100; // runs that are counted
const PAUSE_MS = 2000;

export class NowPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.since = lookedAt(this.project.id);
    const wanted = { since: this.since, limit: MOST };
    this.fresh = this.since ? this.live("activity_list", wanted, PAUSE_MS) : null;
  }

  onHappened() {
    this.fresh?.refresh();
  }

  /** How much has happened since its reader looked there, and the way to it. */
  #sinceLooked() {
    const runs = this.fresh?.value?.runs ?? [];
    const { length } = runs.filter((/** @type {Run} */ { what }) => !QUIET.has(what));
    if (!length) return [];
    const number = length === 1 ? "1 thing has" : `${length} things have`;
    const words = length < MOST ? number : `More than ${MOST} things have`;
    const link = make("a", {
      href: this.to("activity"),
      textContent: `${words} happened since you looked`,
    });
    return [make("p", { class: "since-here", "data-key": "since" }, link)];
  }

  get title() {
    return "Now";
  }

  view() {
    const { project } = this;
    const { needs, count } = this.app.header.attention;
    if (!project.ready)
      return [this.heading("Now"), trouble(null, project.failure || "Reading the project…")];
    const more = make(
      "p",
      { class: "buttons", "data-key": "more" },
      make(
        "a",
        { class: "button quiet", href: this.to("activity") },
        icon(HISTORY, 14),
        "What happened",
      ),
      make("a", { class: "button quiet", href: this.to("people") }, icon(USERS, 14), "Who is here"),
    );
    if (needs.length)
      return [
        this.heading(count === 1 ? "1 needs you" : `${count} need you`),
        ...this.#sinceLooked(),
        ...needsList(this, needs, { all: true }),
        more,
      ];
    const { size } = project.changes;
    const open = `${counted(size, "change is", "changes are")} open, and all of them go on.`;
    const words = note(size ? open : "No change is open.");
    return [this.heading("Nothing needs you"), words, ...this.#sinceLooked(), more];
  }

  /** @param {string} what @param {any} element */
  onAction(what, element) {
    if (what === "answer" || what === "answer-own") answer(this, element.value);
    else if (what === "archive") new Archiving(this.app, element.value).open();
  }
}
