/**
 * A dialog over a page: says what shall be seen, as a page does, and is told what is done in it.
 * Where it was opened from gets the focus back, by the browser.
 */

import { make } from "../shared/dom.js";
import { show } from "./morph.js";
import { admit } from "./pressed.js";

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

  /** What it leads to in the end; whoever may not call that is told so. @returns {string} */
  get calls() {
    return "";
  }

  /** What is in it. @returns {(Node | string)[]} */
  view() {
    return [];
  }

  /** @param {string} _what @param {any} _element @param {Event} _event */
  onAction(_what, _element, _event) {}

  open() {
    if (this.element || !this.app.may(this.calls)) return;
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
    const { session } = this.app;
    if (this.element) show(this.element, this.view(), (root) => admit(root, session));
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
