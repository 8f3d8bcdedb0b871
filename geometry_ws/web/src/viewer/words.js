/** What assistive technology hears of a view: the titles and texts of what it shows. */

import { make, setText } from "../shared/dom.js";
import { counted } from "../shared/text.js";

/** @typedef {{surface: string, title: string, text: string}} Said */

const PAUSE_MS = 400; // between two updates while surfaces change
const MOST = 200; // of them are listed

export class Words {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} place where the words stand, which nobody sees
   * @param {string} label what the view is called; "" by what it shows
   */
  constructor(canvas, place, label) {
    this.canvas = canvas;
    this.place = place;
    this.label = label;
  }

  /** @param {() => {surfaces: Said[], kind: "world" | "surface" | "board"}} read */
  soon(read) {
    if (this.waiting) return;
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.#show(read());
    }, PAUSE_MS);
  }

  close() {
    clearTimeout(this.waiting);
    this.waiting = 1; // for good
  }

  /** @param {{surfaces: Said[], kind: "world" | "surface" | "board"}} shown */
  #show({ surfaces, kind }) {
    const [first] = surfaces;
    const alone = kind === "surface";
    const named = surfaces.filter(({ title, text }) => title || text).slice(0, MOST);
    const all = `The ${kind}: ${counted(surfaces.length, "surface")}`;
    const label = this.label || (alone ? (first?.title ?? "") : all) || "A picture";
    if (this.canvas.getAttribute("aria-label") !== label)
      this.canvas.setAttribute("aria-label", label);
    const lines = alone ? [first?.text ?? ""] : named.map(textOf);
    while (this.place.children.length > lines.length) this.place.lastElementChild?.remove();
    while (this.place.children.length < lines.length) this.place.append(make("p"));
    lines.forEach((line, index) => setText(this.place.children[index], line));
  }
}

/** @param {Said} surface */
const textOf = ({ title, text }) => [title, text].filter(Boolean).join(": ");
