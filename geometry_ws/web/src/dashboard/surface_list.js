/**
 * What surfaces say of themselves, as text: for screen readers, for copying, and for programs'
 * surfaces that the list of changes knows nothing of. Costs nothing while it is closed.
 */

import { byId, make, setText } from "../shared/dom.js";
import { matches, readShownWhen } from "../painter/faces.js";

/** @import { Stage } from "./stage.js" */
/** @import { Surfaces } from "./surfaces.js" */

const PAUSE_MS = 400; // between two updates while surfaces change

export class SurfaceList {
  /** @param {Surfaces} surfaces @param {Stage} stage whose look chooses among faces */
  constructor(surfaces, stage) {
    this.surfaces = surfaces;
    this.stage = stage;
    this.box = /** @type {HTMLDetailsElement} */ (byId("words"));
    this.list = byId("words-list");
    /** @type {Map<string, {element: HTMLElement, title: Element, text: Element}>} */
    this.items = new Map();
    this.box.addEventListener("toggle", () => this.show());
    surfaces.addEventListener("change", () => this.#schedule());
    stage.addEventListener("faces", () => this.#schedule());
  }

  #schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      this.show();
    }, PAUSE_MS);
  }

  /** Those that are for what is shown, by their ids. @returns {Map<string, any>} */
  get #shown() {
    const { theme, faceScale } = this.stage;
    const isShown = (/** @type {any} */ [, { shown_when }]) =>
      matches(readShownWhen(shown_when), theme, faceScale.at);
    return new Map([...this.surfaces.known].filter(isShown));
  }

  show() {
    const known = this.#shown;
    this.box.hidden = !known.size;
    if (!this.box.open) {
      this.items.clear();
      this.list.replaceChildren();
      return;
    }
    for (const [id, item] of this.items) {
      if (known.has(id)) continue;
      item.element.remove();
      this.items.delete(id);
    }
    for (const surface of known.values()) this.#showSurface(surface);
  }

  /** @param {any} surface */
  #showSurface({ surface, title, text }) {
    let item = this.items.get(surface);
    if (!item) {
      const parts = { title: make("strong"), text: make("span") };
      item = { element: make("li", {}, parts.title, "\n", parts.text), ...parts };
      this.items.set(surface, item);
      this.list.append(item.element);
    }
    setText(item.title, title || "without a title");
    setText(item.text, text);
  }
}
