/**
 * The keyboard: which surface has it, and the keys and text that its program is told.
 *
 * The surface that was pressed last has it, if it wants any: until something else is pressed or
 * focused, Shift+Escape, its button in the page, or the end of the connection. It gets every key
 * then; while none has it, keys are the view's. What is down when it is lost is released, and so
 * it is when the page loses the keyboard itself.
 */

import { HeldKeys, leaves, meaningOf, modifiersOf } from "./keys.js";
import { Writer } from "./writer.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Key, Wish } from "./keys.js" */
/** @import { Surfaces } from "./surfaces.js" */

const MAC = /mac|iphone|ipad/i.test(navigator.platform);
/** Where text is edited: there a screen's keyboard comes by itself. */
const EDITED = new Set(["text", "vertical-text"]);

/**
 * @typedef {object} KeyboardActions
 * @property {(topic: "seat_key" | "seat_text", kwargs: Record<string, any>) => void} tell
 * @property {(event: KeyboardEvent, phase: "down" | "up") => boolean} moveView whether it is a key
 *   of the view, which then does what it does
 * @property {() => void} rest the view's keys are up
 * @property {(sentence: string) => void} complain "" takes back what was said
 */

export class Keyboard extends EventTarget {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLTextAreaElement} field is focused while a surface has the keyboard
   * @param {Session} session
   * @param {Surfaces} surfaces
   * @param {KeyboardActions} actions
   */
  constructor(canvas, field, session, surfaces, actions) {
    super();
    this.canvas = canvas;
    this.field = field;
    this.surfaces = surfaces;
    this.actions = actions;
    /** @type {string | null} the surface that has the keyboard */
    this.focus = null;
    /** whether that surface has been described: then it is gone when it isn't any more */
    this.described = false;
    /** whether a screen's keyboard waits until it is asked for */
    this.silent = false;
    this.held = new HeldKeys();
    this.writer = new Writer(field, {
      text: (text) => this.focus !== null && actions.tell("seat_text", { text }),
      tap: (key) => this.#tap(key),
      complain: actions.complain,
    });
    for (const phase of /** @type {("down" | "up")[]} */ (["down", "up"])) {
      canvas.addEventListener(`key${phase}`, (event) => {
        const key = /** @type {KeyboardEvent} */ (event);
        if (!key.isComposing && actions.moveView(key, phase)) event.preventDefault();
      });
    }
    canvas.addEventListener("blur", () => actions.rest());
    field.addEventListener("keydown", (event) => this.#down(event));
    field.addEventListener("keyup", (event) => this.#up(event));
    field.addEventListener("blur", () => this.#blurred());
    session.addEventListener("state", () => session.open || this.#forget());
    session.addEventListener("epoch", () => this.#forget());
    surfaces.addEventListener("change", () => this.#look());
  }

  /** What the surface that has the keyboard is called. */
  get title() {
    return (this.focus && this.surfaces.known.get(this.focus)?.title) || "";
  }

  /**
   * A surface gets the keyboard, if it wants it, or else the view.
   *
   * @param {string | null} surface
   * @param {{offsetX: number, offsetY: number, touched?: boolean}} [press] where it was pressed,
   *   and whether by a finger: then a screen's keyboard comes only where text is edited
   */
  give(surface, press) {
    const next = surface !== null && this.#wishOf(surface) !== "none" ? surface : null;
    if (next !== this.focus) {
      this.writer.finish();
      this.release();
    }
    this.focus = next;
    this.described = next !== null && this.surfaces.known.has(next);
    const cursor = this.surfaces.known.get(next ?? "")?.cursor;
    this.silent = Boolean(press?.touched) && !EDITED.has(cursor);
    if (press) this.writer.place(press.offsetX, press.offsetY);
    if (next === null) this.canvas.focus({ preventScroll: true });
    else this.writer.focus(this.silent);
    this.dispatchEvent(new Event("change"));
  }

  /** A screen's keyboard is asked for. */
  show() {
    this.silent = false;
    this.writer.focus(false);
    this.dispatchEvent(new Event("change"));
  }

  /** Nothing is down any more: keys that are get released. */
  release() {
    for (const key of this.held.release()) this.#tell("up", key, []);
    this.actions.rest();
  }

  /** The node released what was down, and knows no focus of ours any more. */
  #forget() {
    this.held.release();
    this.actions.rest();
    if (this.focus !== null) this.give(null);
  }

  /** The surface may be gone, or want something else. */
  #look() {
    if (this.focus === null) return;
    const known = this.surfaces.known.has(this.focus);
    const gone = this.described && !known;
    this.described ||= known;
    if (gone || this.#wishOf(this.focus) === "none") this.give(null);
    else this.dispatchEvent(new Event("change"));
  }

  #blurred() {
    this.release();
    setTimeout(() => {
      // Back in the window the same element is focused; elsewhere in the page another one is.
      const root = /** @type {Document | ShadowRoot} */ (this.field.getRootNode());
      if (root.activeElement === this.field || this.focus === null) return;
      this.release();
      this.focus = null;
      this.dispatchEvent(new Event("change"));
    });
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    if (this.focus === null) return;
    if (leaves(event)) {
      event.preventDefault();
      this.give(null);
      return;
    }
    const meaning = meaningOf(event, this.#wishOf(this.focus), MAC);
    if (meaning === "method" || meaning === "browser") return;
    const key = this.held.down(event);
    if (key) this.#tell("down", key, modifiersOf(event));
    // Of a key that went down elsewhere no text comes either.
    if (meaning === "key" || !key) event.preventDefault();
  }

  /** A key that went down in a program comes up there. @param {KeyboardEvent} event */
  #up(event) {
    const keys = this.held.up(event);
    for (const key of keys) this.#tell("up", key, modifiersOf(event));
    if (keys.length) event.preventDefault();
  }

  /** @param {string} key */
  #tap(key) {
    if (this.focus === null) return;
    for (const phase of /** @type {("down" | "up")[]} */ (["down", "up"])) {
      this.#tell(phase, { key, code: key }, []);
    }
  }

  /** @param {"down" | "up"} phase @param {Key} key @param {string[]} modifiers */
  #tell(phase, key, modifiers) {
    this.actions.tell("seat_key", { phase, ...key, modifiers });
  }

  /** @param {string} surface @returns {Wish} */
  #wishOf(surface) {
    return this.surfaces.known.get(surface)?.keyboard ?? "text";
  }
}
