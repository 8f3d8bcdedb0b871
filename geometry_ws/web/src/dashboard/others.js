/**
 * Others' pointers: where people who look at the same world point, with their names. And one's own
 * for them, told only while somebody sees it. Both are switched off in this browser by itself, and
 * while the page is hidden neither is there. They are elements over the picture: no frame is drawn
 * for them.
 */

import { make } from "../shared/dom.js";
import { recall, remember } from "../shared/memory.js";
import { colourOf } from "../shared/people.js";
import { toWorld } from "./camera.js";

/** @import { Presence } from "../shared/presence.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Overlay } from "./overlay.js" */
/** @import { Stage } from "./stage.js" */

const EVERY_MS = 100; // between two places that are told
const RESTS_MS = 3000; // then a pointer that rests begins to fade
const FADES_MS = 600;
const MOST = 16;
const ARROW = "M1 1 L1 15 L5 11.4 L7.6 17 L10.2 15.8 L7.7 10.4 L13 10 Z";
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{seat: string, name: string, x: number, y: number}} Pointer */
/** @typedef {"pointers" | "pointing"} Choice others' pointers, and whether one's own is shown */

export class Others extends EventTarget {
  /** @param {Stage} stage @param {Overlay} overlay @param {Session} session
   * @param {Presence} presence */
  constructor(stage, overlay, session, presence) {
    super();
    this.stage = stage;
    this.overlay = overlay;
    this.session = session;
    this.presence = presence;
    this.seat = "";
    /** whether anybody else sees where one points */
    this.watched = false;
    this.said = "";
    /** @type {Map<string, {element: HTMLElement, at: Pointer, timer: any}>} by seat */
    this.shown = new Map();
    /** the newest place, until it is told @type {{x: number, y: number} | null} */
    this.newest = null;
    session.subscribe("seat_on_pointers", (news) => this.#take(news));
    session.subscribe("seat_on_watched", ({ watched }) => (this.watched = watched));
    session.addEventListener("state", () => session.open || this.#forget());
    session.addEventListener("epoch", () => {
      this.#forget();
      this.#share();
    });
    presence.addEventListener("change", () => this.said && this.#share());
    document.addEventListener("visibilitychange", () => this.#share());
    const { box } = stage;
    for (const name of ["pointermove", "pointerdown"]) {
      box.addEventListener(name, (event) => this.#moved(/** @type {PointerEvent} */ (event)));
    }
    box.addEventListener("pointerleave", () => this.#tell({}));
  }

  /** Whether something is on. @param {Choice} choice */
  on(choice) {
    return recall(choice) !== "off";
  }

  /** @param {Choice} choice @param {boolean} on */
  choose(choice, on) {
    remember(choice, on ? "on" : "off");
    if (!this.on("pointers")) this.#clear();
    this.#share();
    this.dispatchEvent(new Event("change"));
  }

  /** Say what this page wants, where that is something else than before. */
  async #share() {
    if (!this.session.open || !this.session.mayCall("seat_share")) return;
    const there = !document.hidden;
    const wish = { see: there && this.on("pointers"), shown: there && this.on("pointing") };
    const { me } = this.presence;
    const said = JSON.stringify([wish, me]);
    if (said === this.said) return;
    this.said = said;
    try {
      const asked = { ...wish, ...(me ? { name: me } : {}) };
      const { seat, watched } = await this.session.call("seat_share", asked);
      if (said !== this.said) return;
      this.seat = seat;
      this.watched = watched;
    } catch {
      if (said === this.said) this.said = "";
    }
  }

  #forget() {
    this.said = "";
    this.watched = false;
    this.#clear();
  }

  // --- one's own ------------------------------------------------------------

  /** @param {PointerEvent} event */
  #moved({ clientX, clientY }) {
    if (!this.watched) return;
    const { left, top } = this.stage.box.getBoundingClientRect();
    const [x, y] = toWorld(this.stage.camera, clientX - left, clientY - top);
    this.newest = { x: Math.round(x), y: Math.round(y) };
    if (!this.pause) this.#next();
  }

  /** Tell the newest place now, and what comes then a little later. */
  #next() {
    this.pause = null;
    if (!this.newest) return;
    this.#tell(this.newest);
    this.pause = setTimeout(() => this.#next(), EVERY_MS);
  }

  /** @param {{x?: number, y?: number}} place nowhere, without one */
  #tell(place) {
    this.newest = null;
    if (this.watched) this.session.publish("seat_at", place);
  }

  // --- others' --------------------------------------------------------------

  /** @param {{pointers?: Pointer[], gone?: string[]}} news */
  #take({ pointers = [], gone = [] }) {
    for (const seat of gone) this.#remove(seat);
    if (!this.on("pointers")) return;
    for (const pointer of pointers) if (pointer.seat !== this.seat) this.#show(pointer);
  }

  /** @param {Pointer} pointer */
  #show(pointer) {
    const { seat, x, y } = pointer;
    const before = this.shown.get(seat);
    const element = before?.at.name === pointer.name ? before.element : elementOf(pointer);
    if (before && element !== before.element) this.#remove(seat);
    else this.shown.delete(seat); // those that moved last stand at the end
    clearTimeout(before?.timer);
    const timer = setTimeout(() => this.#rest(seat), RESTS_MS);
    this.shown.set(seat, { element, at: pointer, timer });
    this.overlay.put(element, [x, y, 0, 0]);
    const rested = element.classList.replace("rests", "moves");
    if (before && !rested) this.#slide(element, before.at, pointer);
    for (const oldest of [...this.shown.keys()].slice(0, -MOST)) this.#remove(oldest);
  }

  /** It goes where it is, instead of jumping. @param {HTMLElement} element
   * @param {Pointer} from @param {Pointer} to */
  #slide(element, from, to) {
    const { still, camera } = this.stage;
    if (still.matches) return;
    const [dx, dy] = [(from.x - to.x) * camera.zoom, (from.y - to.y) * camera.zoom];
    const way = [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }];
    element.animate(way, { duration: EVERY_MS });
  }

  /** It has not moved for long: it fades, and is gone. @param {string} seat */
  #rest(seat) {
    const known = this.shown.get(seat);
    if (!known) return;
    known.element.classList.replace("moves", "rests");
    known.timer = setTimeout(() => this.#remove(seat), FADES_MS);
  }

  /** @param {string} seat */
  #remove(seat) {
    const known = this.shown.get(seat);
    if (!known) return;
    clearTimeout(known.timer);
    this.overlay.put(known.element, null);
    this.shown.delete(seat);
  }

  #clear() {
    for (const seat of [...this.shown.keys()]) this.#remove(seat);
  }
}

/** @param {Pointer} pointer */
function elementOf({ name }) {
  const arrow = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 14 18", width: "14", height: "18" }))
    arrow.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ARROW);
  arrow.append(path);
  const label = make("b", { textContent: name });
  const element = make("div", { class: `pointer moves p${colourOf(name)}`, "aria-hidden": "true" });
  element.append(arrow, label);
  return element;
}
