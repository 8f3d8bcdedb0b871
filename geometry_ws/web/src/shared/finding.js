/**
 * Finding by a few letters among everything that has a name. Pure.
 *
 * Each word that is typed must be in an entry's title or detail: at its beginning best, at the
 * beginning of a word next, then anywhere, and last with other letters between (of short names).
 * One letter alone is sought in names, not in tasks.
 *
 * @typedef {"change" | "spec" | "requirement" | "task" | "command" | "project"} Kind
 * @typedef {{kind: Kind, id: string, title: string, detail: string, rank?: number}} Entry
 *   `rank` is added to what it is worth, such as for what is open before what is archived
 * @typedef {{entry: Entry, worth: number, marks: [number, number][], more: [number, number][]}} Hit
 *   `marks` are the places of the words in the title, `more` those in the detail
 */

const BEGINS = 100;
const BEGINS_WORD = 80;
const INSIDE = 60;
const SCATTERED = 25;
const IN_DETAIL = 30; // less than in the title
const MOST_SCATTERED = 80; // letters of a title in which letters are sought one by one
const NAMES = new Set(["change", "spec", "command", "project"]);
const LEAST_IN_TEXTS = 2; // letters of the longest word; one letter is in all of them
const LEAST_SCATTERED = 2; // letters of a word

/** Whether a letter can't be inside of a word. @param {string} letter */
const parts = (letter) => letter === undefined || /[\s\-_/.,:;()[\]"“”'`]/.test(letter);

/** @param {string} text */
export const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);

/** An index: titles in small letters, made once for many questions. */
export class Index {
  /** @param {Entry[]} entries */
  constructor(entries) {
    this.entries = entries;
    this.titles = entries.map(({ title }) => title.toLowerCase());
    this.details = entries.map(({ detail }) => detail.toLowerCase());
  }

  /**
   * The best of each kind, the best first; what is equal stays in its order.
   *
   * @param {string} text @param {Readonly<Partial<Record<Kind, number>>>} most how many of a kind
   * @returns {Map<Kind, Hit[]>}
   */
  find(text, most) {
    const words = wordsOf(text);
    /** @type {Map<Kind, Hit[]>} */
    const kinds = new Map();
    if (!words.length) return kinds;
    const enough = words.some((word) => word.length >= LEAST_IN_TEXTS);
    for (let index = 0; index < this.entries.length; index++) {
      const { kind } = this.entries[index];
      if (!most[kind] || (!enough && !NAMES.has(kind))) continue;
      const hit = this.#match(index, words);
      if (!hit) continue;
      const hits = kinds.get(kind);
      if (hits) hits.push(hit);
      else kinds.set(kind, [hit]);
    }
    for (const [kind, hits] of kinds)
      kinds.set(kind, hits.sort((left, right) => right.worth - left.worth).slice(0, most[kind]));
    return kinds;
  }

  /** @param {number} index @param {string[]} words @returns {Hit | null} */
  #match(index, words) {
    const entry = this.entries[index];
    const title = this.titles[index];
    const detail = this.details[index];
    let worth = 0;
    /** @type {[number, number][]} */
    const marks = [];
    /** @type {[number, number][]} */
    const more = [];
    for (const word of words) {
      const at = placeOf(title, word);
      if (at >= 0) {
        worth += at === 0 ? BEGINS : parts(title[at - 1]) ? BEGINS_WORD : INSIDE;
        if (at + word.length === title.length && at === 0) worth += BEGINS;
        marks.push([at, at + word.length]);
        continue;
      }
      const beside = placeOf(detail, word);
      if (beside >= 0) {
        worth += (parts(detail[beside - 1]) ? BEGINS_WORD : INSIDE) - IN_DETAIL;
        more.push([beside, beside + word.length]);
        continue;
      }
      const scattered = NAMES.has(entry.kind) ? scatter(title, word) : null;
      if (!scattered) return null;
      worth += SCATTERED;
      marks.push(...scattered);
    }
    // of two that are equally good the shorter one is meant
    worth += (entry.rank ?? 0) + 10 / (10 + title.length);
    return { entry, worth, marks: joined(marks), more: joined(more) };
  }
}

/** Where a word stands: at the beginning of a word if it can. @param {string} text
 * @param {string} word */
function placeOf(text, word) {
  const first = text.indexOf(word);
  for (let at = first; at > 0; at = text.indexOf(word, at + 1)) if (parts(text[at - 1])) return at;
  return first;
}

/** The letters one after another, those that begin words preferred.
 * @param {string} title @param {string} word @returns {[number, number][] | null} */
function scatter(title, word) {
  if (word.length < LEAST_SCATTERED || title.length > MOST_SCATTERED) return null;
  return walk(title, word, true) ?? walk(title, word, false);
}

/** @param {string} title @param {string} word @param {boolean} heads whether a letter must go on or
 *   begin a word @returns {[number, number][] | null} */
function walk(title, word, heads) {
  /** @type {[number, number][]} */
  const marks = [];
  let at = -1;
  for (const letter of word) {
    let next = title.indexOf(letter, at + 1);
    while (heads && next > 0 && next !== at + 1 && !parts(title[next - 1]))
      next = title.indexOf(letter, next + 1);
    if (next < 0) return null;
    marks.push([next, next + letter.length]);
    at = next;
  }
  return marks;
}

/** Places in their order, without overlaps. @param {[number, number][]} marks */
function joined(marks) {
  /** @type {[number, number][]} */
  const all = [];
  for (const [start, end] of marks.sort((left, right) => left[0] - right[0])) {
    const last = all.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else all.push([start, end]);
  }
  return all;
}
