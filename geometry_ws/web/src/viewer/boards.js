/** Where the projects' boards lie. */

/** @import { Session } from "../shared/session.js" */
/** @import { Rect } from "./aims.js" */

const AGAIN_MS = 1000; // after a question that nobody answered

export class Boards extends EventTarget {
  /** @param {Session} session */
  constructor(session) {
    super();
    this.session = session;
    /** @type {Map<string, Rect>} by project */
    this.places = new Map();
    session.subscribe("board_on_placed", ({ boards }) => this.#place(boards));
    session.addEventListener("epoch", () => this.#ask());
  }

  /** @param {string} project "" is the first @returns {Rect | null} */
  of(project) {
    const [first] = this.places.values();
    return (project ? this.places.get(project) : first) ?? null;
  }

  async #ask() {
    try {
      this.#place((await this.session.call("board_list")).boards);
    } catch {
      // It may start later than the rest.
      setTimeout(() => this.session.open && this.#ask(), AGAIN_MS);
    }
  }

  /** @param {{project: string, rect: Rect}[]} boards */
  #place(boards) {
    this.places = new Map(boards.map(({ project, rect }) => [project, rect]));
    this.dispatchEvent(new Event("change"));
  }
}
