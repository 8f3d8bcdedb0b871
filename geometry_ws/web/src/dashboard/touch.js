/**
 * Fingers on the canvas. One finger pans, two pan and zoom, a tap presses and releases at once. A
 * finger that rests on a surface drags it when it then moves, and is its right button when it then
 * goes. Two fingers on a surface that wants the wheel turn it, or zoom when they part or meet.
 * Pure but for a timer.
 *
 * @typedef {object} TouchActions
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} pinch
 * @property {(dx: number, dy: number, x: number, y: number) => void} scroll
 * @property {(event: PointerEvent) => boolean} onSurface
 * @property {(event: PointerEvent) => boolean} scrolls whether it is on a surface that wants the
 *   wheel
 * @property {() => void} rested a finger has rested: what it does next is something else
 * @property {(event: PointerEvent, button: number) => void} press
 * @property {(event: PointerEvent) => void} drag
 * @property {(event: PointerEvent, button: number) => void} release
 * @property {() => void} cancel
 */

const SLOP = 8; // CSS pixels that a resting finger may tremble
const REST_MS = 350;
const [LEFT, RIGHT] = [0, 2];

/** @typedef {{x: number, y: number, distance: number}} Spread the middle of two fingers, and how
 * far apart they are */

export class TouchReader {
  /** @param {TouchActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Map<number, {x: number, y: number, scrolls: boolean}>} */
    this.fingers = new Map();
    /** @type {"none" | "maybe" | "rested" | "pan" | "drag" | "two" | "pinch" | "scroll"} */
    this.mode = "none";
    /** @type {PointerEvent | null} where the first finger came down */
    this.first = null;
    /** @type {Spread | null} how two fingers began, until it is clear what they do */
    this.start = null;
    /** @type {any} */
    this.timer = null;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const scrolls = this.actions.scrolls(event);
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY, scrolls });
    if (this.fingers.size === 1) {
      this.first = event;
      this.mode = "maybe";
      this.timer = setTimeout(() => this.#rested(event), REST_MS);
    } else if (this.mode !== "scroll") {
      if (this.mode === "drag") this.actions.cancel();
      const scroll = [...this.fingers.values()].every((finger) => finger.scrolls);
      this.#settle(scroll && this.fingers.size === 2 ? "two" : "pinch");
      this.start = this.#spread();
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return;
    const [dx, dy] = [event.offsetX - finger.x, event.offsetY - finger.y];
    if (this.mode === "maybe" || this.mode === "rested") {
      if (Math.hypot(dx, dy) < SLOP) return;
      if (this.mode === "rested" && this.first) this.actions.press(this.first, LEFT);
      this.#settle(this.mode === "rested" ? "drag" : "pan");
    }
    const before = this.#spread();
    finger.x = event.offsetX;
    finger.y = event.offsetY;
    if (this.mode === "pan") this.actions.pan(dx, dy);
    else if (this.mode === "drag") this.actions.drag(event);
    else if (this.mode === "two") this.#decide();
    else if (before) this.#both(before);
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    const tapped = this.mode === "maybe" && this.actions.onSurface(event);
    if (tapped || this.mode === "rested") {
      const button = tapped ? LEFT : RIGHT;
      this.actions.press(event, button);
      this.actions.release(event, button);
    } else if (this.mode === "drag") {
      this.actions.release(event, LEFT);
    }
    this.#fewer();
  }

  /** @param {PointerEvent} event */
  cancel(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.mode === "drag") this.actions.cancel();
    this.#fewer();
  }

  /** No finger counts any more. */
  reset() {
    if (this.mode === "drag") this.actions.cancel();
    this.fingers.clear();
    this.#settle("none");
  }

  /** What the fingers that are left do: after scrolling nothing, else they move the view. */
  #fewer() {
    const left = this.fingers.size;
    if (left && (this.mode === "scroll" || this.mode === "two")) this.#settle("scroll");
    else this.#settle(left === 1 ? "pan" : left ? "pinch" : "none");
  }

  /** @param {PointerEvent} event */
  #rested(event) {
    if (this.mode !== "maybe" || !this.actions.onSurface(event)) return;
    this.#settle("rested");
    this.actions.rested();
  }

  /** @param {TouchReader["mode"]} mode */
  #settle(mode) {
    clearTimeout(this.timer);
    this.mode = mode;
  }

  /** @returns {Spread | null} of the first two fingers */
  #spread() {
    const [first, second] = [...this.fingers.values()];
    if (!first || !second) return null;
    const distance = Math.max(1, Math.hypot(first.x - second.x, first.y - second.y));
    return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2, distance };
  }

  /** Whether two fingers scroll or zoom: what they have done more of. */
  #decide() {
    const now = this.#spread();
    const { start } = this;
    if (!now || !start) return;
    const moved = Math.hypot(now.x - start.x, now.y - start.y);
    const parted = Math.abs(now.distance - start.distance);
    if (Math.max(moved, parted) < SLOP) return;
    this.#settle(moved >= parted ? "scroll" : "pinch");
    this.#both(start);
  }

  /** @param {Spread} before */
  #both(before) {
    const now = this.#spread();
    if (!now) return;
    if (this.mode === "scroll") {
      this.actions.scroll(before.x - now.x, before.y - now.y, now.x, now.y);
      return;
    }
    this.actions.pan(now.x - before.x, now.y - before.y);
    this.actions.pinch(now.distance / before.distance, now.x, now.y);
  }
}
