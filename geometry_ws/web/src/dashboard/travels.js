/**
 * Cards that moved travel to their new place, so that one sees what happened. Pure: time is an
 * argument, in milliseconds.
 *
 * @typedef {{x: number, y: number}} Spot
 */

export const TRAVEL_MS = 220;

/** Fast at first, then slowly into its place. @param {number} share 0 to 1 */
export const eased = (share) => 1 - (1 - share) ** 4;

export class Travels {
  constructor() {
    /** @type {Map<string, Spot>} where planes lay when they were looked at last */
    this.known = new Map();
    /** those on their way: from where, and since when
     * @type {Map<string, Spot & {start: number}>} */
    this.ways = new Map();
  }

  /** Whether anything is on its way. */
  get any() {
    return this.ways.size > 0;
  }

  /**
   * Look where planes lie now: those that may travel and have moved begin to.
   *
   * @param {Iterable<{id: string, place: Spot}>} planes
   * @param {number} now
   * @param {(id: string) => boolean} may
   */
  look(planes, now, may) {
    /** @type {Map<string, Spot>} */
    const seen = new Map();
    for (const { id, place } of planes) {
      const before = this.known.get(id);
      const moved = before && (before.x !== place.x || before.y !== place.y);
      if (moved && may(id)) {
        const { x, y } = this.at(id, before, now);
        this.ways.set(id, { x, y, start: now });
      } else if (moved) {
        this.ways.delete(id);
      }
      seen.set(id, { x: place.x, y: place.y });
    }
    this.known = seen;
    for (const id of this.ways.keys()) if (!seen.has(id)) this.ways.delete(id);
  }

  /**
   * Where a plane is shown; `goal` itself where it isn't on its way.
   *
   * @template {Spot} P
   * @param {string} id @param {P} goal @param {number} now @returns {P}
   */
  at(id, goal, now) {
    const way = this.ways.get(id);
    if (!way) return goal;
    const share = Math.min(Math.max((now - way.start) / TRAVEL_MS, 0), 1);
    const part = eased(share);
    const x = way.x + (goal.x - way.x) * part;
    const y = way.y + (goal.y - way.y) * part;
    return { ...goal, x, y };
  }

  /** Those that have arrived are on their way no more. @param {number} now */
  arrive(now) {
    for (const [id, { start }] of this.ways) {
      if (now - start >= TRAVEL_MS) this.ways.delete(id);
    }
  }

  /** Everything is where it belongs, at once. */
  stop() {
    this.ways.clear();
  }
}
