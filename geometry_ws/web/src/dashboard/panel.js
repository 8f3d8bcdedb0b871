/** The panel of changes: how wide it is, whether it is there, and the filter at its head. */

import { byId } from "../shared/dom.js";
import { recall, remember } from "../shared/memory.js";

/** @import { Selection } from "./selection.js" */

const [NARROWEST, USUAL, WIDEST] = [240, 272, 400]; // CSS pixels
const STEP = 16;
const PHONE = 760; // CSS pixels: on a narrower screen the list lies over the board

export class Panel {
  /** @param {Selection} selection */
  constructor(selection) {
    this.selection = selection;
    this.grip = byId("grip");
    this.button = byId("panel");
    this.field = /** @type {HTMLInputElement} */ (byId("filter"));
    this.width = USUAL;
    this.#size(Number(recall("panel")) || USUAL);
    this.show(innerWidth >= PHONE && recall("wide") !== "yes");
    this.button.addEventListener("click", () => this.toggle());
    this.#listenToGrip();
    this.field.addEventListener("input", () => selection.narrow(this.field.value.trim()));
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      if (!this.field.value) this.field.blur();
      this.clear();
    });
    selection.addEventListener("filter", () => {
      if (this.field.value.trim() !== selection.filter) this.field.value = selection.filter;
    });
    this.field.value = selection.filter;
  }

  get open() {
    return !document.body.classList.contains("wide");
  }

  /** @param {boolean} open */
  show(open) {
    document.body.classList.toggle("wide", !open);
    this.button.setAttribute("aria-expanded", String(open));
    this.button.title = open ? "Hide the list ([)" : "Show the list ([)";
  }

  toggle() {
    const open = !this.open;
    this.show(open);
    if (innerWidth >= PHONE) remember("wide", open ? "no" : "yes");
  }

  /** Somebody wants to filter. */
  seek() {
    this.show(true);
    this.field.focus();
    this.field.select();
  }

  /** No filter any more. */
  clear() {
    this.field.value = "";
    this.selection.narrow("");
  }

  /** @param {number} width CSS pixels */
  #size(width) {
    this.width = Math.round(Math.min(Math.max(width, NARROWEST), WIDEST));
    document.body.style.setProperty("--panel", `${this.width}px`);
    const { grip } = this;
    grip.setAttribute("aria-valuemin", String(NARROWEST));
    grip.setAttribute("aria-valuemax", String(WIDEST));
    grip.setAttribute("aria-valuenow", String(this.width));
  }

  #keep() {
    remember("panel", String(this.width));
  }

  #listenToGrip() {
    const { grip } = this;
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => {
      if (grip.hasPointerCapture(event.pointerId)) this.#size(event.clientX);
    });
    grip.addEventListener("pointerup", () => this.#keep());
    grip.addEventListener("dblclick", () => {
      this.#size(USUAL);
      this.#keep();
    });
    grip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
      if (!step) return;
      event.preventDefault();
      this.#size(this.width + step);
      this.#keep();
    });
  }
}
