/**
 * A project's Markdown as elements. Nothing of it can run: markup in it is shown as the text that
 * it is, DOMPurify lets through only the elements named here, pictures become words, and links
 * lead to the web, to an address for mail, or to pages of ours.
 */

import DOMPurify from "dompurify";
import { Marked } from "marked";
import { make } from "../shared/dom.js";
import { follow } from "../shared/routes.js";

const LONGEST = 300_000; // characters; longer documents are shown as plain text

const TAGS = [
  "a",
  "blockquote",
  "br",
  "code",
  "del",
  "em",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "hr",
  "li",
  "ol",
  "p",
  "pre",
  "strong",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];

/** @param {string} text */
function escaped(text) {
  const signs = /** @type {Record<string, string>} */ ({
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  });
  return text.replace(/[&<>"']/g, (sign) => signs[sign]);
}

/** How many levels the headings of the document at hand are lowered: no level is left out. */
let shift = 0;

const marked = new Marked({
  gfm: true,
  async: false,
  renderer: {
    html({ text }) {
      const shown = text.replace(/<!--[\s\S]*?(-->|$)/g, "");
      return escaped(shown);
    },
    image({ text, href }) {
      return `<em>[picture: ${escaped(text || href)}]</em>`;
    },
    heading({ tokens, depth }) {
      const level = Math.max(2, Math.min(6, depth + shift));
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    checkbox({ checked }) {
      return checked ? "☑ " : "☐ ";
    },
  },
});

/**
 * @param {string} text
 * @param {object} where
 * @param {string} where.folder the document's folder below openspec/, for its links
 * @param {number} [where.level] the level of the heading that it stands below
 * @param {(page: any, what: {name: string, hash: string}) => string} where.to addresses
 * @returns {Node}
 */
export function markdown(text, { folder, level = 2, to }) {
  if (text.length > LONGEST) return make("pre", { class: "plain-text", textContent: text });
  const tokens = marked.lexer(text);
  const depths = tokens.map((token) => (token.type === "heading" ? token.depth : 6));
  shift = level + 1 - Math.min(6, ...depths);
  const html = marked.parser(tokens);
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "start"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) lead(link, folder, to);
  for (const table of fragment.querySelectorAll("table")) {
    const box = make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table" });
    table.replaceWith(box);
    box.append(table);
  }
  for (const code of fragment.querySelectorAll("pre")) code.tabIndex = 0;
  return fragment;
}

/** @param {HTMLAnchorElement} link @param {string} folder
 * @param {(page: any, what: {name: string, hash: string}) => string} to */
function lead(link, folder, to) {
  const target = follow(link.getAttribute("href") ?? "", folder);
  if (!target) {
    link.replaceWith(...link.childNodes);
  } else if (target.kind === "outside") {
    link.href = target.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.className = "outside";
  } else {
    link.href = to(target.page, target);
  }
}
