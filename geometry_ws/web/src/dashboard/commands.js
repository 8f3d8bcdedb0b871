/** What the page's keys do, and the sheet that lists them. */

import { byId, isField, make } from "../shared/dom.js";
import { recall } from "../shared/memory.js";
import { KEYS, commandOf } from "./shortcuts.js";

const PRESSES = "a[href], button, input, summary";

export class Commands {
  /** @param {Record<string, () => void>} actions by command */
  constructor(actions) {
    this.actions = actions;
    /** @type {HTMLDialogElement | null} */
    this.sheet = null;
    document.addEventListener("keydown", (event) => {
      // a dialog has the keys while it is open, Escape above all
      if (event.defaultPrevented || document.querySelector("dialog:modal")) return;
      const command = commandOf(event, whereOf(event.target));
      if (this.run(command)) event.preventDefault();
    });
  }

  /** @param {string} command @returns {boolean} whether there is such a one */
  run(command) {
    if (command === "help") this.help();
    else if (Object.hasOwn(this.actions, command)) this.actions[command]();
    else return false;
    return true;
  }

  /** Show all keys. */
  help() {
    if (this.sheet?.open) {
      this.sheet.close();
      return;
    }
    this.sheet ??= this.#sheet();
    this.sheet.showModal();
  }

  #sheet() {
    const rows = KEYS.filter(({ keys }) => keys.length).map(({ keys, words }) =>
      make(
        "div",
        {},
        make("dt", {}, ...keys.flatMap((key) => [make("kbd", {}, shown(key)), " "])),
        make("dd", {}, words),
      ),
    );
    const close = make("button", { type: "button", class: "quiet" }, "Close");
    const heading = make("h2", { id: "help-title" }, "Keys");
    const sheet = make(
      "dialog",
      { class: "help", id: "help", "aria-labelledby": "help-title" },
      make("header", {}, heading, close),
      make("dl", {}, ...rows),
      make(
        "p",
        {},
        "On the board arrow keys pan, and the space bar held down moves the view with the pointer.",
        " A window that has the keyboard gets all keys; Shift+Escape takes them back.",
      ),
    );
    close.addEventListener("click", () => sheet.close());
    sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
    document.body.append(sheet);
    return sheet;
  }
}

/** @param {string} key */
const shown = (key) =>
  key === "⌘K" && !/mac|iphone|ipad/i.test(navigator.platform) ? "Ctrl K" : key;

/** @param {EventTarget | null} target */
function whereOf(target) {
  const element = target instanceof Element ? target : byId("canvas");
  return {
    edits: isField(element),
    presses: element.matches(PRESSES),
    single: recall("keys") !== "off",
    program: element.id === "writer",
  };
}
