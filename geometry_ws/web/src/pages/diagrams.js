/**
 * Diagrams that are written as Mermaid, as pictures beside their sources. They are drawn in a frame
 * that can reach nothing (src/diagram), one after the other, when they come into sight; nothing of
 * it is loaded before. What comes back is shown as a picture, in which nothing runs.
 */

import { COLOURS } from "../diagram/look.js";
import { sentence } from "../diagram/problem.js";
import { here } from "../shared/base.js";
import { make, setText } from "../shared/dom.js";

const PATIENCE_MS = 6000; // longer for one diagram
const LOADING_MS = 20_000; // for the frame itself
const MOST_PICTURE = 2_000_000; // characters
const MOST_SIDE = 20_000; // pixels
const MOST_REMEMBERED = 60; // pictures
const LEAST_SCALE = 0.7; // of a diagram's own size
const NEAR = "600px"; // from what is in sight

/**
 * @typedef {{address: string, width: number, height: number}} Picture
 * @typedef {{picture?: Picture, said?: string}} Outcome what it looks like, or why it isn't drawn
 * @typedef {{text: string, dark: boolean, give: (outcome: Outcome) => void}} Job
 */

/** Draws one diagram after the other. */
export class Drawer {
  /**
   * @param {() => {send: (message: any) => void, end: () => void}} start begins a frame, which
   *   tells `hear` of its messages
   * @param {() => Record<string, string>} colours the page's colours now
   */
  constructor(start, colours) {
    this.start = start;
    this.colours = colours;
    this.frame = /** @type {ReturnType<typeof start> | null} */ (null);
    this.ready = false;
    /** @type {Job[]} */
    this.jobs = [];
    /** @type {Job | null} */
    this.current = null;
    this.count = 0;
    /** @type {Map<string, Outcome>} */
    this.known = new Map();
    /** @type {any} */
    this.timer = null;
  }

  /** Draw a diagram, or give what was drawn of it before.
   * @param {string} text @param {boolean} dark @returns {Promise<Outcome>} */
  draw(text, dark) {
    const known = this.known.get(`${dark}\n${text}`);
    if (known) return Promise.resolve(known);
    return new Promise((give) => {
      this.jobs.push({ text, dark, give });
      this.#next();
    });
  }

  #next() {
    if (this.current || !this.jobs.length) return;
    if (!this.frame) {
      this.frame = this.start();
      this.timer = setTimeout(() => this.#failed(), LOADING_MS);
    }
    if (!this.ready) return;
    const current = (this.current = /** @type {Job} */ (this.jobs.shift()));
    const { text, dark } = current;
    this.timer = setTimeout(() => this.#failed(), PATIENCE_MS);
    this.frame.send({ id: ++this.count, text, dark, colours: this.colours() });
  }

  /** What the frame says; nothing of it is trusted. @param {any} message */
  hear(message) {
    if (message?.ready === true && !this.ready) {
      clearTimeout(this.timer);
      this.ready = true;
      this.#next();
      return;
    }
    const { current } = this;
    if (!current || message?.id !== this.count) return;
    this.#finished(current, read(message));
  }

  /** @param {Job} job @param {Outcome} outcome */
  #finished(job, outcome) {
    clearTimeout(this.timer);
    this.current = null;
    this.known.set(`${job.dark}\n${job.text}`, outcome);
    for (const old of this.known.keys()) {
      if (this.known.size <= MOST_REMEMBERED) break;
      this.known.delete(old);
    }
    job.give(outcome);
    this.#next();
  }

  /** The frame doesn't come, or takes too long. */
  #failed() {
    const { current, ready } = this;
    this.frame?.end();
    this.frame = null;
    this.ready = false;
    if (current) this.#finished(current, { said: "The diagram takes too long to be drawn." });
    else if (!ready) {
      for (const { give } of this.jobs.splice(0))
        give({ said: "Diagrams can't be drawn just now." });
    }
  }
}

/** @param {any} message @returns {Outcome} */
function read({ picture, width, height, problem }) {
  const drawn = typeof picture === "string" && picture.startsWith("<svg");
  const fits = (/** @type {any} */ side) => side > 0 && side <= MOST_SIDE;
  if (drawn && picture.length <= MOST_PICTURE && fits(width) && fits(height)) {
    const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`;
    return { picture: { address, width: Math.ceil(width), height: Math.ceil(height) } };
  }
  const { kind = drawn ? "large" : "syntax", line = 0 } = problem ?? {};
  return { said: sentence({ kind, line: Number.isInteger(line) ? line : 0 }) };
}

/** A frame without an origin, out of sight. */
function begin() {
  const element = make("iframe", {
    class: "drawing",
    sandbox: "allow-scripts",
    src: here(DIAGRAM_FRAME),
    title: "Draws diagrams",
    tabIndex: -1,
    "aria-hidden": "true",
  });
  const hear = (/** @type {MessageEvent} */ { source, data }) => {
    if (source && source === element.contentWindow) drawer.hear(data);
  };
  addEventListener("message", hear);
  document.body.append(element);
  return {
    send: (/** @type {any} */ message) => element.contentWindow?.postMessage(message, "*"),
    end() {
      removeEventListener("message", hear);
      element.remove();
    },
  };
}

const isDark = () => document.documentElement.dataset.theme === "dark";

function coloursNow() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
}

const drawer = new Drawer(begin, coloursNow);

/** What draws a diagram again, by its element. @type {WeakMap<Element, () => void>} */
const drawings = new WeakMap();
/** @type {IntersectionObserver | null} */
let seen = null;

/** Watch for diagrams that come into sight, and for another theme; once. */
function watch() {
  seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen?.unobserve(target);
        drawings.get(target)?.();
      }
    },
    { rootMargin: NEAR },
  );
  new MutationObserver(() => {
    for (const figure of document.querySelectorAll("figure.diagram")) seen?.observe(figure);
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return seen;
}

/**
 * A diagram: its source, above which its picture will stand.
 *
 * @param {HTMLElement} source holds the text
 * @param {boolean} large whether it is too large to be drawn
 */
export function diagram(source, large) {
  const words = make("summary", { textContent: "Source" });
  const box = make("details", { class: "source", open: true }, words, source);
  const note = make("p", { class: "note", role: "status", hidden: true });
  const figure = make("figure", { class: "diagram" }, note, box);
  const say = (/** @type {string} */ said) => {
    setText(note, said);
    note.hidden = !said;
  };
  if (large) say("The diagram is too long to be drawn.");
  if (large) return figure;
  let shown = "";
  const draw = async () => {
    const text = source.textContent ?? "";
    const dark = isDark();
    const outcome = await drawer.draw(text, dark);
    if (dark !== isDark()) return; // it is drawn again
    const before = figure.querySelector(".picture");
    if (outcome.picture) {
      const { address, width, height } = outcome.picture;
      const kind = /^\s*([a-z]\w*)/im.exec(
        text.replace(/^\s*(---[\s\S]*?---|%%.*)\s*$/gm, ""),
      )?.[1];
      const picture = make("img", { src: address, width, height, alt: `A diagram: ${kind ?? ""}` });
      // on a phone a large one is moved rather than made too small to be read
      picture.style.maxWidth = `max(100%, ${Math.round(width * LEAST_SCALE)}px)`;
      const frame = make("div", { class: "picture", tabIndex: 0, role: "group" }, picture);
      frame.setAttribute("aria-label", "A diagram");
      if (before) before.replaceWith(frame);
      else figure.prepend(frame);
      if (!shown) box.open = false;
      shown = address;
    } else before?.remove();
    say(outcome.said ?? "");
  };
  drawings.set(figure, draw);
  (seen ?? watch()).observe(figure);
  return figure;
}
