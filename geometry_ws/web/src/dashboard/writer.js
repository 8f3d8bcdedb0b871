/**
 * The field that is focused while a program has the keyboard: what is typed, composed by an input
 * method, spoken or pasted becomes text in it, and goes to the program from there.
 *
 * It always holds a little, so that the backspace of a screen's keyboard, which often is no key
 * for the page, has something to delete.
 */

import { FILLING, editOf, inMessages, refusal } from "./typing.js";

/**
 * @typedef {object} WriterActions
 * @property {(text: string) => void} text
 * @property {(key: string) => void} tap a key that only the field has noticed
 * @property {(sentence: string) => void} complain "" takes back what was said
 */

export class Writer {
  /**
   * @param {HTMLTextAreaElement} field
   * @param {WriterActions} actions
   */
  constructor(field, actions) {
    this.field = field;
    this.actions = actions;
    this.composing = false;
    field.addEventListener("compositionstart", () => (this.composing = true));
    field.addEventListener("compositionend", () => {
      this.composing = false;
      this.#take("");
    });
    field.addEventListener("input", (event) => {
      const { inputType, isComposing } = /** @type {InputEvent} */ (event);
      if (!this.composing && !isComposing) this.#take(inputType ?? "");
    });
    field.addEventListener("paste", (event) => this.#paste(event));
    this.#fill();
  }

  /** Take what is typed from now on. @param {boolean} silent a screen's keyboard stays away */
  focus(silent) {
    const mode = silent ? "none" : "text";
    if (this.field.inputMode !== mode) {
      this.field.blur(); // a screen's keyboard comes and goes with the focus
      this.field.inputMode = mode;
    }
    this.field.focus({ preventScroll: true });
    this.#fill();
  }

  /** Lie there, so that an input method shows its words beside what was pressed.
   * @param {number} x @param {number} y CSS pixels of the stage */
  place(x, y) {
    this.field.style.left = `${x}px`;
    this.field.style.top = `${y}px`;
  }

  /** What is being composed is told now, to whom it was meant for. */
  finish() {
    if (!this.composing) return;
    this.field.blur(); // ends it, and says so before it returns
    if (!this.composing) return;
    this.composing = false;
    this.#take("");
  }

  /** The field holds the same again. */
  #fill() {
    this.field.value = FILLING;
    this.field.setSelectionRange(FILLING.length, FILLING.length);
  }

  /** @param {string} inputType what the browser calls it */
  #take(inputType) {
    const { taps, text } = editOf(this.field.value, inputType);
    this.#fill();
    for (const key of taps) this.actions.tap(key);
    this.#tell(text);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    event.preventDefault();
    const { clipboardData } = event;
    const text = clipboardData?.getData("text/plain") ?? "";
    const problem = refusal(text, Boolean(clipboardData?.types.length));
    this.actions.complain(problem);
    if (!problem) this.#tell(text);
  }

  /** @param {string} text */
  #tell(text) {
    for (const message of inMessages(text)) this.actions.text(message);
  }
}
