/**
 * What a view shows: everything, one surface or one board; and from where. Pure.
 *
 * @typedef {import("../dashboard/camera.js").Rect} Rect
 * @typedef {import("../dashboard/camera.js").Camera} Camera
 * @typedef {{kind: "world"} | {kind: "surface", name: string, id: string} | {kind: "board",
 *   project: string}} Aim `name` is a surface's id or title, `id` says which of several, if it is
 *   there; without a project it is the first board
 * @typedef {{surface: string, title: string, x: number, y: number, width: number,
 *   height: number}} Described
 */

const EDGE = 12; // CSS pixels round the world and round a board

/**
 * What is wished, read.
 *
 * @param {{surface?: string, id?: string, board?: string | boolean}} wish
 * @returns {Aim}
 */
export function aimOf({ surface, id = "", board }) {
  if (surface) return { kind: "surface", name: surface, id };
  if (board === undefined || board === false) return { kind: "world" };
  return { kind: "board", project: board === true ? "" : board };
}

/** @param {{x: number, y: number, width: number, height: number}} place @returns {Rect} */
export const rectOf = ({ x, y, width, height }) => [x, y, width, height];

/**
 * The surfaces that a name means: the one with this id; else the one of this title that was made
 * last, or the one that is asked for, with the others of the title that lie where it lies: they are
 * its faces.
 *
 * @template {Described} T
 * @param {Map<string, T>} known @param {string} name @param {string} [id]
 * @returns {T[]}
 */
export function surfacesOf(known, name, id = "") {
  const byId = known.get(name);
  if (byId) return [byId];
  const titled = [...known.values()].filter(({ title }) => title === name);
  const meant = titled.find(({ surface }) => surface === id) ?? titled.at(-1);
  return titled.filter((each) => meant && String(rectOf(each)) === String(rectOf(meant)));
}

/** The rectangle round some; null without any. @param {Rect[]} rects @returns {Rect | null} */
export function around(rects) {
  if (!rects.length) return null;
  const left = Math.min(...rects.map(([x]) => x));
  const top = Math.min(...rects.map(([, y]) => y));
  const right = Math.max(...rects.map(([x, , width]) => x + width));
  const bottom = Math.max(...rects.map(([, y, , height]) => y + height));
  return [left, top, right - left, bottom - top];
}

/**
 * The camera that shows all of a rectangle, in the middle. A surface fills what there is; the world
 * and a board have an edge and are never larger than they were drawn.
 *
 * @param {Rect} rect @param {{width: number, height: number}} size CSS pixels
 * @param {boolean} alone whether it is one surface
 * @returns {Camera}
 */
export function contain([x, y, width, height], size, alone) {
  const edge = alone ? 0 : EDGE;
  const across = Math.max(size.width - 2 * edge, 1) / Math.max(width, 1);
  const down = Math.max(size.height - 2 * edge, 1) / Math.max(height, 1);
  const most = Math.min(across, down);
  // A box that was made for it, but for rounding, shows its pixels as they are.
  const zoom = alone && Math.abs(most - 1) < 0.01 ? 1 : alone ? most : Math.min(most, 1);
  const bounded = Math.min(Math.max(zoom, 0.01), 32);
  return {
    x: x + width / 2 - size.width / 2 / bounded,
    y: y + height / 2 - size.height / 2 / bounded,
    zoom: bounded,
  };
}
