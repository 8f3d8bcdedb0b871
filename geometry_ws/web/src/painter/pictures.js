/**
 * Picture files in frames (PNG, WebP, JPEG), by the browser's own decoders. They are opaque, so
 * neither premultiplying nor a canvas changes them; colour profiles and orientation are left
 * alone. PNG and lossless WebP come out byte for byte as in every other viewer.
 *
 * Where there are no such decoders (Node.js), a viewer is given others or none.
 */

import { declaredSize } from "./headers.js";

/** @typedef {import("./decoders.js").Bytes} Bytes */
/** @typedef {import("./decoders.js").Decoder} Decoder */

const MAX_PIXELS = 1 << 25; // of one picture
const LOSSLESS = 0x4c; // the last letter of a WebP file's first chunk, VP8L

/** @type {ImageBitmapOptions} */
const AS_STORED = { premultiplyAlpha: "none", colorSpaceConversion: "none" };

/** @type {OffscreenCanvasRenderingContext2D | null} one for all: it is drawn on and read at once */
let scratch = null;

/** @param {number} width @param {number} height */
export function scratchOf(width, height) {
  const fits = scratch && scratch.canvas.width >= width && scratch.canvas.height >= height;
  if (!scratch || !fits) {
    const canvas = new OffscreenCanvas(
      Math.max(width, scratch?.canvas.width ?? 0),
      Math.max(height, scratch?.canvas.height ?? 0),
    );
    // Read back after each picture: in memory, not on the graphics card.
    const settings = { alpha: false, willReadFrequently: true };
    scratch = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
  }
  return scratch;
}

/** Red and blue change places. @param {Uint8ClampedArray<ArrayBuffer>} rgba @returns {Bytes} */
export function toBgra(rgba) {
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length >> 2);
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    words[at] = (word & 0xff00ff00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff);
  }
  return new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length);
}

/** @param {string} type @param {Bytes} bytes @param {number} width @param {number} height */
async function byBitmap(type, bytes, width, height) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type }), AS_STORED);
  try {
    checkSize(bitmap.width, bitmap.height, width, height);
    const context = scratchOf(width, height);
    context.drawImage(bitmap, 0, 0);
    return toBgra(/** @type {any} */ (context.getImageData(0, 0, width, height).data));
  } finally {
    bitmap.close();
  }
}

/**
 * Twice as fast, but only pages from https or this machine have it.
 *
 * @param {string} type @param {Bytes} bytes @param {number} width @param {number} height
 */
async function byImageDecoder(type, bytes, width, height) {
  const decoder = new ImageDecoder({ type, data: bytes, ...AS_STORED });
  try {
    const { image } = await decoder.decode();
    try {
      checkSize(image.displayWidth, image.displayHeight, width, height);
      const pixels = new Uint8Array(width * height * 4);
      await image.copyTo(pixels, { format: "BGRA" });
      return pixels;
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/** @param {number} width @param {number} height @param {number} wantedWidth
 * @param {number} wantedHeight */
function checkSize(width, height, wantedWidth, wantedHeight) {
  if (width !== wantedWidth || height !== wantedHeight) {
    throw new RangeError(`${width} × ${height} pixels instead of ${wantedWidth} × ${wantedHeight}`);
  }
}

/** @param {"png" | "webp" | "jpeg"} codec @param {typeof byBitmap} decode @returns {Decoder} */
function fileDecoder(codec, decode) {
  return async (bytes, width, height) => {
    const declared = declaredSize(codec, bytes);
    if (!declared) throw new RangeError(`no ${codec} picture`);
    checkSize(declared[0], declared[1], width, height);
    if (width * height > MAX_PIXELS) throw new RangeError("the picture is too large");
    return decode(`image/${codec}`, bytes, width, height);
  };
}

/**
 * What this browser can decode.
 *
 * @param {boolean} fast by the faster way where there is one
 * @returns {Record<string, Decoder>}
 */
export function pictureDecoders(fast = typeof ImageDecoder === "function") {
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return {};
  const exact = fast ? byImageDecoder : byBitmap;
  // ImageDecoder gives lossy pictures with colours at half their size, and they look it.
  const lossless = fileDecoder("webp", exact);
  const lossy = fileDecoder("webp", byBitmap);
  return {
    png: fileDecoder("png", exact),
    webp: (bytes, width, height) =>
      (bytes[15] === LOSSLESS ? lossless : lossy)(bytes, width, height),
    jpeg: fileDecoder("jpeg", byBitmap),
  };
}

/** A picture of 4 × 4 pixels whose bytes, colour after colour, go up by 37 from 11. */
const SAMPLES = {
  png:
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAANElEQVR4nGPgNgitmn/kJZ9xRO0ihuNv" +
    "BM2iG5aeei9iGcfQvOLsJ3GbxLbVF75KMe1BAgBhIBptWfNyegAAAABJRU5ErkJggg==",
  webp:
    "UklGRk4AAABXRUJQVlA4TEEAAAAvA8AAAH9AJm1zR8JczL+9MQ9i0jR0DxMoFkxD9xACa/7JBigKo0Pa" +
    "AXK29wQgCID40KJFgxYtWrRIieh/WMTXAAA=",
};

/** Whether a decoder gives exactly what was encoded. Some browsers stir what pages read from
 * canvases, so that no user is recognised by it.
 *
 * @param {string} sample @param {Decoder} decode */
async function isExact(sample, decode) {
  const bytes = Uint8Array.from(atob(sample), (letter) => letter.charCodeAt(0));
  try {
    const pixels = await decode(bytes, 4, 4);
    return pixels.every((byte, at) => {
      const channel = at % 4;
      const colour = (at >> 2) * 3 + 2 - channel;
      return byte === (channel === 3 ? 255 : (colour * 37 + 11) & 255);
    });
  } catch {
    return false;
  }
}

/**
 * Those of some decoders that can be relied on in this browser, tried out.
 *
 * @param {Readonly<Record<string, Decoder>>} decoders
 * @param {Decoder | undefined} canvas the way by a canvas
 * @returns {Promise<string[]>} names of codecs
 */
export async function reliable(decoders, canvas = pictureDecoders(false).png) {
  const { png, webp } = decoders;
  // Lossy files have no exact pixels, but their way has.
  /** @type {[string, string, Decoder | undefined][]} */
  const trials = [
    ["png", SAMPLES.png, png],
    ["webp", SAMPLES.webp, webp],
    ["webp", SAMPLES.png, canvas],
    ["jpeg", SAMPLES.png, canvas],
  ];
  const failed = new Set();
  for (const [codec, sample, decode] of trials) {
    if (!decode || !(await isExact(sample, decode))) failed.add(codec);
  }
  return Object.keys(decoders).filter((codec) => !failed.has(codec));
}
