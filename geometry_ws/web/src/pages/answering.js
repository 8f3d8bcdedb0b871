/** A question of an agent, to be answered: options, and a field for other words. */

import { answerForm, questionOf } from "../shared/answering.js";
import { make } from "../shared/dom.js";
import { Dialog } from "./dialog.js";
import { name, when } from "./parts.js";

/** @import { Need } from "../shared/attention.js" */
/** @import { App } from "./app.js" */

export class Answering extends Dialog {
  /** @param {App} app @param {Need} need */
  constructor(app, need) {
    super(app, "answering");
    this.need = need;
  }

  view() {
    const { need } = this;
    return [
      make("h2", { id: "answering-title", tabIndex: -1 }, questionOf(need).text),
      make(
        "p",
        { class: "note" },
        ...(need.who ? [name(need.who), " asked "] : ["Asked "]),
        when(need.since),
        ...(need.task ? [" on ", name(need.task)] : []),
        ". The answer comes with its next call.",
      ),
      answerForm(this.app.session, need, () => this.close()),
      make(
        "div",
        { class: "buttons" },
        make("button", { type: "button", "data-do": "close", textContent: "Not now" }),
      ),
    ];
  }

  /** @param {string} what */
  onAction(what) {
    if (what === "close") this.close();
  }
}
