/**
 * The title bar of a program's window: it is dragged by it or moved by the arrow keys, a press
 * brings it to the front, and it has a button that closes it, for whoever may.
 */

import { make, setText } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { FILE_TEXT, X } from "../shared/icons.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Described } from "./cards.js" */

const STEP = 24; // world pixels of an arrow key
/** @type {Readonly<Record<string, [number, number]>>} */
const ARROWS = Object.freeze({
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
});

export class WindowBar {
  /**
   * @param {string} surface
   * @param {Pick<Session, "call" | "mayCall">} session
   * @param {() => number} zoom
   * @param {(sentence: string) => void} complain
   * @param {() => void} [give] a person wants to give files
   */
  constructor(surface, session, zoom, complain, give = () => {}) {
    this.surface = surface;
    this.session = session;
    this.zoom = zoom;
    this.complain = complain;
    /** @type {{x: number, y: number}} where the window is */
    this.at = { x: 0, y: 0 };
    /** @type {{x: number, y: number, left: number, top: number} | null} where it was taken */
    this.held = null;
    /** @type {Record<string, any> | null} what is still to be asked */
    this.next = null;
    this.busy = false;
    this.title = make("span", { class: "bar-title" });
    this.close = make("button", { type: "button", class: "bar-close" });
    this.close.append(icon(X, 12));
    this.files = make("button", { type: "button", class: "bar-close bar-files" });
    this.files.append(icon(FILE_TEXT, 12));
    this.files.addEventListener("click", give);
    this.grip = make("div", { class: "bar-grip", tabIndex: 0, role: "group" }, this.title);
    this.element = make("div", { class: "bar" }, this.grip, this.files, this.close);
    this.frame = make("div", { class: "window", "aria-hidden": "true" });
    this.#listen();
  }

  /** Whether a pointer or the focus is on it. */
  get inUse() {
    return this.element.matches(":hover, :focus-within");
  }

  #listen() {
    const { grip, close } = this;
    grip.addEventListener("pointerdown", (event) => this.#take(event));
    grip.addEventListener("pointermove", (event) => this.#drag(event));
    for (const kind of ["pointerup", "pointercancel"])
      grip.addEventListener(kind, () => this.#let());
    grip.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (
        !arrow ||
        !this.session.mayCall("surface_place") ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      event.stopPropagation();
      this.#place({ x: this.at.x + arrow[0], y: this.at.y + arrow[1] });
    });
    close.addEventListener("click", () => this.#ask("surface_close", { surface: this.surface }));
  }

  /** What it says, and where its window is now. @param {Described} surface */
  show({ title, x, y, files = false }) {
    setText(this.title, title);
    const moves = this.session.mayCall("surface_place");
    const label = moves ? `${title}: drag it, or move it with the arrow keys` : title;
    if (this.grip.getAttribute("aria-label") !== label) {
      this.grip.setAttribute("aria-label", label);
      this.close.setAttribute("aria-label", `Close ${title}`);
      this.close.title = "Close";
      this.files.setAttribute("aria-label", `Give files to ${title}`);
      this.files.title = "Give files";
    }
    this.files.hidden = !files || !this.session.mayCall("drop_offer");
    this.close.hidden = !this.session.mayCall("surface_close");
    this.grip.tabIndex = moves ? 0 : -1;
    this.element.classList.toggle("fixed", !moves);
    // where it was sent counts until it is there
    if (!this.busy && !this.next) this.at = { x, y };
  }

  /** @param {PointerEvent} event */
  #take(event) {
    if (event.button !== 0 || !this.session.mayCall("surface_place")) return;
    this.grip.setPointerCapture(event.pointerId);
    this.held = { x: event.clientX, y: event.clientY, left: this.at.x, top: this.at.y };
    this.element.classList.add("held");
    this.#place({ front: true });
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.held) return;
    const { x, y, left, top } = this.held;
    const zoom = this.zoom();
    const to = {
      x: Math.round(left + (event.clientX - x) / zoom),
      y: Math.round(top + (event.clientY - y) / zoom),
    };
    if (to.x !== this.at.x || to.y !== this.at.y) this.#place(to);
  }

  #let() {
    this.held = null;
    this.element.classList.remove("held");
  }

  /** Put the window somewhere; of several wishes while one is answered the newest counts.
   * @param {{x?: number, y?: number, front?: boolean}} wish */
  async #place(wish) {
    if (wish.x !== undefined) this.at = { x: wish.x, y: wish.y ?? this.at.y };
    this.next = { ...this.next, ...wish };
    if (this.busy) return;
    this.busy = true;
    while (this.next) {
      const asked = this.next;
      this.next = null;
      await this.#ask("surface_place", { surface: this.surface, ...asked });
    }
    this.busy = false;
  }

  /** @param {"surface_place" | "surface_close"} what @param {Record<string, any>} kwargs */
  async #ask(what, kwargs) {
    try {
      await this.session.call(what, kwargs);
    } catch (problem) {
      this.next = null;
      this.held = null;
      this.complain(/** @type {Error} */ (problem).message);
    }
  }
}
