/** Buttons and wheels: whose they are; pure. */

/** The DOM numbers buttons in another order than the bits of `buttons`. */
const BITS = [1, 4, 2];
const [MIDDLE, BACK] = [1, 3];

/**
 * What a movement of the pointer says of buttons: browsers tell of a second button, that goes down
 * while another is, by a movement that names it.
 *
 * @param {{button: number, buttons: number}} event
 * @returns {"down" | "up" | null} null when it only moves
 */
export function buttonPhase({ button, buttons }) {
  if (button < 0) return null;
  return buttons & (BITS[button] ?? 1 << button) ? "down" : "up";
}

/**
 * What is told of a pen and of fingers beside what is told of a mouse.
 *
 * @param {{pointerType?: string, pressure?: number}} event
 * @returns {{device?: "pen" | "touch", pressure?: number}}
 */
export function deviceOf({ pointerType, pressure = 0 }) {
  if (pointerType !== "pen" && pointerType !== "touch") return {};
  return { device: pointerType, pressure: Math.round(Math.min(1, pressure) * 1000) / 1000 };
}

/**
 * Who gets the pointer when a first button goes down.
 *
 * @param {number} button
 * @param {{surface: string | null, wheel: boolean, space: boolean}} where what is under it, whether
 *   that wants the wheel, and whether the space bar is down in the view
 * @returns {"surface" | "camera" | null} null: the browser does what it does with it
 */
export function holderOf(button, { surface, wheel, space }) {
  if (!surface) return button >= BACK ? null : "camera";
  return space || (button === MIDDLE && !wheel) ? "camera" : "surface";
}

/**
 * What a turn of the wheel is for. Alt exchanges surface and view; a pinch on a touch pad arrives
 * with Control.
 *
 * @param {{altKey: boolean, ctrlKey: boolean, metaKey: boolean}} event
 * @param {string | null} surface what is under the pointer, or held by it
 * @param {boolean} wheel whether that wants the wheel
 * @returns {"zoom" | "surface" | "pan"}
 */
export function wheelFor({ altKey, ctrlKey, metaKey }, surface, wheel) {
  if (ctrlKey || metaKey) return "zoom";
  return surface && wheel !== altKey ? "surface" : "pan";
}
