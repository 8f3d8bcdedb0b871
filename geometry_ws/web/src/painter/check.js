/**
 * Whether a frame can be applied: every number is checked before the first pixel changes, so
 * that a frame is applied whole or not at all.
 */

import { readShownWhen } from "./faces.js";

/** @import { Place } from "./plane.js" */

const MAX_BYTES = 1 << 29; // of one plane
const MAX_COORDINATE = 1e7;
const SHRINKS = [2, 4];
const THEMES = ["light", "dark"];

/** A frame that says something impossible. The viewer asks for a keyframe. */
export class Malformed extends Error {}

/** @param {unknown} value */
const isCount = (value) => Number.isInteger(value) && /** @type {number} */ (value) >= 0;

/** @param {boolean} condition @param {string} reason */
function demand(condition, reason) {
  if (!condition) throw new Malformed(reason);
}

/**
 * The head of a frame; missing keywords have their defaults.
 *
 * @param {any} frame
 */
export function readHead(frame) {
  demand(typeof frame === "object" && frame !== null, "a frame is no object");
  const { epoch, seq, base, keyframe = false, part = [0, 1] } = frame;
  const { planes = [], removed = [], ops = [] } = frame;
  demand(typeof epoch === "string", "a frame has no epoch");
  demand(isCount(seq) && isCount(base), "a frame has no seq or no base");
  demand(Array.isArray(part) && part.length === 2 && part.every(isCount), "part is no pair");
  demand(part[0] < part[1], `part ${part[0]} of ${part[1]}`);
  demand(Array.isArray(planes) && Array.isArray(removed) && Array.isArray(ops), "no list");
  return { epoch, seq, base, keyframe: keyframe === true, part, planes, removed, ops };
}

/** @param {any} entry @returns {Place} */
export function readPlace(entry) {
  demand(typeof entry === "object" && entry !== null, "a plane is no object");
  const { plane, x, y, z, width, height, scale = 1, opacity = 1, opaque = false } = entry;
  demand(typeof plane === "string" && /^[0-9a-z_]{1,32}$/.test(plane), "a plane has no id");
  for (const [name, value] of Object.entries({ x, y, z })) {
    const inside = Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
    demand(inside && (name === "z" || Math.abs(value) <= MAX_COORDINATE), `${plane}: ${name}`);
  }
  const sizes = [width, height, scale];
  demand(
    sizes.every((size) => isCount(size) && size > 0),
    `${plane}: no size`,
  );
  demand(width * height * scale * scale * 4 <= MAX_BYTES, `${plane}: too large`);
  demand(typeof opacity === "number" && opacity >= 0 && opacity <= 1, `${plane}: opacity`);
  checkShownWhen(plane, entry.shown_when ?? null);
  const shownWhen = readShownWhen(entry.shown_when);
  return { plane, x, y, z, width, height, scale, opacity, opaque: opaque === true, shownWhen };
}

/** @param {string} plane @param {any} when */
function checkShownWhen(plane, when) {
  if (when === null) return;
  demand(typeof when === "object" && !Array.isArray(when), `${plane}: shown_when is no object`);
  const { theme = null, scale = null } = when;
  demand(theme === null || THEMES.includes(theme), `${plane}: no theme ${theme}`);
  if (scale === null) return;
  demand(Array.isArray(scale) && scale.length === 2, `${plane}: scale is no pair`);
  const isEnd = (/** @type {any} */ end) => end === null || (Number.isFinite(end) && end > 0);
  demand(scale.every(isEnd), `${plane}: scale isn't positive`);
  const [from, below] = scale;
  demand(from === null || below === null || from < below, `${plane}: scale ends at its beginning`);
}

/**
 * @param {any} rect
 * @param {{width: number, height: number}} size of the plane's buffer
 * @param {string} what
 */
function checkRect(rect, size, what) {
  demand(Array.isArray(rect) && rect.length === 4 && rect.every(isCount), `${what}: no rectangle`);
  const [x, y, width, height] = rect;
  demand(x + width <= size.width && y + height <= size.height, `${what}: outside its plane`);
}

/**
 * How many pixels an image has: its rectangle's, or fewer where each stands for several.
 *
 * @param {any[]} op an image operation
 * @returns {[number, number] | null} width and height; null where it says something impossible
 */
export function imageSize([, , rect, , , shrink = 1]) {
  const known = shrink === 1 || SHRINKS.includes(shrink);
  if (!known || !Array.isArray(rect) || !rect.slice(2, 4).every(isCount)) return null;
  return [Math.ceil(rect[2] / shrink), Math.ceil(rect[3] / shrink)];
}

/**
 * @param {any} op
 * @param {(plane: string) => {width: number, height: number} | undefined} sizeOf
 * @param {Readonly<Record<string, unknown>>} decoders of images
 * @param {Readonly<Record<string, unknown>>} videos
 */
export function checkOp(op, sizeOf, decoders, videos) {
  demand(Array.isArray(op) && op.length >= 4, "an operation is no list");
  const [kind, plane, rect, last] = op;
  const size = sizeOf(plane);
  if (!size) throw new Malformed(`${kind}: no plane ${plane}`);
  checkRect(rect, size, `${kind} on ${plane}`);
  if (kind === "fill") {
    const bytes = Array.isArray(last) && last.length === 4;
    demand(bytes && last.every((value) => isCount(value) && value < 256), "fill: no colour");
  } else if (kind === "copy") {
    demand(Array.isArray(last) && last.length === 2, "copy: no destination");
    checkRect([last[0], last[1], rect[2], rect[3]], size, `copy into ${plane}`);
  } else if (kind === "image") {
    demand(typeof last === "string" && Object.hasOwn(decoders, last), `unknown codec ${last}`);
    demand(op[4] instanceof Uint8Array, "image: no bytes");
    demand(
      op.length <= 6 && (op.length < 6 || SHRINKS.includes(op[5])),
      `image: shrunk by ${op[5]}`,
    );
  } else if (kind === "video") {
    demand(typeof last === "string" && Object.hasOwn(videos, last), `unknown video ${last}`);
    demand(op[4] instanceof Uint8Array && typeof op[5] === "boolean", "video: no bytes or no key");
    const whole = rect[2] === size.width && rect[3] === size.height; // so it begins in the corner
    demand(whole, `video: not all of ${plane}`);
  } else {
    throw new Malformed(`unknown operation ${kind}`);
  }
}
