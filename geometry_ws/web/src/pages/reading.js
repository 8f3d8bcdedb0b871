/**
 * Documents that are read in a worker and shown piece by piece, so that none holds the page. What
 * takes too long to be read is shown as it is written.
 */

import { here } from "../shared/base.js";
import { make, setText } from "../shared/dom.js";
import { build } from "./pieces.js";
import { soon } from "./soon.js";

/** @import { Piece, Row } from "./diff.js" */
/** @import { Place } from "./pieces.js" */

const PATIENCE_MS = 8000; // longer for one document
const AGAIN_MS = 2000; // after a worker that couldn't be loaded: the node may be gone just now
const MOST_SHOWN = 10_000; // elements; more when they are asked for
const MOST_REMEMBERED = 300; // documents
const LATE_MS = 200; // before it is said that a document is being read
const LONG = 20_000; // characters of what waits until all else is read
const NOWHERE = { folder: "", to: () => "" };
const PLAIN_TEXT = 8_000; // characters of a piece of plain text

/**
 * What is read: Markdown, or the differences of a text to the one before.
 *
 * @typedef {{text: string, level?: number, before?: string}} Job
 */

export class Reading {
  /** @param {Job} job */
  constructor(job) {
    this.job = /** @type {Job | null} */ (job);
    this.size = job.text.length + (job.before?.length ?? 0);
    this.compares = job.before !== undefined;
    /** @type {{content: any[], elements: number}[]} */
    this.pieces = [];
    this.done = false;
    this.plain = false;
    /** how far the worker is, from 0 to 1 */
    this.share = 0;
    /** @type {Set<View>} */
    this.views = new Set();
  }

  /** @param {any[]} content @param {number} elements */
  add(content, elements) {
    this.pieces.push({ content, elements });
    this.tell();
  }

  /** Show the text as it is: it can't be read, or takes too long. */
  giveUp() {
    const { text = "", before = "" } = this.job ?? {};
    this.plain = true;
    this.pieces = [
      ...slices(before).map((part) => (this.compares ? row("removed", part) : part)),
      ...slices(text).map((part) => (this.compares ? row("added", part) : part)),
    ].map((part) => ({ content: [part], elements: 3 }));
    this.finish();
  }

  finish() {
    this.done = true;
    this.job = null;
    this.tell();
  }

  tell() {
    for (const view of this.views) view.update();
  }
}

/** @param {string} text @param {number} [most] characters of a part */
export function slices(text, most = PLAIN_TEXT) {
  const parts = [];
  for (let at = 0; at < text.length; at += most) parts.push(text.slice(at, at + most));
  return parts;
}

/** @param {"removed" | "added"} kind @param {string} text @returns {Row} */
function row(kind, text) {
  const pieces = [{ kind, text }];
  return {
    kind,
    before: kind === "removed" ? pieces : null,
    after: kind === "added" ? pieces : null,
  };
}

/** A row of two texts beside each other. @param {Row} row */
export function difference({ kind, before, after }) {
  return make(
    "div",
    { class: `diff-row ${kind}`, role: "row" },
    cell(before, "before"),
    cell(after, "after"),
  );
}

/** @param {Piece[] | null} pieces @param {string} side */
function cell(pieces, side) {
  const tags = /** @type {const} */ ({ removed: "del", added: "ins" });
  const children = (pieces ?? []).map(({ kind, text }) =>
    kind === "same" ? text : make(tags[kind], { textContent: text }),
  );
  return make(
    "div",
    { class: `${side}${pieces ? "" : " none"}`, role: "cell" },
    ...(children.length ? children : ["\u200b"]),
  );
}

let views = 0;

/** A document in one place of a page. */
export class View {
  /** @param {Reading} reading @param {Place} [place] @param {() => void} [complete] */
  constructor(reading, place = NOWHERE, complete = () => {}) {
    this.reading = reading;
    this.place = { ...place, serial: ++views };
    this.complete = complete;
    this.shown = 0;
    this.elements = 0;
    this.most = MOST_SHOWN;
    this.waiting = false;
    this.attached = false;
    /** whether it is of use no more, since it has left the page */
    this.left = false;
    this.plain = false;
    this.late = false;
    this.note = make("p", { class: "note reading", hidden: true });
    this.element = make("div", { class: "pieces", "aria-busy": "true" }, this.note);
    reading.views.add(this);
    setTimeout(() => {
      this.late = true;
      this.update();
    }, LATE_MS);
    // a small document is there at once, where it was read before
    this.#show();
    this.update();
  }

  /** Whether everything is shown that shall be. */
  get full() {
    const { reading, shown, elements, most } = this;
    return elements >= most || (reading.done && shown === reading.pieces.length);
  }

  /** Show one more piece soon, if there is one. */
  update() {
    if (this.element.isConnected) this.attached = true;
    else if (this.attached) {
      this.left = true;
      this.reading.views.delete(this);
      return;
    }
    this.#say();
    if (this.full) {
      const { complete } = this;
      this.complete = () => {};
      soon(complete);
    }
    const more = this.shown < this.reading.pieces.length && this.elements < this.most;
    if (!more || this.waiting) return;
    this.waiting = true;
    soon(() => {
      this.waiting = false;
      this.#show();
      this.update();
    });
  }

  #show() {
    const { reading } = this;
    if (reading.plain && !this.plain) {
      // what was read before the reading was given up
      this.element.replaceChildren(this.note);
      this.shown = this.elements = 0;
      this.plain = true;
    }
    const piece = reading.pieces[this.shown];
    if (!piece || this.elements >= this.most) return;
    this.shown++;
    this.elements += piece.elements;
    const [first] = piece.content;
    const content = reading.compares
      ? piece.content.map(difference)
      : this.plain
        ? [make("pre", { class: "plain-text", textContent: first })]
        : [build(piece.content, this.place)];
    // pieces out of sight aren't laid out; the first one is what most documents consist of
    this.note.before(
      ...(this.shown === 1 ? content : [make("div", { class: "part" }, ...content)]),
    );
  }

  /** Say how far it is, or what isn't shown. */
  #say() {
    const { reading, note } = this;
    const all = reading.done && this.shown === reading.pieces.length;
    this.element.setAttribute("aria-busy", String(!this.full));
    if (all && !this.plain) {
      note.remove();
    } else if (all) {
      setText(note, "It takes too long to lay this text out: it is shown as it is written.");
    } else if (this.elements >= this.most) {
      if (note.querySelector("button")) return;
      const more = make("button", { type: "button", class: "small", textContent: "Show more" });
      more.addEventListener("click", () => {
        this.most += MOST_SHOWN;
        note.replaceChildren();
        this.update();
      });
      note.replaceChildren("The document goes on. ", more);
    } else {
      const share = reading.done ? this.shown / reading.pieces.length : reading.share;
      setText(note, `Reading… ${share > 0.01 ? `${Math.floor(share * 100)} %` : ""}`);
      note.hidden = !this.late;
      return;
    }
    note.hidden = false;
  }
}

/** Reads one thing after the other, short ones first; each once. */
export class Reader {
  /** @param {() => Worker} start */
  constructor(start) {
    this.start = start;
    /** @type {Worker | null} */
    this.worker = null;
    this.ready = false;
    /** @type {Map<string, Reading>} */
    this.readings = new Map();
    /** @type {Reading[]} what is short comes first */
    this.short = [];
    /** @type {Reading[]} */
    this.long = [];
    /** @type {Reading | null} */
    this.current = null;
    this.count = 0;
    /** @type {any} */
    this.timer = null;
  }

  /**
   * Markdown, read or being read.
   *
   * @param {string} text @param {number} level the level of the heading that it stands below
   * @param {string} memo what stands for the text
   */
  read(text, level, memo) {
    return this.#get(`${level}\n${memo}`, { text, level });
  }

  /** The differences of two texts. @param {string} before @param {string} after */
  compare(before, after) {
    return this.#get(`compared\n${before.length}\n${before}\n${after}`, { before, text: after });
  }

  /** @param {string} key @param {Job} job */
  #get(key, job) {
    let reading = this.readings.get(key);
    if (reading) this.readings.delete(key);
    else {
      reading = new Reading(job);
      (reading.size > LONG ? this.long : this.short).push(reading);
      this.#next();
    }
    // what was asked for last is forgotten last
    this.readings.set(key, reading);
    for (const [old, { done }] of this.readings) {
      if (this.readings.size <= MOST_REMEMBERED || !done) break;
      this.readings.delete(old);
    }
    return reading;
  }

  #next() {
    if (this.current || !(this.short.length + this.long.length)) return;
    if (!this.worker) this.#begin();
    if (!this.ready) return;
    const current = (this.current = this.short.shift() ?? this.long.shift() ?? null);
    this.timer = setTimeout(() => this.#failed(), PATIENCE_MS);
    this.worker?.postMessage({ id: ++this.count, ...current?.job });
  }

  #begin() {
    const worker = (this.worker = this.start());
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker !== worker) return;
      if (this.ready) this.#failed();
      else {
        this.#stop();
        setTimeout(() => this.#next(), AGAIN_MS);
      }
    };
  }

  /** @param {any} message */
  #hear(message) {
    if (message.ready) {
      this.ready = true;
      this.#next();
      return;
    }
    const { current } = this;
    if (!current || message.id !== this.count) return;
    if (message.piece) current.add(message.piece, message.elements);
    else if ("share" in message) {
      current.share = message.share;
      current.tell();
    } else {
      this.#finished();
      if (message.done) current.finish();
      else current.giveUp();
      this.#next();
    }
  }

  #finished() {
    clearTimeout(this.timer);
    this.current = null;
  }

  /** The worker has failed at a document, or takes too long. */
  #failed() {
    const { current } = this;
    this.#stop();
    this.#finished();
    current?.giveUp();
    this.#next();
  }

  #stop() {
    this.worker?.terminate();
    this.worker = null;
    this.ready = false;
  }
}

/** The one of these pages. */
export const reader = new Reader(() => new Worker(here(READING_WORKER)));
