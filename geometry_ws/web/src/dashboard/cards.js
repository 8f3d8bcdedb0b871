/**
 * Which surfaces are the board's: the cards of changes and the pictures of lanes, and which belong
 * to programs. A surface says so by its title and by lying on the project's board. Pure but for
 * what it is given.
 *
 * @typedef {import("./camera.js").Rect} Rect
 * @typedef {{x: number, y: number, width: number, height: number}} Place
 * @typedef {Place & {surface: string, title: string, text: string, files?: boolean}} Described
 */

/** @param {Rect} board @param {Place} place */
export const liesOn = ([x, y, width, height], place) =>
  place.x + place.width / 2 >= x &&
  place.y + place.height / 2 >= y &&
  place.x + place.width / 2 <= x + width &&
  place.y + place.height / 2 <= y + height;

/** @param {Place} place @returns {Rect} */
export const rectOf = ({ x, y, width, height }) => [x, y, width, height];

/** @param {Rect} rect @param {number} x @param {number} y world pixels */
export const holds = ([left, top, width, height], x, y) =>
  x >= left && y >= top && x < left + width && y < top + height;

/**
 * What lies on one project's board.
 *
 * @param {Iterable<Described>} surfaces
 * @param {{board: Rect | null, boards: Rect[], changes: {has(name: string): boolean}}} where the
 *   project's board, all boards, and the names of the project's changes
 */
export function sortSurfaces(surfaces, { board, boards, changes }) {
  /** @type {Map<string, {rect: Rect, ids: string[]}>} by change */
  const cards = new Map();
  /** @type {Map<string, Rect>} by title */
  const lanes = new Map();
  /** @type {Described[]} */
  const programs = [];
  for (const surface of surfaces) {
    if (!boards.some((each) => liesOn(each, surface))) {
      programs.push(surface);
    } else if (board && liesOn(board, surface)) {
      if (changes.has(surface.title)) put(cards, surface);
      else if (surface.title) lanes.set(surface.title, larger(lanes.get(surface.title), surface));
    }
  }
  return { cards, lanes, programs };
}

/** A card may have several faces, all in one place.
 * @param {Map<string, {rect: Rect, ids: string[]}>} cards @param {Described} surface */
function put(cards, surface) {
  const card = cards.get(surface.title) ?? { rect: rectOf(surface), ids: [] };
  card.ids.push(surface.surface);
  cards.set(surface.title, card);
}

/** @param {Rect | undefined} known @param {Place} place @returns {Rect} */
function larger(known, place) {
  const rect = rectOf(place);
  return known && known[2] * known[3] >= rect[2] * rect[3] ? known : rect;
}

/** How high the title is from a card's top, by the zoom from which it is drawn so. */
const TITLES = Object.freeze([
  [0.85, 32],
  [0.5, 44],
]);

/** Whether a point is on a card's title, at this zoom. Cards that are only looked at from afar have
 * none. @param {Rect} rect @param {number} zoom @param {number} x @param {number} y world pixels */
export function titleOf([left, top, width, height], zoom, x, y) {
  const high = TITLES.find(([from]) => zoom >= from)?.[1] ?? 0;
  return x >= left && x < left + width && y >= top && y < top + Math.min(high, height);
}

/** Where a card has its discs, by the zoom from which it is drawn so: left, top, right and bottom
 * in world pixels, from its upper left corner or, where negative, from its lower right one. */
const DISCS = Object.freeze([
  [0.85, -116, 6, -1, 34],
  [0.5, -140, -48, -1, -1],
  [0.3, 48, 6, 92, 46],
]);

/** Whether a point is where a card has its discs, at this zoom. @param {Rect} rect
 * @param {number} zoom @param {number} x @param {number} y world pixels */
export function onDiscs([left, top, width, height], zoom, x, y) {
  const place = DISCS.find(([from]) => zoom >= from);
  if (!place) return false;
  const [, ...sides] = place;
  const [x0, y0, x1, y1] = sides.map((side, index) =>
    side < 0 ? side + (index % 2 ? height : width) : side,
  );
  return x >= left + x0 && y >= top + y0 && x <= left + x1 && y <= top + y1;
}
