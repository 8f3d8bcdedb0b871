/**
 * Footnotes of a document: `[^name]` where something is noted, and `[^name]: text` anywhere. They
 * are numbered in the order in which they are referred to, and stand below the document. Pure.
 */

/** @import { Lexer, Parser } from "marked" */

const HEAD = /^ {0,3}\[\^([^\]\s]{1,60})\]:[ \t]*/;
const REFERENCE = /^\[\^([^\]\s]{1,60})\]/;
/** What begins another block, so that a line which isn't indented is no part of a note. */
const BLOCK = /^ {0,3}(?:#{1,6}\s|```|~~~|>|[-*+]\s|\d{1,9}[.)]\s|\||<|\[\^[^\]\s]{1,60}\]:)/;
const MOST = 500; // of a document

/** @typedef {{tokens: any[], number: number, references: number}} Footnote */

/** The footnotes of one document. */
export class Footnotes {
  constructor() {
    /** @type {Map<string, Footnote>} */
    this.all = new Map();
    /** @type {Footnote[]} in their order */
    this.numbered = [];
  }

  /** @param {string} label @param {any[]} tokens @returns {boolean} whether it is there now */
  define(label, tokens) {
    if (this.all.has(label) || this.all.size >= MOST) return false;
    this.all.set(label, { tokens, number: 0, references: 0 });
    return true;
  }

  /** The note that is referred to; it has a number then. @param {string} label */
  refer(label) {
    const footnote = this.all.get(label);
    if (!footnote) return null;
    if (!footnote.number) this.#number(footnote);
    footnote.references++;
    return footnote;
  }

  /** All notes in their order; those last that nothing refers to. @returns {Generator<Footnote>} */
  *listed() {
    let next = 0;
    // what is noted may refer to another one while it is written
    for (; next < this.numbered.length; next++) yield this.numbered[next];
    for (const footnote of this.all.values()) if (!footnote.number) this.#number(footnote);
    for (; next < this.numbered.length; next++) yield this.numbered[next];
  }

  /** @param {Footnote} footnote */
  #number(footnote) {
    footnote.number = this.numbered.push(footnote);
  }
}

/**
 * How marked reads and writes them.
 *
 * @param {() => Footnotes} current those of the document at hand
 * @returns {any[]}
 */
export const extensions = (current) => [
  {
    name: "footnote",
    level: "block",
    /** @this {{lexer: Lexer}} @param {string} text */
    tokenizer(text) {
      const [head, label] = HEAD.exec(text) ?? [];
      if (!head) return undefined;
      /** @type {any[]} */
      const tokens = [];
      const raw = extent(text);
      // a second one of that name is a text; without this it would name a link
      if (!current().define(label, tokens)) return { type: "html", block: true, raw, text: raw };
      this.lexer.blockTokens(raw.slice(head.length).replace(/\n {1,4}/g, "\n"), tokens);
      return { type: "footnote", raw, tokens };
    },
    renderer: () => "",
  },
  {
    name: "reference",
    level: "inline",
    /** @param {string} text */
    tokenizer(text) {
      const [raw, label] = REFERENCE.exec(text) ?? [];
      return raw && current().all.has(label) ? { type: "reference", raw, label } : undefined;
    },
    /** @param {any} token */
    renderer({ label }) {
      const footnote = current().refer(label);
      if (!footnote) return "";
      const { number, references } = footnote;
      return `<sup value="${number}${references > 1 ? ` ${references}` : ""}">${number}</sup>`;
    },
  },
];

/** The items of the list of notes, each as it is written.
 * @param {Footnotes} footnotes @param {Parser} parser */
export function* notes(footnotes, parser) {
  for (const { number, tokens } of footnotes.listed()) {
    yield `<li value="${number}">${parser.parse(tokens)}</li>`;
  }
}

/** A note with all lines that belong to it: those up to an empty one, and indented ones after it.
 * @param {string} text that begins with it */
function extent(text) {
  let end = text.indexOf("\n");
  if (end < 0) return text;
  for (let from = end + 1, empty = false; from < text.length;) {
    const after = text.indexOf("\n", from);
    const to = after < 0 ? text.length : after;
    const line = text.slice(from, to);
    const blank = !/\S/.test(line);
    const inside = /^(?: {2,}|\t)/.test(line);
    if (!blank && !inside && (empty || BLOCK.test(line))) break;
    empty = blank;
    if (!blank) end = to;
    from = to + 1;
  }
  return text.slice(0, end + 1);
}
