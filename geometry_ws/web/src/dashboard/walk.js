/** From card to card by the keyboard: along a lane, and from lane to lane. */

/** @import { BoardMap } from "./board_map.js" */
/** @import { Selection } from "./selection.js" */

/**
 * Where one is in lanes, and what comes next; the ends hold. Without a place it is the first.
 *
 * @param {string[][]} lanes none of them empty @param {string} at
 * @param {{along?: number, across?: number}} by
 * @returns {string} "" without lanes
 */
export function next(lanes, at, { along = 0, across = 0 }) {
  const lane = lanes.findIndex((names) => names.includes(at));
  if (lane < 0) return lanes[0]?.[0] ?? "";
  const clamp = (/** @type {number} */ index, /** @type {unknown[]} */ list) =>
    Math.min(Math.max(index, 0), list.length - 1);
  const row = lanes[lane].indexOf(at);
  if (across) {
    const names = lanes[clamp(lane + across, lanes)];
    return names[clamp(row, names)];
  }
  const all = lanes.flat();
  return all[clamp(all.indexOf(at) + along, all)];
}

export class Walk {
  /**
   * @param {BoardMap} map
   * @param {Selection} selection
   */
  constructor(map, selection) {
    this.map = map;
    this.selection = selection;
  }

  /** The next card, or the one before. @param {1 | -1} along */
  step(along) {
    this.#go({ along });
  }

  /** The lane to the right, or to the left. @param {1 | -1} across */
  turn(across) {
    this.#go({ across });
  }

  /** @param {{along?: number, across?: number}} by */
  #go(by) {
    const { selection } = this;
    const change = next(this.map.ways(selection.filter), selection.change, by);
    if (change) selection.select(change, true);
  }
}
