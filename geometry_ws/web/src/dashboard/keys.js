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

/**
 * @typedef {"none" | "text" | "all"} Wish what a surface wants of the keyboard
 * @typedef {Key & {altKey: boolean, ctrlKey: boolean, metaKey: boolean, shiftKey: boolean,
 *   isComposing: boolean, keyCode: number, getModifierState(name: string): boolean}} Pressed
 */

const MODIFIERS = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Meta", "NumLock", "Shift"]);
/** Keys of the system and the browser, beside those with Control, Command or Alt. */
const SYSTEM = /^(F\d+|(Audio|Browser|Launch|Media|Brightness)[A-Z]\w*)$/;
/** What edits text with Control or Command. */
const EDITS = /^([acvxyz]|Arrow\w+|Home|End|Insert|Backspace|Delete|Enter|Page\w+)$/i;
const INPUT_METHOD = 229; // the key code of what an input method or a screen's keyboard takes

/** The one way out of a surface that has the keyboard, beside the button: Shift+Escape.
 * @param {Pressed} event */
export function leaves(event) {
  const others = event.ctrlKey || event.altKey || event.metaKey;
  return event.key === "Escape" && event.shiftKey && !others;
}

/**
 * What becomes of a key that goes down while a surface has the keyboard.
 *
 * @param {Pressed} event
 * @param {Wish} wish
 * @param {boolean} mac
 * @returns {"key" | "text" | "method" | "browser"} told, and the browser does nothing; told, and
 *   the browser makes text of it; the input method's, which makes text; the browser's alone
 */
export function meaningOf(event, wish, mac) {
  const { key } = event;
  if (key === "Dead") return "text";
  if (event.isComposing || event.keyCode === INPUT_METHOD) return "method";
  if (key === "Process" || (key === "Unidentified" && !event.code)) return "method";
  if (MODIFIERS.has(key)) return wish === "all" && key !== "AltGraph" ? "key" : "text";
  const graph = event.getModifierState("AltGraph");
  const command = !graph && (event.ctrlKey || event.metaKey);
  const alt = !graph && event.altKey && !mac; // on a Mac it makes letters
  if (pastes(event, mac)) return "text";
  if (wish === "text" && (SYSTEM.test(key) || alt)) return "browser";
  if (wish === "text" && command && !(mac && !event.metaKey) && !EDITS.test(key)) return "browser";
  return [...key].length === 1 && !command && !alt ? "text" : "key";
}

/** @param {Pressed} event @param {boolean} mac */
function pastes({ key, ctrlKey, metaKey, shiftKey, altKey }, mac) {
  if (altKey) return false;
  if (key === "Insert") return shiftKey && !ctrlKey && !metaKey;
  return key.toLowerCase() === "v" && (mac ? metaKey : ctrlKey);
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
