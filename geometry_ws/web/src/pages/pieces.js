/**
 * Pieces of a document as elements. A piece is a list of steps, made elsewhere and trusted in
 * nothing: only elements named here are made, and links lead to the web, to an address for mail,
 * or to pages of ours.
 *
 * A step is a text, `[0, text]` for a text with entities, a number from 1 on for an element that
 * begins (`[number, value, cut]` with its href or start, and whether it began in the piece before),
 * or 0 for the end of an element.
 *
 * @typedef {string | number | [number, string] | [number, string, number]} Step
 * @typedef {{folder: string,
 *   to: (page: any, what: {name: string, hash: string}) => string}} Place
 */

import { make } from "../shared/dom.js";
import { follow } from "../shared/routes.js";

export const TAGS = Object.freeze(
  /** @type {const} */ ([
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
  ]),
);

/** @type {Map<string, string>} */
const decoded = new Map();
const MOST_DECODED = 5000;

/** What entities stand for. @param {string} text */
function decode(text) {
  return text.replace(/&(?:#\d{1,7}|#x[a-f0-9]{1,6}|\w{1,40});/gi, (entity) => {
    let sign = decoded.get(entity);
    if (sign === undefined) {
      // no markup: an entity alone, in a document of its own
      const page = new DOMParser().parseFromString(entity, "text/html");
      sign = page.body.textContent ?? "";
      if (decoded.size < MOST_DECODED) decoded.set(entity, sign);
    }
    return sign;
  });
}

/**
 * @param {Step[]} steps
 * @param {Place} place where the document lies, for its links
 * @returns {DocumentFragment}
 */
export function build(steps, place) {
  const fragment = document.createDocumentFragment();
  /** @type {Node[]} */
  const open = [fragment];
  for (const step of steps) {
    const parent = /** @type {Node} */ (open.at(-1));
    if (typeof step === "string") parent.appendChild(document.createTextNode(step));
    else if (step === 0) {
      if (open.length > 1) open.pop();
    } else {
      const [number, value, cut] = typeof step === "number" ? [step, "", 0] : step;
      if (number === 0) parent.appendChild(document.createTextNode(decode(value)));
      else open.push(begin(parent, TAGS[number - 1], value, Boolean(cut), place));
    }
  }
  return fragment;
}

/** Put an element there; gives what its content belongs into.
 * @param {Node} parent @param {typeof TAGS[number] | undefined} tag @param {string} value
 * @param {boolean} cut @param {Place} place @returns {Node} */
function begin(parent, tag, value, cut, place) {
  if (!tag) return parent;
  const element = tag === "a" ? lead(decode(value), place) : make(tag);
  if (!element) return parent;
  if (cut) element.className = "cut";
  if (element instanceof HTMLOListElement && /^\d{1,9}$/.test(value)) {
    element.start = Number(value);
  }
  if (tag === "pre") element.tabIndex = 0;
  let outer = /** @type {HTMLElement} */ (element);
  if (tag === "table") {
    outer = make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table" });
    outer.append(element);
  }
  parent.appendChild(outer);
  return element;
}

/** A link, where there is something to lead to. @param {string} href @param {Place} place */
function lead(href, { folder, to }) {
  const target = follow(href, folder);
  if (!target) return null;
  if (target.kind === "inside") return make("a", { href: to(target.page, target) });
  return make("a", {
    href: target.href,
    target: "_blank",
    rel: "noopener noreferrer",
    class: "outside",
  });
}
