/**
 * An answer that is kept up to date: asked for again when it may have become another one, never
 * twice at once, and never replaced by nothing. Knows the session only as something that calls.
 *
 * @typedef {Error & {uri?: string, fields?: Record<string, any>}} Problem
 */

const AGAIN_MS = 2000; // after a failure

export class Live extends EventTarget {
  /**
   * @param {{call: (name: any, kwargs: any) => Promise<any>}} session
   * @param {string} procedure a name in PROCEDURES
   * @param {Record<string, any>} kwargs
   * @param {number} [pause] milliseconds between two questions
   */
  constructor(session, procedure, kwargs, pause = 0) {
    super();
    this.session = session;
    this.procedure = procedure;
    this.kwargs = kwargs;
    this.pause = pause;
    /** @type {any} the last answer */
    this.value = null;
    /** @type {Problem | null} why there is no newer one */
    this.problem = null;
    this.busy = false;
    this.stale = false;
    this.over = false;
    /** @type {any} */
    this.timer = null;
  }

  /** Ask other things from now on. @param {Record<string, any>} kwargs */
  turn(kwargs) {
    this.kwargs = kwargs;
    this.refresh();
  }

  /** Ask (again); what is asked while an answer is awaited is asked once more after it. */
  refresh() {
    if (this.over) return;
    clearTimeout(this.timer);
    if (this.busy) {
      this.stale = true;
      return;
    }
    this.#ask();
  }

  /** Nobody needs it any more. */
  stop() {
    this.over = true;
    clearTimeout(this.timer);
  }

  async #ask() {
    this.busy = true;
    this.stale = false;
    const { kwargs } = this;
    let failed = false;
    try {
      const value = await this.session.call(/** @type {any} */ (this.procedure), kwargs);
      if (kwargs === this.kwargs) {
        this.value = value;
        this.problem = null;
      }
    } catch (problem) {
      failed = kwargs === this.kwargs;
      if (failed) this.problem = /** @type {Problem} */ (problem);
    }
    this.busy = false;
    if (this.over) return;
    if (kwargs === this.kwargs) this.dispatchEvent(new Event("change"));
    if (kwargs !== this.kwargs) this.#ask();
    else if (this.stale) this.timer = setTimeout(() => this.refresh(), this.pause);
    else if (failed && !this.#final()) this.timer = setTimeout(() => this.refresh(), AGAIN_MS);
  }

  /** Whether asking the same again can't help until something happens. */
  #final() {
    return /\.error\.(no_such_|unreadable|limit_exceeded|invalid_argument)/.test(
      this.problem?.uri ?? "",
    );
  }
}
