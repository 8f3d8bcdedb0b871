/**
 * Shows planes on a 2D canvas, where there is no WebGL2 or no graphics card behind it. A plane is a
 * canvas of its own, and of the screen only what has changed is drawn. The browser stores straight
 * alpha there, so half transparent pixels may be off by one step; what the plane store holds stays
 * exact.
 */

import { boundingBox } from "./plane.js";
import { overlap, placeOnScreen } from "./view.js";

/** @import { Place, Plane, Rect } from "./plane.js" */
/** @import { View } from "./view.js" */

/** @typedef {{plane: Plane, opacity: number, spot: ReturnType<typeof placeOnScreen>}} Shown */

/** A canvas that was resized or lost is empty, and forgets this. */
const MARK = 11;

/**
 * @param {Uint8Array} bytes premultiplied BGRA
 * @returns {Uint8ClampedArray<ArrayBuffer>} straight RGBA
 */
export function toStraight(bytes) {
  const aligned = bytes.byteOffset % 4 ? bytes.slice() : bytes;
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  const straight = new Uint8ClampedArray(words.length * 4);
  const turned = new Uint32Array(straight.buffer);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const alpha = word >>> 24;
    if (alpha === 255) {
      turned[at] = (word & 0xff00ff00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff);
    } else if (alpha) {
      const factor = 255 / alpha;
      straight[at * 4] = ((word >>> 16) & 0xff) * factor;
      straight[at * 4 + 1] = ((word >>> 8) & 0xff) * factor;
      straight[at * 4 + 2] = (word & 0xff) * factor;
      straight[at * 4 + 3] = alpha;
    }
  }
  return straight;
}

/**
 * Where what was painted on a plane is seen, in whole device pixels; smoothing reaches further.
 *
 * @param {Shown} shown @param {Rect[]} damage buffer pixels, at least one
 * @returns {Rect}
 */
function damageOnScreen({ plane, spot }, damage) {
  const [x, y, width, height] = boundingBox(damage);
  const across = spot.width / plane.width;
  const down = spot.height / plane.height;
  const margin = spot.exact ? 0 : 2 + Math.ceil(2 * Math.max(across, down));
  const left = Math.floor(spot.x + x * across) - margin;
  const top = Math.floor(spot.y + y * down) - margin;
  const right = Math.ceil(spot.x + (x + width) * across) + margin;
  const bottom = Math.ceil(spot.y + (y + height) * down) + margin;
  return [left, top, right - left, bottom - top];
}

/** Whether nothing below a plane is seen in a rectangle of the screen.
 * @param {Shown} shown @param {Rect} rect */
function hides({ plane, opacity, spot }, [x, y, width, height]) {
  if (!plane.place.opaque || plane.missing.length || opacity < 1) return false;
  const edge = spot.exact ? 0 : 1; // may be seen through
  return (
    spot.x + edge <= x &&
    spot.y + edge <= y &&
    spot.x + spot.width - edge >= x + width &&
    spot.y + spot.height - edge >= y + height
  );
}

/** Whether two planes are shown at the same place, in the same way.
 * @param {Shown} now @param {Shown} before */
const isSame = (now, before) =>
  now.plane === before.plane &&
  now.opacity === before.opacity &&
  now.spot.x === before.spot.x &&
  now.spot.y === before.spot.y &&
  now.spot.width === before.spot.width &&
  now.spot.height === before.spot.height;

export class CanvasPresenter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.name = "canvas";
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {Map<string, {plane: Plane, canvas: OffscreenCanvas}>} */
    this.entries = new Map();
    /** what it has drawn, from the lowest to the highest @type {Shown[] | null} */
    this.shown = null;
  }

  /**
   * Draws what has changed: all of it where a plane came, went or moved, else what was painted.
   *
   * @param {Plane[]} planes from the lowest to the highest
   * @param {View} view
   * @param {Iterable<Plane>} all those too that aren't shown now, but may be again
   * @param {(plane: Plane) => Place} shownAt where a plane is shown, and how much of it
   */
  draw(planes, view, all = planes, shownAt = (plane) => plane.place) {
    const present = new Set(all);
    for (const [id, entry] of this.entries) if (!present.has(entry.plane)) this.entries.delete(id);
    /** @type {Shown[]} */
    const shown = [];
    for (const plane of planes) {
      const place = shownAt(plane);
      const spot = placeOnScreen(place, view);
      if (!spot.visible || !plane.pixels || !place.opacity) continue;
      shown.push({ plane, opacity: place.opacity, spot });
    }
    const screen = /** @type {Rect} */ ([0, 0, this.canvas.width, this.canvas.height]);
    const rects = this.#stays(shown) ? this.#damage(shown) : [screen];
    this.shown = shown;
    for (const { plane } of shown) this.#picture(plane); // hidden ones too: they owe nothing then
    for (const rect of rects) this.#drawPart(shown, rect);
    this.context.miterLimit = MARK;
  }

  /** Whether what the canvas shows is what shall be shown, but for what was painted.
   * @param {Shown[]} shown */
  #stays(shown) {
    const before = this.context.miterLimit === MARK ? this.shown : null;
    return (
      before?.length === shown.length && shown.every((each, index) => isSame(each, before[index]))
    );
  }

  /** What was painted, where it is seen. @param {Shown[]} shown @returns {Rect[]} */
  #damage(shown) {
    const screen = /** @type {Rect} */ ([0, 0, this.canvas.width, this.canvas.height]);
    return shown.flatMap((each) => {
      const { damage } = each.plane;
      const rect = damage.length ? overlap(damageOnScreen(each, damage), screen) : null;
      return rect ? [rect] : [];
    });
  }

  /** @param {Shown[]} shown @param {Rect} rect whole device pixels */
  #drawPart(shown, rect) {
    const { context } = this;
    const lowest = shown.findLastIndex((each) => hides(each, rect));
    context.save();
    context.beginPath();
    context.rect(...rect);
    context.clip();
    if (lowest < 0) context.clearRect(...rect);
    for (const { plane, opacity, spot } of shown.slice(Math.max(0, lowest))) {
      if (!overlap(rect, [spot.x, spot.y, spot.width, spot.height])) continue;
      context.globalAlpha = opacity;
      context.imageSmoothingEnabled = !spot.exact;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.#picture(plane), spot.x, spot.y, spot.width, spot.height);
    }
    context.restore();
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
