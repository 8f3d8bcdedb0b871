/**
 * Codecs of frame images. Each takes the bytes of an image operation and the size of its
 * rectangle, and gives width × height × 4 bytes of premultiplied BGRA rows without padding, at
 * once or as a promise. Anything else throws.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {(bytes: Bytes, width: number, height: number) => Bytes | Promise<Bytes>} Decoder
 */

import { pictureDecoders, reliable } from "./pictures.js";
import { usableVideos } from "./videos.js";

/** @type {Decoder} */
export function decodeRaw(bytes, width, height) {
  const length = width * height * 4;
  if (bytes.length !== length) {
    throw new RangeError(`raw pixels have ${bytes.length} bytes instead of ${length}`);
  }
  return bytes;
}

/**
 * A zlib stream of the rows.
 *
 * @param {Bytes} bytes @param {number} width @param {number} height
 * @returns {Promise<Bytes>}
 */
export async function decodeDeflate(bytes, width, height) {
  const length = width * height * 4;
  const pixels = new Uint8Array(length);
  const filled = await inflate(bytes, pixels);
  if (filled !== length) {
    throw new RangeError(`deflated pixels have ${filled} bytes instead of ${length}`);
  }
  return pixels;
}

/**
 * At most 256 colours: a zlib stream of their number minus one, the colours (four bytes each),
 * and an index for each pixel.
 *
 * @param {Bytes} bytes @param {number} width @param {number} height
 * @returns {Promise<Bytes>}
 */
export async function decodePalette(bytes, width, height) {
  const body = new Uint8Array(1 + 4 * 256 + width * height);
  const filled = await inflate(bytes, body);
  const count = body[0] + 1;
  const first = 1 + 4 * count;
  if (!filled || filled !== first + width * height) {
    throw new RangeError(`a palette of ${filled} bytes`);
  }
  const colours = new Uint32Array(body.slice(1, first).buffer);
  const words = new Uint32Array(width * height);
  for (let at = 0; at < words.length; at++) {
    const index = body[first + at];
    if (index >= count) throw new RangeError(`colour ${index} of ${count}`);
    words[at] = colours[index];
  }
  return new Uint8Array(words.buffer);
}

/**
 * A zlib stream (RFC 1950) into memory that is there; gives how much came. Output beyond the
 * expected length is never kept. The writer and reader form is several times faster than
 * `new Response(stream)`.
 *
 * @param {Bytes} bytes
 * @param {Bytes} target
 * @returns {Promise<number>}
 */
async function inflate(bytes, target) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const ignore = () => {}; // the reader gets the same error
  writer.write(bytes).catch(ignore);
  writer.close().catch(ignore);
  const reader = stream.readable.getReader();
  let filled = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return filled;
    if (filled + value.length > target.length) {
      reader.cancel().catch(ignore);
      throw new RangeError(`deflated pixels have more than ${target.length} bytes`);
    }
    target.set(value, filled);
    filled += value.length;
  }
}

/** The codecs that this viewer knows, by name: all that every viewer must know, and files.
 * @type {Readonly<Record<string, Decoder>>} */
export const DECODERS = Object.freeze({
  raw: decodeRaw,
  deflate: decodeDeflate,
  palette: decodePalette,
  ...pictureDecoders(),
});

/** @type {Promise<string[]> | undefined} */
let tried;

/** The codecs of pictures and of videos that can be relied on here; tried out once. */
export function usableCodecs() {
  tried ??= Promise.all([reliable(DECODERS), usableVideos()]).then((names) => names.flat());
  return tried;
}
