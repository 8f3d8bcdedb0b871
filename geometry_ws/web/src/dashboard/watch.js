/** The board on a watch: one number, one thing to do, and a ring of all tasks. */

import { make, setText } from "../shared/dom.js";
import { stateIcon } from "../shared/icon.js";
import { progressOf, shownState } from "../shared/states.js";
import { sums } from "./lanes.js";

/** @import { Attention } from "../shared/attention.js" */
/** @import { Project } from "../shared/project.js" */
/** @import { Status } from "./status.js" */

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 98;
const AROUND = 2 * Math.PI * RADIUS;

/** What is asked has a sign of its own; else that of the change.
 * @type {Readonly<Record<string, import("../shared/states.js").StateSign>>} */
const SIGNS = Object.freeze({ question: "question", permission: "question" });

/**
 * What a watch says.
 *
 * @param {number} needs how many changes need somebody @param {[number, number]} tasks done, of all
 * @param {boolean} ready whether there is anything to say
 * @returns {{number: string, words: string}}
 */
export function wordsOf(needs, [done, total], ready) {
  if (!ready) return { number: "–", words: "reading" };
  if (needs) return { number: String(needs), words: needs === 1 ? "needs you" : "need you" };
  if (!total) return { number: "0", words: "open tasks" };
  return { number: `${done}/${total}`, words: "tasks done" };
}

export class Watch {
  /**
   * @param {Project} project
   * @param {Attention} attention
   * @param {Status} status
   * @param {(change: string) => string} address of a change's page
   */
  constructor(project, attention, status, address) {
    this.project = project;
    this.attention = attention;
    this.status = status;
    this.address = address;
    this.index = 0;
    this.arc = circle({ stroke: "var(--accent)", transform: "rotate(-90 104 104)" });
    const ring = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ viewBox: "0 0 208 208", class: "watch-ring" }))
      ring.setAttribute(name, value);
    ring.setAttribute("aria-hidden", "true");
    ring.append(circle({ stroke: "var(--track)" }), this.arc);
    this.number = make("b", { class: "watch-number" });
    this.words = make("span", { class: "watch-words" });
    this.count = make("button", { type: "button", class: "watch-count" }, this.number, this.words);
    this.count.addEventListener("click", () => {
      this.index++;
      this.show();
    });
    this.what = make("p", { class: "watch-what" });
    this.link = make("a", { class: "button main watch-do" });
    this.root = make(
      "section",
      { class: "watch", role: "main", "aria-label": "What needs you" },
      make("h1", { class: "sr" }, "What needs you"),
      ring,
      make("div", { class: "watch-face" }, this.count, this.what, this.link),
    );
    document.body.append(this.root);
    for (const source of [project, attention, status]) {
      source.addEventListener("change", () => this.show());
    }
    this.show();
  }

  show() {
    const { project, status } = this;
    const { needs } = this.attention;
    const tasks = sums(project.changes.values());
    const { number, words } = wordsOf(needs.length, tasks, project.ready);
    setText(this.number, number);
    setText(this.words, status.away && project.ready ? "reconnecting" : words);
    const [done, total] = tasks;
    const part = total ? done / total : 0;
    this.arc.setAttribute("stroke-dasharray", `${AROUND * part} ${AROUND}`);
    this.arc.setAttribute("visibility", part ? "visible" : "hidden");
    const need = needs.length ? needs[this.index % needs.length] : null;
    const change = need && project.changes.get(need.change);
    this.what.hidden = this.link.hidden = !change;
    this.root.classList.toggle("quiet", !change);
    if (!change) return;
    const sign = SIGNS[need.kind] ?? shownState(change).sign;
    this.what.replaceChildren(
      stateIcon(sign, 14, progressOf(change)),
      make("span", {}, change.change),
    );
    this.link.href = this.address(change.change);
    setText(this.link, need.kind === "ready" ? "Archive" : "Look");
  }
}

/** @param {Record<string, string>} attributes */
function circle(attributes) {
  const element = document.createElementNS(SVG, "circle");
  const all = { cx: "104", cy: "104", r: String(RADIUS), "stroke-width": "5", fill: "none" };
  for (const [name, value] of Object.entries({ ...all, "stroke-linecap": "round", ...attributes }))
    element.setAttribute(name, value);
  return element;
}
