/** What needs somebody now: the first page on a phone, and where the header's number leads. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { HISTORY, USERS } from "../shared/icons.js";
import { counted } from "../shared/text.js";
import { Archiving } from "./archiving.js";
import { answer, needsList } from "./needs.js";
import { Page } from "./page.js";
import { note, trouble } from "./parts.js";

export class NowPage extends Page {
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
        ...needsList(this, needs, { all: true }),
        more,
      ];
    const { size } = project.changes;
    const open = `${counted(size, "change is", "changes are")} open, and all of them go on.`;
    return [this.heading("Nothing needs you"), note(size ? open : "No change is open."), more];
  }

  /** @param {string} what @param {any} element */
  onAction(what, element) {
    if (what === "answer" || what === "answer-own") answer(this, element.value);
    else if (what === "archive") new Archiving(this.app, element.value).open();
  }
}
