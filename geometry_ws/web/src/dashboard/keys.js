/**
 * Keys as programs are told them; pure.
 *
 * @typedef {{key: string, code: string}} Key named as in the DOM
 */

const MOST_LETTERS = 32; // of a key's name, as the protocol has it
const MOST_KEYS = 32; // that can be down at once, as the node counts them

/** @param {{altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean}} event */
export function modifiersOf(event) {
  const held = {
    alt: event.altKey,
    control: event.ctrlKey,
    meta: event.metaKey,
    shift: event.shiftKey,
  };
  return Object.entries(held)
    .filter(([, down]) => down)
    .map(([name]) => name);
}

/** @param {Key} event @returns {Key} */
function named({ key, code }) {
  return { key: key.slice(0, MOST_LETTERS), code: code.slice(0, MOST_LETTERS) };
}

/**
 * The keys that are down in a program: each that it is told goes down is released once, whatever
 * happens to the page meanwhile.
 */
export class HeldKeys {
  constructor() {
    /** @type {Map<string, Key>} by the key's place on the keyboard */
    this.keys = new Map();
  }

  /**
   * A key goes down, or repeats.
   *
   * @param {Key & {repeat?: boolean}} event
   * @returns {Key | null} what to tell; null when it went down for somebody else, or too many are
   */
  down(event) {
    const place = event.code || event.key.toLowerCase();
    const known = this.keys.has(place);
    if (!known && (event.repeat || this.keys.size >= MOST_KEYS)) return null;
    const key = named(event);
    this.keys.set(place, key);
    return key;
  }

  /**
   * A key comes up. Browsers of a Mac don't say so of keys that were down together with Command,
   * so with that one all come up.
   *
   * @param {Key} event
   * @returns {Key[]} what to tell
   */
  up(event) {
    if (event.key === "Meta" && this.keys.size) return this.release();
    const place = event.code || event.key.toLowerCase();
    const key = this.keys.get(place);
    this.keys.delete(place);
    return key ? [key] : [];
  }

  /** All come up. @returns {Key[]} */
  release() {
    const all = [...this.keys.values()];
    this.keys.clear();
    return all;
  }
}
