/** Signs as elements: controls' icons and the signs of states. */

import { STATES } from "./icons.js";

/** @type {Map<string, Element>} */
const parsed = new Map();

/** An icon in the text's colour, hidden from screen readers: its button says what it does.
 * @param {string} svg a constant of `icons.js` @param {number} [size] in CSS pixels */
export const icon = (svg, size = 16) => fresh(svg, size, "icon");

/** The sign of a state; the pie of one in progress is as full as its progress, 0 to 1.
 * @param {keyof STATES} name @param {number} [size] @param {number} [progress] */
export const stateIcon = (name, size = 16, progress = 0) =>
  fresh(STATES[name].replace("PIE", pie(progress)), size, `state state-${name}`);

/** The path of a pie around (8, 8), clockwise from the top; at least a sliver.
 * @param {number} progress */
export function pie(progress) {
  const part = Math.min(Math.max(progress, 0.04), 0.9999);
  const angle = 2 * Math.PI * part;
  const [x, y] = [8 + 3.5 * Math.sin(angle), 8 - 3.5 * Math.cos(angle)];
  return `M8 8V4.5A3.5 3.5 0 ${part > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`;
}

/** @param {string} svg @param {number} size @param {string} name */
function fresh(svg, size, name) {
  let original = parsed.get(svg);
  if (!original) {
    original = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    parsed.set(svg, original);
  }
  const element = /** @type {SVGElement} */ (document.importNode(original, true));
  element.setAttribute("class", name);
  element.setAttribute("width", String(size));
  element.setAttribute("height", String(size));
  element.setAttribute("aria-hidden", "true");
  return element;
}
