/**
 * The keyboard: which surface has it, and the keys and text that its program is told.
 *
 * The surface that was pressed last has it, until something else is pressed, something else in the
 * page is focused, Escape is pressed, or the connection is lost. What is down then is released,
 * and so it is when the page loses the keyboard itself.
 */

import { HeldKeys, modifiersOf } from "./keys.js";
import { inMessages, refusal } from "./typing.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Key } from "./keys.js" */
/** @import { Surfaces } from "./surfaces.js" */

/** Surfaces with these cursors take text or steer a game: all keys are theirs. */
const GREEDY = new Set(["text", "vertical-text", "crosshair", "cell", "none"]);

/**
 * @typedef {object} KeyboardActions
 * @property {(topic: "seat_key" | "seat_text", kwargs: Record<string, any>) => void} tell
 * @property {(event: KeyboardEvent, phase: "down" | "up") => boolean} moveView whether it is a key
 *   of the view, which then does what it does
 * @property {() => void} rest the view's keys are up
 * @property {(sentence: string) => void} complain "" takes back what was said
 */

export class Keyboard {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLTextAreaElement} writer takes text for surfaces that want it
   * @param {Session} session
   * @param {Surfaces} surfaces
   * @param {KeyboardActions} actions
   */
  constructor(canvas, writer, session, surfaces, actions) {
    this.canvas = canvas;
    this.writer = writer;
    this.surfaces = surfaces;
    this.actions = actions;
    /** @type {string | null} the surface that has the keyboard */
    this.focus = null;
    /** whether that surface has been described: then it is gone when it isn't any more */
    this.described = false;
    this.held = new HeldKeys();
    for (const element of /** @type {HTMLElement[]} */ ([canvas, writer])) {
      element.addEventListener("keydown", (event) => this.#key(event, "down"));
      element.addEventListener("keyup", (event) => this.#key(event, "up"));
      element.addEventListener("blur", () => this.#blurred());
    }
    writer.addEventListener("input", (event) => {
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.#write();
    });
    writer.addEventListener("compositionend", () => this.#write());
    writer.addEventListener("paste", (event) => this.#paste(event));
    session.addEventListener("state", () => session.open || this.#forget());
    session.addEventListener("epoch", () => this.#forget());
    surfaces.addEventListener("change", () => this.#look());
  }

  /** A surface gets the keyboard, or the view. @param {string | null} surface */
  give(surface) {
    if (surface !== this.focus) this.release();
    this.focus = surface;
    this.described = surface !== null && this.surfaces.known.has(surface);
    const writes = surface !== null && this.#cursorOf(surface) === "text";
    (writes ? this.writer : this.canvas).focus({ preventScroll: true });
  }

  /** Nothing is down any more: keys that are get released. */
  release() {
    for (const key of this.held.release()) this.#tellKey("up", key, []);
    this.actions.rest();
  }

  /** The node released what was down, and knows no focus of ours any more. */
  #forget() {
    this.held.release();
    this.focus = null;
    this.actions.rest();
  }

  /** The surface may be gone. */
  #look() {
    if (this.focus === null) return;
    const known = this.surfaces.known.has(this.focus);
    if (this.described && !known) this.give(null);
    this.described ||= known;
  }

  #blurred() {
    this.release();
    setTimeout(() => {
      // Back in the window the same element is focused; elsewhere in the page another one is.
      const { activeElement } = document;
      if (activeElement !== this.canvas && activeElement !== this.writer) this.focus = null;
    });
  }

  /** @param {KeyboardEvent} event @param {"down" | "up"} phase */
  #key(event, phase) {
    if (phase === "up") this.#passUp(event);
    if (event.isComposing) return;
    const greedy = this.focus !== null && GREEDY.has(this.#cursorOf(this.focus));
    if (event.key === "Escape" && this.focus !== null && phase === "down") this.give(null);
    else if (event.key === "Tab" && !greedy)
      return; // on to the list
    else if (!greedy && this.actions.moveView(event, phase)) event.preventDefault();
    else if (this.focus !== null && phase === "down") this.#passDown(event);
  }

  /** A key that went down in a program comes up there. @param {KeyboardEvent} event */
  #passUp(event) {
    for (const key of this.held.up(event)) this.#tellKey("up", key, modifiersOf(event));
  }

  /** @param {KeyboardEvent} event */
  #passDown(event) {
    const { key } = event;
    const down = this.held.down(event);
    if (down) this.#tellKey("down", down, modifiersOf(event));
    if (document.activeElement === this.writer) return; // text comes from there
    const printable = [...key].length === 1 && !event.ctrlKey && !event.metaKey;
    if (printable && down) this.#tellText(key);
    if (key !== "Tab" && !event.ctrlKey && !event.metaKey) event.preventDefault();
  }

  /** @param {"down" | "up"} phase @param {Key} key @param {string[]} modifiers */
  #tellKey(phase, key, modifiers) {
    this.actions.tell("seat_key", { phase, ...key, modifiers });
  }

  #write() {
    const text = this.writer.value;
    this.writer.value = "";
    this.#tellText(text);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    event.preventDefault();
    const { clipboardData } = event;
    const text = clipboardData?.getData("text/plain") ?? "";
    const problem = refusal(text, Boolean(clipboardData?.types.length));
    this.actions.complain(problem);
    if (!problem) this.#tellText(text);
  }

  /** @param {string} text */
  #tellText(text) {
    if (this.focus === null) return;
    for (const message of inMessages(text)) this.actions.tell("seat_text", { text: message });
  }

  /** @param {string} surface @returns {string} */
  #cursorOf(surface) {
    return this.surfaces.known.get(surface)?.cursor ?? "default";
  }
}
