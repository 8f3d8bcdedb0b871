/**
 * Where a plane comes to lie on the screen; the same for every presenter.
 *
 * A view is a camera with the size of what it fills: `x`, `y` the world point in the top left
 * corner, `zoom` CSS pixels per world pixel, `width`, `height` CSS pixels, `density` device
 * pixels per CSS pixel.
 *
 * @typedef {{x: number, y: number, zoom: number, width: number, height: number,
 *   density: number}} View
 */

/** @import { Place, Rect } from "./plane.js" */

/**
 * The rectangle of a plane in device pixels. Where a buffer pixel is a whole number of device
 * pixels wide it lies on whole pixels (`exact`), so that text is as sharp as it was drawn.
 *
 * @param {Place} place
 * @param {View} view
 */
export function placeOnScreen(place, view) {
  const factor = view.zoom * view.density;
  const ratio = factor / place.scale; // device pixels per buffer pixel
  const whole = Math.max(1, Math.round(ratio));
  const exact = Math.abs(ratio - whole) < 1e-6;
  const rounded = (/** @type {number} */ length) => (exact ? Math.round(length) : length);
  const x = rounded((place.x - view.x) * factor);
  const y = rounded((place.y - view.y) * factor);
  const width = rounded(place.width * factor);
  const height = rounded(place.height * factor);
  const right = view.width * view.density;
  const bottom = view.height * view.density;
  const visible = x < right && y < bottom && x + width > 0 && y + height > 0;
  return { x, y, width, height, ratio, exact, visible };
}

/**
 * Cut a buffer into tiles that no side of is longer than `side`.
 *
 * @param {number} width @param {number} height @param {number} side
 * @returns {Rect[]}
 */
export function tilesOf(width, height, side) {
  const tiles = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      tiles.push([x, y, Math.min(side, width - x), Math.min(side, height - y)]);
    }
  }
  return /** @type {Rect[]} */ (tiles);
}

/**
 * @param {Rect} left @param {Rect} right
 * @returns {Rect | null} what lies in both
 */
export function overlap(left, right) {
  const x = Math.max(left[0], right[0]);
  const y = Math.max(left[1], right[1]);
  const width = Math.min(left[0] + left[2], right[0] + right[2]) - x;
  const height = Math.min(left[1] + left[3], right[1] + right[3]) - y;
  return width > 0 && height > 0 ? [x, y, width, height] : null;
}
