/**
 * What surfaces say of themselves: titles, texts, cursors and areas, by id. Kept by a list and the
 * events after it; a gap or another epoch means: list again.
 */

/** @import { Session } from "../shared/session.js" */

export class Surfaces extends EventTarget {
  /** @param {Session} session */
  constructor(session) {
    super();
    this.session = session;
    this.epoch = "";
    /** @type {number | null} null: the next event says where we are */
    this.seq = null;
    /** @type {Map<string, any>} */
    this.known = new Map();
    session.subscribe("surface_on_changed", (event) => this.#hear(event));
    session.addEventListener("epoch", () => this.take());
  }

  async take() {
    this.seq = null;
    try {
      const { epoch, surfaces } = await this.session.call("surface_list");
      this.epoch = epoch;
      this.known = new Map(surfaces.map((/** @type {any} */ entry) => [entry.surface, entry]));
      this.dispatchEvent(new Event("change"));
    } catch {
      // without a connection; the next one lists again
    }
  }

  /** @param {any} event */
  #hear(event) {
    const gap = this.seq !== null && event.seq > this.seq + 1;
    if (event.epoch !== this.epoch || gap) {
      this.epoch = event.epoch;
      this.take();
      return;
    }
    this.seq = event.seq;
    if (event.surface) this.known.set(event.id, event.surface);
    else this.known.delete(event.id);
    this.dispatchEvent(new Event("change"));
  }
}
