/**
 * What the page draws over the picture: rings round the selected card, the one under the pointer
 * and those that a filter means, a button that opens a card's page, and title bars of programs'
 * windows. It moves with the camera; what is in it is only placed anew when the zoom or a place
 * changes.
 */

import { make } from "../shared/dom.js";

/** @import { Stage } from "./stage.js" */
/** @import { Rect } from "./camera.js" */

const RADIUS = 10; // world pixels, as the cards have it

export class Overlay {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.root = make("div", { class: "overlay" });
    stage.box.append(this.root);
    /** @type {Map<HTMLElement, {rect: Rect, shown: string}>} */
    this.placed = new Map();
    this.zoom = 0;
    stage.addEventListener("drawn", () => this.#follow());
  }

  /**
   * Put an element over a world rectangle, or take it away.
   *
   * @param {HTMLElement} element @param {Rect | null} rect
   */
  put(element, rect) {
    if (!rect) {
      element.remove();
      this.placed.delete(element);
      return;
    }
    if (element.parentElement !== this.root) this.root.append(element);
    this.placed.set(element, { rect, shown: this.placed.get(element)?.shown ?? "" });
    this.#place(element);
  }

  /** Rings of one kind round these rectangles. @param {string} kind @param {Rect[]} rects */
  ring(kind, rects) {
    const rings = /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll(`.ring.${kind}`)]);
    rects.forEach((rect, index) => {
      this.put(rings[index] ?? make("div", { class: `ring ${kind}` }), rect);
    });
    for (const spare of rings.slice(rects.length)) this.put(spare, null);
  }

  #follow() {
    const { x, y, zoom } = this.stage.camera;
    this.root.style.transform = `translate(${-x * zoom}px, ${-y * zoom}px)`;
    if (zoom === this.zoom) return;
    this.zoom = zoom;
    this.root.style.setProperty("--zoom", String(zoom));
    this.root.style.setProperty("--radius", `${Math.max(RADIUS * zoom, 3)}px`);
    for (const element of this.placed.keys()) this.#place(element);
  }

  /** @param {HTMLElement} element */
  #place(element) {
    const known = this.placed.get(element);
    if (!known) return;
    const { zoom } = this.stage.camera;
    const [x, y, width, height] = known.rect.map((length) => length * zoom);
    const text = [x, y, width, height].join();
    if (text === known.shown) return;
    known.shown = text;
    const { style } = element;
    style.left = `${x}px`;
    style.top = `${y}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  }
}
