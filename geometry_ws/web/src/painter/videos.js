/**
 * Videos in frames (H.264, VP8) by the browser's WebCodecs, which only pages from https or this
 * machine have. Pictures come out as premultiplied BGRA like all others, one for each that went in.
 *
 * Where there is no such decoder (Node.js), a plane store is given others or none.
 */

import { scratchOf, toBgra } from "./pictures.js";

/** @typedef {import("./decoders.js").Bytes} Bytes */

/**
 * What decodes one video: pictures in their order, the first one a key.
 *
 * @typedef {{decode: (bytes: Bytes, key: boolean, width: number, height: number) => Promise<Bytes>,
 *   close: () => void}} Video
 */

const MAX_BYTES = 512 << 10; // of one picture
const MAX_SIDE = 2048;
const MAX_PIXELS = 1920 * 1088;
/** Nothing else is painted meanwhile, and a decoder that keeps pictures back is of no use. */
const PATIENCE_MS = 500;

/** What the node writes, whatever the stream says of itself. @type {VideoColorSpaceInit} */
const COLOURS = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };

/** @type {VideoFrameCopyToOptions} */
const AS_BGRA = { format: "BGRA" };

/** The name of an H.264 stream's profile, from the parameters at its beginning.
 * @param {Bytes} bytes */
function h264Name(bytes) {
  for (let at = 0; at + 6 < Math.min(bytes.length, 4096); at++) {
    const starts =
      !bytes[at] && !bytes[at + 1] && bytes[at + 2] === 1 && (bytes[at + 3] & 31) === 7;
    if (!starts) continue;
    const profile = Array.from(bytes.subarray(at + 4, at + 7));
    return `avc1.${profile.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  throw new RangeError("an H.264 key without its parameters");
}

/** @param {number} side */
const even = (side) => side + (side & 1);

/**
 * A decoded picture's pixels; where a side is odd, its last row or column is cut away.
 *
 * @param {VideoFrame} frame @param {number} width @param {number} height
 * @returns {Promise<Bytes>}
 */
async function pixelsOf(frame, width, height) {
  const { displayWidth, displayHeight } = frame;
  if (displayWidth !== even(width) || displayHeight !== even(height)) {
    throw new RangeError(`a video of ${displayWidth} × ${displayHeight} pixels`);
  }
  if (converts(frame)) {
    const pixels = new Uint8Array(displayWidth * displayHeight * 4);
    await frame.copyTo(pixels, AS_BGRA);
    return width === displayWidth
      ? pixels.subarray(0, width * height * 4)
      : cut(pixels, width, height);
  }
  const context = scratchOf(displayWidth, displayHeight);
  context.drawImage(frame, 0, 0);
  return toBgra(/** @type {any} */ (context.getImageData(0, 0, width, height).data));
}

/** Whether the browser gives colours, several times faster than by a canvas; older ones give what
 * the video holds, whatever they are asked for. @param {VideoFrame} frame */
function converts(frame) {
  try {
    return frame.allocationSize(AS_BGRA) === frame.displayWidth * frame.displayHeight * 4;
  } catch {
    return false;
  }
}

/** Rows without their last pixel.
 * @param {Bytes} pixels @param {number} width @param {number} height */
function cut(pixels, width, height) {
  const rows = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const start = row * (width + 1) * 4;
    rows.set(pixels.subarray(start, start + width * 4), row * width * 4);
  }
  return rows;
}

/** @implements {Video} */
class BrowserVideo {
  /** @param {string} codec */
  constructor(codec) {
    this.codec = codec;
    /** @type {VideoDecoder | null} */
    this.decoder = null;
    this.configured = "";
    this.count = 0;
    /** @type {Map<number, {resolve: (frame: VideoFrame) => void,
     *   reject: (problem: unknown) => void}>} */
    this.waiting = new Map();
  }

  /** @param {Bytes} bytes @param {boolean} key @param {number} width @param {number} height */
  async decode(bytes, key, width, height) {
    const small = Math.max(width, height) <= MAX_SIDE && width * height <= MAX_PIXELS;
    if (!small || bytes.length > MAX_BYTES) throw new RangeError("the video is too large");
    if (key) this.#configure(bytes, width, height);
    if (this.decoder?.state !== "configured") throw new RangeError("the video has no beginning");
    const frame = await this.#next(this.decoder, bytes, key);
    try {
      return await pixelsOf(frame, width, height);
    } finally {
      frame.close();
    }
  }

  close() {
    this.#fail(new Error("the video has ended"));
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
  }

  /** @param {Bytes} bytes @param {number} width @param {number} height */
  #configure(bytes, width, height) {
    const codec = this.codec === "h264" ? h264Name(bytes) : this.codec;
    const wanted = `${codec} ${width} ${height}`;
    if (this.decoder?.state === "configured" && this.configured === wanted) return;
    if (!this.decoder || this.decoder.state === "closed") {
      this.decoder = new VideoDecoder({
        output: (frame) => this.#came(frame),
        error: (problem) => this.#fail(problem),
      });
    }
    this.decoder.configure({ codec, optimizeForLatency: true, colorSpace: COLOURS });
    this.configured = wanted;
  }

  /** @param {VideoDecoder} decoder @param {Bytes} data @param {boolean} key
   * @returns {Promise<VideoFrame>} */
  #next(decoder, data, key) {
    const timestamp = this.count++;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(timestamp);
        reject(new Error("the video's picture didn't come"));
      }, PATIENCE_MS);
      const done = (/** @type {(value: any) => void} */ then) => (/** @type {any} */ value) => {
        clearTimeout(late);
        then(value);
      };
      this.waiting.set(timestamp, { resolve: done(resolve), reject: done(reject) });
      decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp, data }));
    });
  }

  /** @param {VideoFrame} frame */
  #came(frame) {
    const waiting = this.waiting.get(frame.timestamp);
    this.waiting.delete(frame.timestamp);
    if (waiting) waiting.resolve(frame);
    else frame.close();
  }

  /** @param {unknown} problem */
  #fail(problem) {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const picture of waiting) picture.reject(problem);
  }
}

/** What makes a decoder, by codec. @type {Readonly<Record<string, () => Video>>} */
export const VIDEOS =
  typeof VideoDecoder === "function" && typeof OffscreenCanvas === "function"
    ? Object.freeze({ h264: () => new BrowserVideo("h264"), vp8: () => new BrowserVideo("vp8") })
    : {};

/** A key of 64 × 64 pixels, the left half of one colour, the right half of another. */
const SAMPLES = {
  h264:
    "AAAAAWdCwCnaEJpqAgICgAAAAwCAAAAeR4wZUAAAAAFozg/IAAAAAWWIhDoRigACB5HAAEGGOAAIQ8nE" +
    "YoAAhnxwABDYjgACHxJ1109dddPXXXT14A==",
  vp8:
    "cAQAnQEqQABAAAXHCIWFiJmEiB8CAzyVC/gOkK8B+wEETzTG0EOok3soXnoA/tLqLER2bISrhn57MSx4" +
    "FaLj7GeUEe2OuTwA",
};
const SAMPLE_SIDE = 64;
const SAMPLE_COLOURS = [
  [40, 200, 30, 255],
  [200, 60, 180, 255],
];
const SAMPLE_STEPS = 12; // that decoders may be off

/** Whether a decoder gives a known picture, at once and in its colours.
 * @param {string} sample @param {Video} video */
async function works(sample, video) {
  const bytes = Uint8Array.from(atob(sample), (letter) => letter.charCodeAt(0));
  try {
    const pixels = await video.decode(bytes, true, SAMPLE_SIDE, SAMPLE_SIDE);
    return SAMPLE_COLOURS.every((colour, half) => {
      const at = ((SAMPLE_SIDE / 2) * SAMPLE_SIDE + (SAMPLE_SIDE / 4) * (1 + 2 * half)) * 4;
      return colour.every((step, channel) => Math.abs(pixels[at + channel] - step) <= SAMPLE_STEPS);
    });
  } catch {
    return false;
  } finally {
    video.close();
  }
}

/** The codecs of videos that can be relied on in this browser, tried out: some are built without
 * H.264. @returns {Promise<string[]>} */
export async function usableVideos(openers = VIDEOS) {
  const names = /** @type {("h264" | "vp8")[]} */ (Object.keys(openers));
  const good = await Promise.all(names.map((codec) => works(SAMPLES[codec], openers[codec]())));
  return names.filter((_, index) => good[index]);
}
