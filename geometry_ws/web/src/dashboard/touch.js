/**
 * Fingers on the canvas. One finger pans, two pan and zoom, a tap presses and releases at once,
 * and a finger that rests on a surface before it moves drags that surface. Pure but for a timer.
 *
 * @typedef {object} TouchActions
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} pinch
 * @property {(event: PointerEvent) => boolean} onSurface
 * @property {(event: PointerEvent) => void} press
 * @property {(event: PointerEvent) => void} drag
 * @property {(event: PointerEvent) => void} release
 * @property {() => void} cancel
 */

const SLOP = 8; // CSS pixels that a resting finger may tremble
const REST_MS = 350;

export class TouchReader {
  /** @param {TouchActions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    /** @type {"none" | "maybe" | "pan" | "drag" | "pinch"} */
    this.mode = "none";
    /** @type {any} */
    this.timer = null;
  }

  /** @param {PointerEvent} event */
  down(event) {
    this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (this.fingers.size === 1) {
      this.mode = "maybe";
      this.timer = setTimeout(() => this.#rested(event), REST_MS);
    } else {
      if (this.mode === "drag") this.actions.cancel();
      this.#settle("pinch");
    }
  }

  /** @param {PointerEvent} event */
  move(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger) return;
    const [dx, dy] = [event.offsetX - finger.x, event.offsetY - finger.y];
    if (this.mode === "maybe") {
      if (Math.hypot(dx, dy) < SLOP) return;
      this.#settle("pan");
    }
    const before = this.#spread();
    finger.x = event.offsetX;
    finger.y = event.offsetY;
    if (this.mode === "pan") this.actions.pan(dx, dy);
    else if (this.mode === "drag") this.actions.drag(event);
    else if (this.mode === "pinch" && before) this.#pinch(before);
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.mode === "maybe" && this.actions.onSurface(event)) {
      this.actions.press(event);
      this.actions.release(event);
    } else if (this.mode === "drag") {
      this.actions.release(event);
    }
    this.#settle(this.fingers.size === 1 ? "pan" : this.fingers.size ? "pinch" : "none");
  }

  /** @param {PointerEvent} event */
  cancel(event) {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.mode === "drag") this.actions.cancel();
    this.#settle(this.fingers.size === 1 ? "pan" : "none");
  }

  /** No finger counts any more. */
  reset() {
    if (this.mode === "drag") this.actions.cancel();
    this.fingers.clear();
    this.#settle("none");
  }

  /** @param {PointerEvent} event */
  #rested(event) {
    if (this.mode !== "maybe" || !this.actions.onSurface(event)) return;
    this.#settle("drag");
    this.actions.press(event);
  }

  /** @param {TouchReader["mode"]} mode */
  #settle(mode) {
    clearTimeout(this.timer);
    this.mode = mode;
  }

  /** The middle of the first two fingers, and how far apart they are. */
  #spread() {
    const [first, second] = [...this.fingers.values()];
    if (!first || !second) return null;
    const distance = Math.max(1, Math.hypot(first.x - second.x, first.y - second.y));
    return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2, distance };
  }

  /** @param {{x: number, y: number, distance: number}} before */
  #pinch(before) {
    const now = this.#spread();
    if (!now) return;
    this.actions.pan(now.x - before.x, now.y - before.y);
    this.actions.pinch(now.distance / before.distance, now.x, now.y);
  }
}
