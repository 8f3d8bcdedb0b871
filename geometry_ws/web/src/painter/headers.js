/**
 * The size that a picture file says it has, read from its first bytes without decoding it: what
 * stands between a few bytes and a huge picture.
 */

/** @param {DataView} view @param {number} at @param {string} text */
function says(view, at, text) {
  for (let index = 0; index < text.length; index++) {
    if (view.getUint8(at + index) !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** @param {DataView} view @returns {[number, number] | null} */
function png(view) {
  if (view.getUint32(0) !== 0x89504e47 || !says(view, 12, "IHDR")) return null;
  return [view.getUint32(16), view.getUint32(20)];
}

/** @param {DataView} view @returns {[number, number] | null} */
function jpeg(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // padding before a marker
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // these have no length
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    } else {
      at += 2 + Math.max(view.getUint16(at + 2), 2);
    }
  }
  return null;
}

/** @param {DataView} view @returns {[number, number] | null} */
function webp(view) {
  if (!says(view, 0, "RIFF") || !says(view, 8, "WEBP")) return null;
  if (says(view, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
  }
  if (says(view, 12, "VP8 ")) {
    return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  }
  return null; // the extended form has nothing that an opaque still picture needs
}

const READERS = { png, jpeg, webp };

/**
 * @param {"png" | "jpeg" | "webp"} codec
 * @param {Uint8Array} bytes
 * @returns {[number, number] | null} width and height; null where this is no such file
 */
export function declaredSize(codec, bytes) {
  try {
    return READERS[codec](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (problem) {
    if (problem instanceof RangeError) return null; // cut off
    throw problem;
  }
}
