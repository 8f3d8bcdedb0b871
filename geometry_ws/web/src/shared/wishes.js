/**
 * What a person wishes of check boxes: one call at a time for each, and the last wish wins.
 *
 * A box that is pressed again before the node has answered would else stay as the first press
 * left it.
 */

export class Wishes {
  /** @type {Map<unknown, boolean>} */
  #wished = new Map();

  /** @param {unknown} key @returns {boolean | undefined} what is wished and not answered yet */
  get(key) {
    return this.#wished.get(key);
  }

  /**
   * Send a wish, and then those that came meanwhile; rejects as `send` does, and forgets them.
   *
   * @param {unknown} key @param {boolean} wish @param {(wish: boolean) => Promise<void>} send
   */
  async fulfil(key, wish, send) {
    const waits = this.#wished.has(key);
    this.#wished.set(key, wish);
    if (waits) return;
    try {
      let sent = wish;
      do {
        sent = this.#wished.get(key) ?? sent;
        await send(sent);
      } while (this.#wished.get(key) !== sent);
    } finally {
      this.#wished.delete(key);
    }
  }
}
