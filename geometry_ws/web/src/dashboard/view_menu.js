/** The menu of the view: what is shown, figures, the wall, and the keys. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { CHART_LINE, KEYBOARD, SLIDERS_HORIZONTAL, TV } from "../shared/icons.js";
import { recall, remember } from "../shared/memory.js";

/** @import { Others } from "./others.js" */

export class ViewMenu {
  /**
   * @param {HTMLElement} bar where its button goes
   * @param {{figures: () => void, help: () => void, wall: () => string,
   *   others: Others | null}} actions
   */
  constructor(bar, { figures, help, wall, others }) {
    this.button = make("button", {
      type: "button",
      class: "plain",
      id: "view",
      title: "View",
      "aria-label": "View",
      "aria-expanded": "false",
      "aria-controls": "view-menu",
    });
    this.button.append(icon(SLIDERS_HORIZONTAL));
    const single = make("input", { type: "checkbox", id: "single-keys" });
    single.checked = recall("keys") !== "off";
    single.addEventListener("change", () => remember("keys", single.checked ? "on" : "off"));
    const does = (/** @type {() => void} */ action) => () => {
      this.close();
      action();
    };
    this.wall = make("a", { class: "entry", id: "show-wall" }, icon(TV), "Show as a wall");
    this.address = wall;
    this.menu = make(
      "div",
      { class: "view-menu", id: "view-menu", role: "group", "aria-label": "View", hidden: true },
      entry("Figures of the stream", CHART_LINE, { id: "stats-open" }, does(figures)),
      entry("Keys", KEYBOARD, { id: "show-keys" }, does(help)),
      this.wall,
      ...(others
        ? [
            choice(others, "pointers", "Others' pointers"),
            choice(others, "pointing", "Show others where I point"),
          ]
        : []),
      make("label", { class: "entry" }, single, "Single keys do something"),
    );
    const holder = make("span", { class: "view-holder" }, this.button, this.menu);
    bar.append(holder);
    this.button.addEventListener("click", () => (this.menu.hidden ? this.open() : this.close()));
    holder.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      event.preventDefault();
      this.close();
      this.button.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!holder.contains(/** @type {Node} */ (event.target))) this.close();
    });
  }

  open() {
    this.wall.href = this.address();
    this.menu.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
  }

  close() {
    this.menu.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }
}

/** @param {Others} others @param {"pointers" | "pointing"} name @param {string} words */
function choice(others, name, words) {
  const box = make("input", { type: "checkbox", id: `show-${name}` });
  const show = () => (box.checked = others.on(name));
  box.addEventListener("change", () => others.choose(name, box.checked));
  others.addEventListener("change", show);
  show();
  return make("label", { class: "entry" }, box, words);
}

/** @param {string} words @param {string} svg @param {Record<string, any>} properties
 * @param {() => void} action */
function entry(words, svg, properties, action) {
  const button = make("button", { type: "button", class: "entry", ...properties });
  button.append(icon(svg), words);
  button.addEventListener("click", action);
  return button;
}
