/** Says which surface has the keyboard, and takes it back by a press. */

import { byId, setText } from "../shared/dom.js";

/** @import { Keyboard } from "./keyboard.js" */

export class KeyboardBar {
  /** @param {Keyboard} keyboard */
  constructor(keyboard) {
    const [bar, show] = [byId("keyboard"), byId("keyboard-show")];
    // A press here must not take the focus, or the keyboard would be gone before it is asked for.
    for (const name of ["pointerdown", "mousedown"]) {
      bar.addEventListener(name, (event) => event.preventDefault());
    }
    byId("keyboard-leave").addEventListener("click", () => keyboard.give(null));
    show.addEventListener("click", () => keyboard.show());
    keyboard.addEventListener("change", () => {
      setText(byId("keyboard-text"), keyboard.focus === null ? "" : said(keyboard.title));
      show.hidden = !keyboard.silent;
      bar.hidden = keyboard.focus === null;
    });
  }
}

/** @param {string} title */
const said = (title) => (title ? `Keys go to “${title}”` : "Keys go to the pressed surface");
