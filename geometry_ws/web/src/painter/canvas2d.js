/**
 * Shows planes on a 2D canvas, where there is no WebGL2. A plane is a canvas of its own. The
 * browser stores straight alpha there, so half transparent pixels may be off by one step; what
 * the plane store holds stays exact.
 */

import { placeOnScreen } from "./view.js";

/** @import { Place, Plane } from "./plane.js" */
/** @import { View } from "./view.js" */

/**
 * @param {Uint8Array} bytes premultiplied BGRA
 * @returns {Uint8ClampedArray<ArrayBuffer>} straight RGBA
 */
export function toStraight(bytes) {
  const straight = new Uint8ClampedArray(bytes.length);
  for (let at = 0; at < bytes.length; at += 4) {
    const alpha = bytes[at + 3];
    const factor = alpha ? 255 / alpha : 0;
    straight[at] = bytes[at + 2] * factor;
    straight[at + 1] = bytes[at + 1] * factor;
    straight[at + 2] = bytes[at] * factor;
    straight[at + 3] = alpha;
  }
  return straight;
}

export class CanvasPresenter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.name = "canvas";
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {Map<string, {plane: Plane, canvas: OffscreenCanvas}>} */
    this.entries = new Map();
  }

  /**
   * @param {Plane[]} planes from the lowest to the highest
   * @param {View} view
   * @param {Iterable<Plane>} all those too that aren't shown now, but may be again
   * @param {(plane: Plane) => Place} shownAt where a plane is shown, and how much of it
   */
  draw(planes, view, all = planes, shownAt = (plane) => plane.place) {
    const { context } = this;
    const present = new Set(all);
    for (const [id, entry] of this.entries) if (!present.has(entry.plane)) this.entries.delete(id);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const plane of planes) {
      const place = shownAt(plane);
      const spot = placeOnScreen(place, view);
      if (!spot.visible || !plane.pixels || !place.opacity) continue;
      context.globalAlpha = place.opacity;
      context.imageSmoothingEnabled = !spot.exact;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.#picture(plane), spot.x, spot.y, spot.width, spot.height);
    }
    context.globalAlpha = 1;
  }

  /** @param {Plane} plane */
  #picture(plane) {
    let entry = this.entries.get(plane.id);
    if (entry?.plane !== plane) {
      entry = { plane, canvas: new OffscreenCanvas(plane.width, plane.height) };
      this.entries.set(plane.id, entry);
      plane.damage = [[0, 0, plane.width, plane.height]];
    }
    const damage = plane.takeDamage();
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      damage.length ? entry.canvas.getContext("2d") : null
    );
    for (const rect of damage) {
      const image = new ImageData(toStraight(plane.read(rect)), rect[2], rect[3]);
      context.putImageData(image, rect[0], rect[1]);
    }
    return entry.canvas;
  }
}
