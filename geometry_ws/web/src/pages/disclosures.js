/**
 * `<details>` in Markdown, as blocks that hold others. Pure.
 *
 * Only the plain tags are taken: one with any attribute but `open`, or without its end, is a text
 * like all other markup. So what comes of it is always well nested.
 */

/** @import { Lexer, Token } from "marked" */

const SUMMARY = String.raw`<summary>(?<summary>[\s\S]{0,500}?)</summary>`;
const MARKER = new RegExp(
  String.raw`<details(?<open>\s+open)?\s*>|<(?<end>/)details\s*>|${SUMMARY}`,
  "gi",
);
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const DEEPEST = 20; // within each other

/**
 * @typedef {object} Details a token
 * @property {"details"} type
 * @property {string} raw
 * @property {boolean} open
 * @property {string} summary as it is written; "" without one
 * @property {any[]} inline the summary's tokens
 * @property {any[]} tokens what is inside
 */

/**
 * Put the blocks between `<details>` and its end into one, in a list of blocks and all below it.
 *
 * @param {any[]} tokens blocks whose inline texts aren't read yet; changed in place
 * @param {Lexer} lexer reads what stands beside the tags
 */
export function disclose(tokens, lexer) {
  for (const token of tokens) {
    if (token.type === "blockquote" || token.type === "footnote") disclose(token.tokens, lexer);
    if (token.type === "list") for (const item of token.items) disclose(item.tokens, lexer);
  }
  if (!tokens.some(isOpening)) return;
  tokens.splice(0, tokens.length, ...nested(tokens, lexer));
}

/** @param {Token} token */
const isOpening = (token) =>
  token.type === "html" && "block" in token && /<details[\s>]/i.test(token.raw);

/** @param {any[]} tokens @param {Lexer} lexer */
function nested(tokens, lexer) {
  /** @type {Details[]} from outside to inside; the first stands for the list itself */
  const open = [begin("", false)];
  const put = (/** @type {any[]} */ more) =>
    /** @type {Details} */ (open.at(-1)).tokens.push(...more);
  for (const token of tokens) {
    if (token.type !== "html" || !token.block) {
      put([token]);
      continue;
    }
    const html = token.text.replace(COMMENT, "");
    let next = 0;
    for (const match of html.matchAll(MARKER)) {
      const { open: isOpen, end, summary } = match.groups ?? {};
      const inside = /** @type {Details} */ (open.at(-1));
      const before = html.slice(next, match.index);
      const first = !inside.summary && !inside.tokens.length && !/\S/.test(before);
      if (summary !== undefined && (open.length === 1 || !first)) continue;
      if (end && open.length === 1) continue;
      if (summary === undefined && !end && open.length > DEEPEST) continue;
      put(blocks(before, lexer));
      next = match.index + match[0].length;
      if (summary !== undefined) inside.summary = summary.trim();
      else if (end) {
        open.pop();
        put([inside]);
      } else open.push(begin(match[0], Boolean(isOpen)));
    }
    put(blocks(html.slice(next), lexer));
  }
  while (open.length > 1) {
    // without its end it is a text
    const { raw, summary, tokens: inside } = /** @type {Details} */ (open.pop());
    const written = summary ? `${raw}<summary>${summary}</summary>` : raw;
    put([{ type: "html", block: true, raw: written, text: written }, ...inside]);
  }
  const [whole] = open;
  read(whole.tokens, lexer);
  return whole.tokens;
}

/** @param {string} raw @param {boolean} open @returns {Details} */
const begin = (raw, open) => ({
  type: "details",
  raw,
  open,
  summary: "",
  inline: [],
  tokens: [],
});

/** What is written beside the tags. @param {string} text @param {Lexer} lexer @returns {any[]} */
function blocks(text, lexer) {
  return /\S/.test(text) ? lexer.blockTokens(text.replace(/^\s*\n|\s+$/g, ""), []) : [];
}

/** Have the summaries read with all other inline texts.
 * @param {any[]} tokens @param {Lexer} lexer */
function read(tokens, lexer) {
  for (const token of tokens) {
    if (token.type !== "details") continue;
    lexer.inline(token.summary || "Details", token.inline);
    read(token.tokens, lexer);
  }
}
