/** Title bars of programs' windows, above them where nothing else lies, and a frame round both. */

import { make, setText } from "../shared/dom.js";
import { liesOn, rectOf } from "./cards.js";

/** @import { BoardMap } from "./board_map.js" */
/** @import { Described } from "./cards.js" */
/** @import { Overlay } from "./overlay.js" */

export const BAR = 28; // world pixels
const MOST = 64; // windows with a bar
const SMALLEST = 48; // world pixels: what is narrower is no window

export class Windows {
  /**
   * @param {Overlay} overlay
   * @param {BoardMap} map
   */
  constructor(overlay, map) {
    this.overlay = overlay;
    this.map = map;
    /** @type {Map<string, {element: HTMLElement, title: HTMLElement, frame: HTMLElement}>} */
    this.bars = new Map();
    map.addEventListener("change", () => this.show());
  }

  show() {
    const { programs } = this.map;
    const windows = programs.filter(({ title, width }) => title && width >= SMALLEST);
    const shown = new Set(windows.slice(0, MOST).map(({ surface }) => surface));
    for (const [id, { element, frame }] of this.bars) {
      if (shown.has(id)) continue;
      this.overlay.put(element, null);
      this.overlay.put(frame, null);
      this.bars.delete(id);
    }
    for (const surface of windows.slice(0, MOST)) this.#show(surface, programs);
    const tops = windows.map(({ y }) => y - BAR);
    this.overlay.stage.setCrown(tops.length ? { top: Math.min(...tops) } : null);
  }

  /** @param {Described} surface @param {Described[]} programs */
  #show(surface, programs) {
    let bar = this.bars.get(surface.surface);
    if (!bar) {
      const title = make("span", { class: "bar-title" });
      const frame = make("div", { class: "window", "aria-hidden": "true" });
      bar = { element: make("div", { class: "bar", "aria-hidden": "true" }, title), title, frame };
      this.bars.set(surface.surface, bar);
    }
    setText(bar.title, surface.title);
    const place = { x: surface.x, y: surface.y - BAR, width: surface.width, height: BAR };
    const covers = programs.some(
      (other) => other.surface !== surface.surface && meets(other, place),
    );
    const onBoard = [...this.map.picker.boards.values()].some((board) => liesOn(board, place));
    const bare = covers || onBoard;
    this.overlay.put(bar.element, bare ? null : rectOf(place));
    const whole = { ...place, height: BAR + surface.height };
    this.overlay.put(bar.frame, bare ? null : rectOf(whole));
  }
}

/** @param {import("./cards.js").Place} left @param {import("./cards.js").Place} right */
const meets = (left, right) =>
  left.x < right.x + right.width &&
  right.x < left.x + left.width &&
  left.y < right.y + right.height &&
  right.y < left.y + left.height;
