/**
 * A project's Markdown as pieces of elements, in a worker: reading it never holds the page.
 *
 * Nothing of it can run: markup in it is shown as the text that it is, but for some
 * plain tags, and a piece has elements of a closed list only. A piece is small, whatever the
 * document is like: a block that is larger is cut, and goes on in the next piece.
 */

import { Lexer, Marked, Parser } from "marked";
import { disclose } from "./disclosures.js";
import { Footnotes, extensions, notes } from "./footnotes.js";
import { TAGS } from "./tags.js";

/** @import { Step } from "./pieces.js" */

export const MOST_ELEMENTS = 150; // of a piece
export const MOST_TEXT = 8_000; // characters of a piece
const DEEPEST = 60; // elements within each other; what lies deeper is put there
const NUMBERS = new Map(
  TAGS.map((tag, index) => /** @type {[string, number]} */ ([tag, index + 1])),
);
/** Tags without anything else, around words: what Markdown has signs for as well. */
const PLAIN = /^<(b|strong|i|em|s|del|code|kbd)>([^<]{1,500})<\/\1>/;
const ALIKE = /** @type {Record<string, string>} */ ({
  b: "strong",
  strong: "strong",
  i: "em",
  em: "em",
  s: "del",
  del: "del",
  code: "code",
  kbd: "code",
});
const INLINE = new Set(["a", "br", "code", "del", "em", "img", "strong", "sup"]);
const EMPTY = new Set(["br", "hr", "img"]);
const MOST_WORDS = 500; // characters of what stands for a picture

const SIGNS = /** @type {Record<string, string>} */ ({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
});
const OURS = /&(?:amp|lt|gt|quot|#39);/g;
const NAMES = new Map(Object.entries(SIGNS).map(([sign, name]) => [name, sign]));

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => SIGNS[sign]);

/** @param {string} html */
const plain = (html) => html.replace(OURS, (name) => NAMES.get(name) ?? "");

/** How many levels the headings of the document at hand are lowered: no level is left out. */
let shift = 0;

/** The footnotes of the document at hand. */
let footnotes = new Footnotes();

const marked = new Marked({
  gfm: true,
  async: false,
  extensions: [
    ...extensions(() => footnotes),
    {
      name: "plain",
      level: "inline",
      /** @this {{lexer: Lexer}} @param {string} text */
      tokenizer(text) {
        const [raw, tag, inside] = PLAIN.exec(text) ?? [];
        if (!raw) return undefined;
        return { type: "plain", raw, tag: ALIKE[tag], tokens: this.lexer.inlineTokens(inside) };
      },
      renderer({ tag, tokens = [] }) {
        return `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
      },
    },
    {
      name: "details",
      renderer({ open, summary, inline, tokens }) {
        const begun = `<details value="${open ? "+" : "-"}${escaped(summary)}">`;
        const words = `<summary>${this.parser.parseInline(inline)}</summary>`;
        return `${begun}${words}${this.parser.parse(tokens ?? [])}</details>`;
      },
    },
  ],
  renderer: {
    html({ text }) {
      if (/^<br\s*\/?>$/i.test(text)) return "<br>";
      const shown = text.replace(/<!--[\s\S]*?(-->|$)/g, "");
      return escaped(shown);
    },
    image({ text, href }) {
      return `<img value="${escaped(href)}\n${escaped(text.slice(0, MOST_WORDS))}">`;
    },
    heading({ tokens, depth }) {
      const level = Math.max(2, Math.min(6, depth + shift));
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    code({ text, lang }) {
      if (lang?.trim().toLowerCase() !== "mermaid") return false;
      const value = text.length < MOST_TEXT ? "mermaid" : "large";
      return `<pre value="${value}"><code>${escaped(text)}\n</code></pre>`;
    },
    checkbox({ checked }) {
      return checked ? "☑ " : "☐ ";
    },
  },
});

/** Steps that make elements, gathered into pieces. */
export class Pieces {
  /** @param {(piece: Step[], elements: number) => void} give */
  constructor(give) {
    this.give = give;
    /** @type {Step[]} */
    this.steps = [];
    this.elements = 0;
    this.text = 0;
    /** @type {{number: number, value: string, items: number}[]} from outside to inside */
    this.open = [];
    this.skipped = 0;
  }

  /** @param {string} tag @param {string} value of its one attribute */
  begin(tag, value) {
    const number = NUMBERS.get(tag);
    if (!number || this.open.length >= DEEPEST) {
      this.skipped++;
      return;
    }
    // a diagram isn't cut: it has a piece from its beginning on
    const whole = value === "mermaid" && tag === "pre" && this.elements > this.open.length;
    if (whole || this.elements >= MOST_ELEMENTS) this.cut();
    this.steps.push(value ? [number, value] : number);
    this.elements++;
    if (EMPTY.has(tag)) this.steps.push(0);
    else {
      const list = this.open.at(-1);
      if (list && tag === "li") list.items++;
      this.open.push({ number, value, items: 0 });
    }
  }

  /** @param {string} tag */
  end(tag) {
    if (!NUMBERS.has(tag) || this.skipped) {
      this.skipped = Math.max(0, this.skipped - 1);
      return;
    }
    this.open.pop();
    this.steps.push(0);
  }

  /** @param {string} html text with entities */
  say(html) {
    // others than those that we write
    const entities = html.replace(OURS, "").includes("&");
    let text = entities ? html : plain(html);
    while (text) {
      if (this.text && this.text + text.length > MOST_TEXT) this.cut();
      const room = MOST_TEXT - this.text;
      const part = text.length <= room ? text : text.slice(0, ending(text, room));
      this.steps.push(entities ? [0, part] : part);
      this.text += part.length;
      text = text.slice(part.length);
      if (text) this.cut();
    }
  }

  /** End the piece here; what is open goes on in the next one. */
  cut() {
    for (let left = this.open.length; left; left--) this.steps.push(0);
    this.flush();
    for (const [index, { number, value, items }] of this.open.entries()) {
      // the numbers of a list go on
      const before = index + 1 < this.open.length ? items - 1 : items;
      const numbered = TAGS[number - 1] === "ol" && before > 0;
      this.steps.push([number, numbered ? String(Number(value || 1) + before) : value, 1]);
    }
    this.elements = this.open.length;
  }

  /** A block has ended: a good place for a cut where a piece is large enough. */
  rest() {
    if (this.elements * 2 >= MOST_ELEMENTS || this.text * 2 >= MOST_TEXT) this.flush();
  }

  flush() {
    if (this.steps.length) this.give(this.steps, this.elements);
    this.steps = [];
    this.elements = this.text = 0;
  }
}

/** Where to end a text of so many characters at the most: after a line, a word, or a character.
 * @param {string} text @param {number} most */
export function ending(text, most) {
  const line = text.lastIndexOf("\n", most - 1) + 1;
  if (line > most / 2) return line;
  const word = text.lastIndexOf(" ", most - 1) + 1;
  if (word > most / 2) return word;
  // neither a pair of surrogates nor an entity is cut in two
  const entity = text.lastIndexOf("&", most - 1);
  if (entity > 0 && entity > most - 40) return entity;
  return /[\uD800-\uDBFF]/.test(text[most - 1]) && most > 1 ? most - 1 : most;
}

/** The steps of what marked has written, which has no other markup than elements.
 * @param {string} html @param {Pieces} pieces */
function take(html, pieces) {
  let block = true;
  for (const [all, close, tag, attributes] of html.matchAll(
    /<(\/?)([a-z][a-z0-9]*)([^>]*)>|[^<]+|</g,
  )) {
    if (tag) {
      if (close) pieces.end(tag);
      else pieces.begin(tag, / (?:href|start|value)="([^"]*)"/.exec(attributes)?.[1] ?? "");
      block = !INLINE.has(tag);
    } else if (!block || /\S/.test(all)) {
      // white space between blocks is nobody's text
      pieces.say(all);
      block = false;
    }
  }
}

/**
 * Read Markdown, piece by piece.
 *
 * @param {string} text
 * @param {number} level the level of the heading that it stands below
 * @param {(piece: Step[], elements: number) => void} give
 * @param {(share: number) => void} [tell] how far it is, from 0 to 1
 */
export function read(text, level, give, tell = () => {}) {
  const options = { ...marked.defaults };
  footnotes = new Footnotes();
  const lexer = new Lexer(options);
  lexer.blockTokens(text.replace(/\r\n|\r/g, "\n"), lexer.tokens);
  disclose(lexer.tokens, lexer);
  const { tokens, inlineQueue } = lexer;
  for (const [index, { src, tokens: inside }] of inlineQueue.entries()) {
    lexer.state.inRawBlock = false;
    lexer.inlineTokens(src, inside);
    if (index % 64 === 0) tell(index / inlineQueue.length);
  }
  const depths = tokens.map((token) => (token.type === "heading" ? token.depth : 6));
  shift = level + 1 - depths.reduce((least, depth) => Math.min(least, depth), 6);
  const parser = new Parser(options);
  const pieces = new Pieces(give);
  for (const token of tokens) {
    take(parser.parse([token]), pieces);
    pieces.rest();
  }
  if (footnotes.all.size) {
    take("<hr>", pieces);
    pieces.begin("ol", "");
    for (const note of notes(footnotes, parser)) take(note, pieces);
    pieces.end("ol");
  }
  pieces.flush();
}
