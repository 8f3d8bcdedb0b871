/**
 * A dialog over a page: says what shall be seen, as a page does, and is told what is done in it.
 * Where it was opened from gets the focus back, by the browser.
 */

import { make } from "../shared/dom.js";
import { show } from "./morph.js";

/** @import { App } from "./app.js" */

export class Dialog {
  /** @param {App} app @param {string} kind a class of the element, and what names it */
  constructor(app, kind) {
    this.app = app;
    this.kind = kind;
    /** @type {HTMLDialogElement | null} */
    this.element = null;
  }

  get isOpen() {
    return this.element !== null;
  }

  /** What is in it. @returns {(Node | string)[]} */
  view() {
    return [];
  }

  /** @param {string} _what @param {any} _element @param {Event} _event */
  onAction(_what, _element, _event) {}

  open() {
    if (this.element) return;
    const element = make("dialog", { class: this.kind, "aria-labelledby": `${this.kind}-title` });
    element.addEventListener("close", () => this.#closed());
    document.body.append(element);
    this.element = element;
    this.app.dialog = this;
    this.draw();
    element.showModal();
  }

  /** Show it as it is now. */
  draw() {
    if (this.element) show(this.element, this.view());
  }

  close() {
    this.element?.close();
  }

  #closed() {
    this.element?.remove();
    this.element = null;
    if (this.app.dialog === this) this.app.dialog = null;
  }
}
