/** What has just been done, told at the foot of the page with a way back, or what can be done now:
 * one at a time, 8 s. */

import { make } from "./dom.js";
import { icon } from "./icon.js";
import { CHECK } from "./icons.js";

const SHOWN_MS = 8000;

/** @type {{element: HTMLElement, timer: any, undo: (() => void) | null} | null} */
let shown = null;

/** Take it away. */
export function dismiss() {
  if (!shown) return;
  clearTimeout(shown.timer);
  shown.element.remove();
  shown = null;
}

/**
 * Say that something was done. A pointer or the focus on it keeps it there.
 *
 * @param {string} sentence @param {(() => void) | null} [undo] what the button does
 * @param {{words: string, run: () => void} | null} [offer] another button
 */
export function toast(sentence, undo = null, offer = null) {
  dismiss();
  const element = make(
    "div",
    { class: "toast tip", role: "status" },
    ...(offer ? [] : [icon(CHECK, 16)]),
    make("p", { textContent: sentence }),
  );
  if (undo) {
    const button = make(
      "button",
      { type: "button" },
      "Undo ",
      make("kbd", { textContent: "Z", "aria-hidden": "true" }),
    );
    button.addEventListener("click", undoShown);
    element.append(button);
  }
  if (offer) {
    const button = make("button", { type: "button", textContent: offer.words });
    button.addEventListener("click", () => {
      dismiss();
      offer.run();
    });
    element.append(button);
  }
  document.body.append(element);
  const wait = () => {
    if (shown?.element !== element) return;
    clearTimeout(shown.timer);
    shown.timer = setTimeout(dismiss, SHOWN_MS);
  };
  const stay = () => shown?.element === element && clearTimeout(shown.timer);
  for (const kind of ["pointerenter", "focusin"]) element.addEventListener(kind, stay);
  for (const kind of ["pointerleave", "focusout"]) element.addEventListener(kind, wait);
  shown = { element, timer: 0, undo };
  wait();
}

/** Undo what the toast tells; whether there was something. */
export function undoShown() {
  const undo = shown?.undo;
  dismiss();
  undo?.();
  return Boolean(undo);
}
