/**
 * Pieces of a document as elements. A piece is a list of steps, made elsewhere and trusted in
 * nothing: only elements named here are made, links lead to the web, to an address for mail, or to
 * pages of ours, and pictures are the project's own.
 *
 * A step is a text, `[0, text]` for a text with entities, a number from 1 on for an element that
 * begins (`[number, value, cut]` with what it needs to know, and whether it began in the piece
 * before), or 0 for the end of an element. The value is a link's address, the first number of a
 * list, the number of a footnote (of its item; of what refers to it, with how many did before),
 * the address and the words of a picture in two lines, or `+` or `-` (whether it is open) and the
 * words of what can be opened; of code that it is a diagram, or too large for one.
 *
 * @typedef {string | number | [number, string] | [number, string, number]} Step
 * @typedef {object} Place where a document is shown
 * @property {string} folder the document's folder below openspec/
 * @property {(page: any, what: {name: string, hash: string}) => string} to
 * @property {(path: string) => string} [picture] the address of a picture
 * @property {number} [serial] tells its footnotes from those of others
 */

import { make } from "../shared/dom.js";
import { follow, pictureOf } from "../shared/routes.js";
import { diagram } from "./diagrams.js";
import { TAGS } from "./tags.js";

export { TAGS };

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
      if (open.length > 1) finish(/** @type {Node} */ (open.pop()), place);
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
  const element = element_of(tag, value, cut, place);
  if (!element) return parent;
  if (cut) element.classList.add("cut");
  let outer = /** @type {HTMLElement} */ (element);
  if (tag === "table") {
    outer = make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": "Table" });
    outer.append(element);
  }
  if (tag === "pre" && value && !cut) outer = diagram(element, value !== "mermaid");
  parent.appendChild(outer);
  // what refers to a footnote is a link, and its number stands in it
  return tag === "sup" ? (element.firstElementChild ?? element) : element;
}

/** @param {typeof TAGS[number]} tag @param {string} value @param {boolean} cut
 * @param {Place} place @returns {HTMLElement | null} */
function element_of(tag, value, cut, place) {
  if (tag === "a") return lead(decode(value), place);
  if (tag === "img") return picture(value, place);
  if (tag === "sup") return reference(value, place);
  const element = make(tag);
  if (tag === "pre") element.tabIndex = 0;
  if (element instanceof HTMLOListElement && /^\d{1,9}$/.test(value)) {
    element.start = Number(value);
  }
  if (element instanceof HTMLDetailsElement) {
    element.className = "disclosure";
    element.open = value.startsWith("+");
    const words = decode(value.slice(1)) || "Details";
    if (cut) element.append(make("summary", { textContent: `${words} (continued)` }));
  }
  if (tag === "li" && NUMBER.test(value) && !cut) {
    element.id = noteId(place, value);
    element.className = "footnote";
  }
  return element;
}

/** An element has all that it shall have. @param {Node} node @param {Place} place */
function finish(node, place) {
  if (!(node instanceof HTMLLIElement) || !node.classList.contains("footnote")) return;
  const last = node.lastElementChild;
  const back = make("a", {
    class: "back",
    href: `#${referenceId(place, node.id.slice(node.id.lastIndexOf(":") + 1))}`,
    textContent: "↩",
    "aria-label": "Back to where it is noted",
  });
  (last?.matches("p") ? last : node).append(" ", back);
}

const NUMBER = /^\d{1,4}$/;

/** @param {Place} place @param {string} number */
const noteId = ({ serial = 0 }, number) => `footnote:${serial}:${number}`;

/** @param {Place} place @param {string} number */
const referenceId = ({ serial = 0 }, number) => `noted:${serial}:${number}`;

/** What refers to a footnote; the first one is what leads back to.
 * @param {string} value @param {Place} place */
function reference(value, place) {
  const [number, again] = value.split(" ");
  if (!NUMBER.test(number)) return make("sup");
  const link = make("a", {
    class: "reference",
    href: `#${noteId(place, number)}`,
    "aria-label": `Footnote ${number}`,
  });
  if (!again) link.id = referenceId(place, number);
  return make("sup", {}, link);
}

/** A picture of the project, or words in its place. @param {string} value @param {Place} place */
function picture(value, { folder, picture: addressOf }) {
  const [href, alt] = value.split("\n", 2).map(decode);
  const path = pictureOf(href, folder);
  const words = () => make("em", { textContent: `[picture: ${alt || href}]` });
  if (!path || !addressOf) return words();
  const element = make("img", {
    src: addressOf(path),
    alt: alt ?? "",
    loading: "lazy",
    decoding: "async",
  });
  element.addEventListener("error", () => element.replaceWith(words()), { once: true });
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
