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

  get calls() {
    return "question_answer";
  }

  view() {
    const { need } = this;
    const asked = make(
      "p",
      { class: "note" },
      ...(need.who ? [name(need.who), " asked "] : ["Asked "]),
      when(need.since),
      ...(need.task ? [" on ", name(need.task)] : []),
      ". The answer comes with its next call.",
    );
    const title = { id: "answering-title", tabIndex: -1 };
    const close = { type: "button", class: "quiet", "data-do": "close", textContent: "Not now" };
    return [
      make("header", {}, make("h2", title, questionOf(need).text), asked),
      make(
        "div",
        { class: "inside" },
        answerForm(this.app.session, need, () => this.close()),
      ),
      make("footer", {}, make("span"), make("button", close)),
    ];
  }

  /** @param {string} what */
  onAction(what) {
    if (what === "close") this.close();
  }
}
