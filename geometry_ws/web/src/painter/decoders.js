/**
 * Codecs of frame images. Each takes the bytes of an image operation and the number of bytes
 * that the pixels must have (width × height × 4), and gives exactly that many bytes of
 * premultiplied BGRA rows without padding, at once or as a promise. Anything else throws.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {(bytes: Bytes, length: number) => Bytes | Promise<Bytes>} Decoder
 */

/** @type {Decoder} */
export function decodeRaw(bytes, length) {
  if (bytes.length !== length) {
    throw new RangeError(`raw pixels have ${bytes.length} bytes instead of ${length}`);
  }
  return bytes;
}

/**
 * A zlib stream (RFC 1950). The writer and reader form is several times faster than
 * `new Response(stream)`. Output beyond the expected length is never kept.
 *
 * @param {Bytes} bytes
 * @param {number} length
 * @returns {Promise<Bytes>}
 */
export async function decodeDeflate(bytes, length) {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  const ignore = () => {}; // the reader gets the same error
  writer.write(bytes).catch(ignore);
  writer.close().catch(ignore);
  const reader = stream.readable.getReader();
  const pixels = new Uint8Array(length);
  let filled = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    if (filled + value.length > length) {
      reader.cancel().catch(ignore);
      throw new RangeError(`deflated pixels have more than ${length} bytes`);
    }
    pixels.set(value, filled);
    filled += value.length;
  }
  if (filled !== length) {
    throw new RangeError(`deflated pixels have ${filled} bytes instead of ${length}`);
  }
  return pixels;
}

/** The codecs that every viewer must know, by name.
 * @type {Readonly<Record<string, Decoder>>} */
export const DECODERS = Object.freeze({ raw: decodeRaw, deflate: decodeDeflate });
