/**
 * The planes of a stream, and how frames change them. Knows nothing of the network, the page or
 * the graphics card: frames come in as objects, pixels are bytes.
 *
 * Decoding may take a while and goes on for several frames at once, as far as memory allows;
 * applying is strictly in the order in which the frames were given, and so are pictures of videos,
 * each of which needs the one before it. A frame is applied whole or not at all, and `copy` reads
 * what was there before the frame.
 */

import { Malformed, checkOp, imageSize, readHead, readPlace } from "./check.js";
import { DECODERS } from "./decoders.js";
import { ShownPlanes, without } from "./faces.js";
import { Plane, boundingBox } from "./plane.js";
import { VIDEOS } from "./videos.js";

/** @import { Decoder } from "./decoders.js" */
/** @import { Theme } from "./faces.js" */
/** @import { Place, Rect } from "./plane.js" */
/** @import { Video } from "./videos.js" */

/** @typedef {import("./decoders.js").Bytes} Bytes */

/**
 * What became of a frame (or of one part of it).
 * `applied`: the planes show it. `part`: kept until the last part comes. `refused`: it can't be
 * applied, `reason` says why, and the viewer must ask for a keyframe. `ms`: what decoding and
 * painting took, without waiting for other frames.
 *
 * @typedef {{outcome: "applied" | "part" | "refused", seq: number, part: number,
 *   epoch: string, reason: string, ms: number}} Applied
 */

/** @typedef {{images: (Bytes | null)[], ms: number}} Decoded */

const AHEAD_BYTES = 64 << 20; // of pixels that are decoded before it is their turn
const MAX_FAILURES = 2; // of a codec, one after the other
const MAX_VIDEOS = 16; // planes at a time that are videos

/** Whether a part belongs to the frame whose first parts are here.
 * @param {any} frame @param {any} head */
const isSame = (frame, head) =>
  frame.seq === head.seq &&
  frame.epoch === head.epoch &&
  frame.keyframe === head.keyframe &&
  frame.part[1] === head.part[1];

/** @param {any} frame @returns {any[]} */
const opsOf = (frame) => (Array.isArray(frame?.ops) ? frame.ops.filter(Array.isArray) : []);

/** What an image's pixels take; 0 where it has none. @param {any[]} op */
function imageBytes(op) {
  const [width, height] = imageSize(op) ?? [0, 0];
  const bytes = width * height * 4;
  return bytes <= 1 << 29 ? bytes : 0;
}

/** @param {any} frame */
const pixelBytes = (frame) =>
  opsOf(frame).reduce(
    (sum, op) => sum + (hasPixels(op) ? imageBytes(op[0] === "image" ? op : op.slice(0, 5)) : 0),
    0,
  );

/** @param {any[]} op */
const hasPixels = (op) => op[0] === "image" || op[0] === "video";

export class PlaneStore {
  /**
   * @param {Readonly<Record<string, Decoder>>} decoders
   * @param {Readonly<Record<string, () => Video>>} openers
   */
  constructor(decoders = DECODERS, openers = VIDEOS) {
    this.decoders = decoders;
    this.openers = openers;
    /** @type {Map<string, {codec: string, video: Video}>} by plane */
    this.videos = new Map();
    /** how often codecs of videos have failed since the last picture @type {Map<string, number>} */
    this.failures = new Map();
    /** @type {Map<string, Plane>} */
    this.planes = new Map();
    /** @type {string | null} null: any keyframe begins an epoch */
    this.epoch = null;
    /** the last applied frame */
    this.seq = 0;
    /** counts changes of places, stacking and number */
    this.layout = 0;
    /** counts pictures that became whole */
    this.completed = 0;
    /** @type {Theme} what planes are chosen by, with the scale */
    this.theme = "light";
    this.faceScale = 1;
    this.chosen = { planes: /** @type {Plane[]} */ ([]), key: "", by: new ShownPlanes() };
    /** @type {any} a frame whose last part has not come */
    this.unfinished = null;
    /** @type {Promise<unknown>} */
    this.tail = Promise.resolve();
    /** bytes of pixels of frames that are not applied yet */
    this.ahead = 0;
    /** frames that are not being decoded yet */
    this.waiting = 0;
  }

  /** Forget where the stream was: only a keyframe applies now. The picture stays until then. */
  restart() {
    this.epoch = null;
    this.unfinished = null;
  }

  /**
   * Apply a frame, or keep one part of it, after everything that was given before.
   *
   * @param {any} frame the keywords of a frame event
   * @returns {Promise<Applied>} never rejects
   */
  apply(frame) {
    const bytes = pixelBytes(frame);
    // Frames may hold little and unfold to much: those that come too early wait undecoded.
    const early = !this.waiting && (this.ahead === 0 || this.ahead + bytes <= AHEAD_BYTES);
    const decoded = early ? this.#decode(frame) : null;
    this.ahead += bytes;
    if (!decoded) this.waiting++;
    const turn = this.tail.then(async () => {
      try {
        if (!decoded) this.waiting--;
        const { images, ms } = await (decoded ?? this.#decode(frame));
        const begun = performance.now();
        const answer = this.#take(readHead(frame), images);
        answer.ms = ms + performance.now() - begun;
        return answer;
      } catch (problem) {
        this.unfinished = null;
        return this.#answer(
          "refused",
          frame ?? {},
          String(/** @type {any} */ (problem)?.message ?? problem),
        );
      } finally {
        this.ahead -= bytes;
      }
    });
    this.tail = turn;
    return turn;
  }

  /** The planes that are shown, from the lowest to the highest: a list to read. */
  stacked() {
    const { chosen, theme, faceScale } = this;
    const key = [this.layout, this.completed, theme, faceScale].join();
    if (key !== chosen.key) {
      chosen.planes = chosen.by.choose(this.planes.values(), theme, faceScale);
      chosen.key = key;
    }
    return chosen.planes;
  }

  /** The highest plane that is shown at a world point. @param {number} x @param {number} y */
  at(x, y) {
    const inside = (/** @type {Plane} */ { place }) =>
      x >= place.x && y >= place.y && x < place.x + place.width && y < place.y + place.height;
    return this.stacked().findLast(inside) ?? null;
  }

  /** The rectangle of all planes in world pixels, null without planes.
   * @param {(place: any) => boolean} [which] those that count */
  bounds(which = () => true) {
    const rects = [...this.planes.values()]
      .filter(({ place }) => which(place))
      .map(({ place }) => /** @type {Rect} */ ([place.x, place.y, place.width, place.height]));
    return rects.length ? boundingBox(rects) : null;
  }

  /** SHA-256 of a plane's bytes in hexadecimal digits; null where the browser has none (pages
   * that came by plain HTTP from another machine) or where there is no such plane.
   * @param {string} id */
  async hash(id) {
    const plane = this.planes.get(id);
    if (!plane || !globalThis.crypto?.subtle) return null;
    const digest = await crypto.subtle.digest("SHA-256", plane.buffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
  }

  /** @param {any} frame @returns {Promise<Decoded>} */
  #decode(frame) {
    const begun = performance.now();
    const work = Promise.all(opsOf(frame).map((op) => this.#decodeOne(op))).then((images) => ({
      images,
      ms: performance.now() - begun,
    }));
    work.catch(() => {}); // told when it is this frame's turn
    return work;
  }

  /** @param {any} op @returns {Promise<Bytes | null>} */
  async #decodeOne(op) {
    if (op[0] === "video") return this.#decodeNext(op);
    const [, , , codec, bytes] = op;
    const decode = Object.hasOwn(this.decoders, codec) ? this.decoders[codec] : null;
    if (op[0] !== "image" || !decode || !(bytes instanceof Uint8Array)) return null; // refused
    const size = imageSize(op);
    if (!size || !imageBytes(op)) return null; // refused with its rectangle
    const pixels = await decode(/** @type {Bytes} */ (bytes), ...size);
    if (pixels.length !== imageBytes(op)) throw new Malformed(`${codec}: no rectangle of pixels`);
    return pixels;
  }

  /** Decodes a picture of a video; called in the order of frames. @param {any} op
   * @returns {Promise<Bytes | null> | null} */
  #decodeNext([, plane, rect, codec, bytes, key]) {
    if (!Object.hasOwn(this.openers, codec) || !(bytes instanceof Uint8Array)) return null;
    if (!imageBytes(["video", plane, rect])) return null;
    let known = this.videos.get(plane);
    this.videos.delete(plane); // put in again as the newest
    if (key === true && known?.codec !== codec) {
      known?.video.close();
      known = { codec, video: this.openers[codec]() };
    }
    if (!known) throw new Malformed(`${plane} has no ${codec} that goes on`);
    this.videos.set(plane, known);
    if (known.codec !== codec) throw new Malformed(`${plane} has no ${codec} that goes on`);
    // The sender goes on with fewer videos than are kept, so the oldest can be forgotten.
    for (const [id, { video }] of this.videos) {
      if (this.videos.size <= MAX_VIDEOS) break;
      video.close();
      this.videos.delete(id);
    }
    const decoding = known.video.decode(
      /** @type {Bytes} */ (bytes),
      key === true,
      rect[2],
      rect[3],
    );
    decoding.then(
      () => this.failures.delete(codec),
      () => this.failures.set(codec, (this.failures.get(codec) ?? 0) + 1),
    );
    return decoding;
  }

  /** Codecs of videos that have failed several times without a picture in between. */
  get broken() {
    return [...this.failures].filter(([, count]) => count >= MAX_FAILURES).map(([codec]) => codec);
  }

  /**
   * @param {ReturnType<typeof readHead>} head
   * @param {(Bytes | null)[]} images
   */
  #take(head, images) {
    const [index, count] = head.part;
    if (index === 0) {
      this.unfinished = null;
      const refusal = this.#refusal(head);
      if (refusal) return this.#answer("refused", head, refusal);
      this.unfinished = { ...head, next: 0, ops: [], images: [] };
    }
    const frame = this.unfinished;
    if (!frame || frame.next !== index || !isSame(frame, head)) {
      this.unfinished = null;
      return this.#answer("refused", head, `part ${index} of ${count} came out of turn`);
    }
    frame.ops.push(...head.ops);
    frame.images.push(...images);
    frame.next++;
    if (frame.next < count) return this.#answer("part", head, "");
    this.unfinished = null;
    this.#paint(frame);
    return this.#answer("applied", head, "");
  }

  /** @param {ReturnType<typeof readHead>} head @returns {string} "" when it applies */
  #refusal({ epoch, base, keyframe }) {
    if (this.epoch === null) return keyframe ? "" : "no keyframe yet";
    if (epoch !== this.epoch) return `epoch ${epoch} instead of ${this.epoch}`;
    if (keyframe) return "";
    return base <= this.seq ? "" : `base ${base} is newer than frame ${this.seq}`;
  }

  /** Check everything, then change everything. @param {any} frame */
  #paint(frame) {
    const places = frame.planes.map(readPlace);
    const next = this.#placed(frame, places);
    const sizeOf = (/** @type {string} */ id) => next.get(id);
    for (const op of frame.ops) checkOp(op, sizeOf, this.decoders, this.openers);
    frame.images.forEach((/** @type {any} */ pixels, /** @type {number} */ index) => {
      if (hasPixels(frame.ops[index]) && !pixels) throw new Malformed("no pixels");
    });
    const plane = (/** @type {string} */ id) => /** @type {Plane} */ (next.get(id));
    const copies = frame.ops.map((/** @type {any} */ op) =>
      op[0] === "copy" ? plane(op[1]).read(op[2]) : null,
    );
    frame.ops.forEach((/** @type {any} */ op, /** @type {number} */ index) => {
      const [kind, id, rect, last] = op;
      if (kind === "fill") plane(id).fill(rect, last);
      else if (kind === "image") plane(id).write(rect, frame.images[index], op[5]);
      else if (kind === "video") plane(id).write(rect, frame.images[index]);
      else plane(id).write([last[0], last[1], rect[2], rect[3]], copies[index]);
      if (kind !== "copy" && plane(id).missing.length) {
        plane(id).missing = without(plane(id).missing, rect);
        if (!plane(id).missing.length) this.completed++;
      }
    });
    for (const place of places) plane(place.plane).place = place;
    for (const [id, { video }] of this.videos) {
      if (!this.planes.has(id) || next.has(id)) continue;
      video.close();
      this.videos.delete(id);
    }
    if (places.length || next.size !== this.planes.size) this.layout++;
    this.planes = next;
    this.epoch = frame.epoch;
    this.seq = frame.seq;
  }

  /**
   * The planes after the frame; those whose buffer has another size begin empty.
   *
   * @param {any} frame
   * @param {Place[]} places
   */
  #placed(frame, places) {
    const named = new Set(places.map((place) => place.plane));
    const remaining = [...this.planes].filter(([id]) => !frame.keyframe || named.has(id));
    const next = new Map(remaining);
    for (const id of frame.removed) next.delete(id);
    for (const place of places) {
      const fresh = new Plane(place);
      const old = next.get(place.plane);
      const same = old && old.width === fresh.width && old.height === fresh.height;
      if (!same) next.set(place.plane, fresh);
    }
    return next;
  }

  /**
   * @param {Applied["outcome"]} outcome
   * @param {any} head
   * @param {string} reason
   * @returns {Applied}
   */
  #answer(outcome, head, reason) {
    const part = Array.isArray(head.part) ? head.part[0] : 0;
    return { outcome, seq: head.seq ?? 0, part, epoch: head.epoch ?? "", reason, ms: 0 };
  }
}
