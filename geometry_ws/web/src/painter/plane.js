/**
 * One plane: where it lies in the world, and its pixels as premultiplied BGRA bytes.
 *
 * Pixels are made when something is painted; until then the plane is transparent and costs
 * nothing (a board can have hundreds of planes that no viewer looks at).
 */

const MANY = 48; // rectangles of damage; beyond that their bounding box

/** @typedef {[number, number, number, number]} Rect x, y, width, height */

/**
 * @typedef {object} Place
 * @property {string} plane
 * @property {number} x world pixels
 * @property {number} y world pixels
 * @property {number} z stacking, the highest is on top
 * @property {number} width world pixels
 * @property {number} height world pixels
 * @property {number} scale buffer pixels per world pixel
 * @property {number} opacity 0 to 1
 * @property {boolean} opaque
 * @property {import("./faces.js").ShownWhen | null} shownWhen null: for all looks
 */

export class Plane {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    /** @type {Uint8Array<ArrayBuffer> | null} */
    this.pixels = null;
    /** @type {Rect[]} painted since the presenter last took it; buffer pixels */
    this.damage = [];
    /** @type {Rect[]} what was never painted; a copy paints nothing new */
    this.missing = [[0, 0, this.width, this.height]];
    /** counts what was painted, so that a presenter can see that it has nothing to do */
    this.version = 0;
  }

  get id() {
    return this.place.plane;
  }

  /** Buffer pixels per row. */
  get width() {
    return this.place.width * this.place.scale;
  }

  /** Buffer rows. */
  get height() {
    return this.place.height * this.place.scale;
  }

  /** @returns {Uint8Array<ArrayBuffer>} */
  buffer() {
    this.pixels ??= new Uint8Array(this.width * this.height * 4);
    return this.pixels;
  }

  /** @param {Rect} rect @param {number[]} rgba premultiplied */
  fill([x, y, width, height], [red, green, blue, alpha]) {
    if (!width || !height) return;
    const pixels = this.buffer();
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
    const colour = new Uint32Array(Uint8Array.of(blue, green, red, alpha).buffer)[0];
    for (let row = y; row < y + height; row++) {
      const start = row * this.width + x;
      words.fill(colour, start, start + width);
    }
    this.#damaged([x, y, width, height]);
  }

  /** @param {Rect} rect @returns {Uint8Array} the pixels of the rectangle, without padding */
  read([x, y, width, height]) {
    const result = new Uint8Array(width * height * 4);
    if (!this.pixels) return result;
    for (let row = 0; row < height; row++) {
      const start = ((y + row) * this.width + x) * 4;
      result.set(this.pixels.subarray(start, start + width * 4), row * width * 4);
    }
    return result;
  }

  /**
   * @param {Rect} rect
   * @param {Uint8Array} bytes the rectangle's pixels, without padding
   * @param {number} [shrink] of how many pixels each is one, across and down
   */
  write([x, y, width, height], bytes, shrink = 1) {
    if (!width || !height) return;
    const pixels = this.buffer();
    if (shrink > 1) {
      this.#grow([x, y, width, height], bytes, shrink);
    } else {
      for (let row = 0; row < height; row++) {
        const from = row * width * 4;
        pixels.set(bytes.subarray(from, from + width * 4), ((y + row) * this.width + x) * 4);
      }
    }
    this.#damaged([x, y, width, height]);
  }

  /** Each pixel becomes a square; those at the edge are cut off.
   * @param {Rect} rect @param {Uint8Array} bytes @param {number} shrink */
  #grow([x, y, width, height], bytes, shrink) {
    const pixels = this.buffer();
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
    const aligned = bytes.byteOffset % 4 ? bytes.slice() : bytes;
    const few = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
    const across = Math.ceil(width / shrink);
    for (let row = 0; row < height; row++) {
      const start = (y + row) * this.width + x;
      if (row % shrink) {
        words.copyWithin(start, start - this.width, start - this.width + width);
        continue;
      }
      const from = (row / shrink) * across;
      for (let column = 0; column < across; column++) {
        const left = column * shrink;
        words.fill(few[from + column], start + left, start + Math.min(left + shrink, width));
      }
    }
  }

  /** What was painted since the last time; the caller has shown it or will.
   * @returns {Rect[]} */
  takeDamage() {
    const taken = this.damage;
    this.damage = [];
    return taken;
  }

  /** @param {Rect} rect */
  #damaged(rect) {
    this.version++;
    this.damage.push(rect);
    if (this.damage.length > MANY) this.damage = [boundingBox(this.damage)];
  }
}

/** @param {Rect[]} rects at least one @returns {Rect} */
export function boundingBox(rects) {
  const left = Math.min(...rects.map((rect) => rect[0]));
  const top = Math.min(...rects.map((rect) => rect[1]));
  const right = Math.max(...rects.map((rect) => rect[0] + rect[2]));
  const bottom = Math.max(...rects.map((rect) => rect[1] + rect[3]));
  return [left, top, right - left, bottom - top];
}
