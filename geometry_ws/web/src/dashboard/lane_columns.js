/**
 * The columns that a phone shows one at a time: each lane has at least one, a broad lane as many as
 * its cards stand in. Pure.
 *
 * @typedef {import("./camera.js").Rect} Rect
 * @typedef {{key: string, x: number, y: number, width: number}} Column world pixels
 */

const NEARLY = 24; // world pixels: cards that begin so near each other stand in one column
const WIDE = 272; // world pixels: what a phone shows of a lane
const LARGEST = 1.32;
const MARGIN = 16; // CSS pixels at the left of a column
const SWIPE = 36; // CSS pixels from which a pan means another column

/**
 * @param {{key: string, rect: Rect | null, cards: Rect[]}[]} lanes
 * @returns {Column[]} from left to right
 */
export function columnsOf(lanes) {
  return lanes
    .flatMap(({ key, rect, cards }) => {
      /** @type {Column[]} */
      const columns = [];
      for (const [x, y, width] of [...cards].sort((left, right) => left[0] - right[0])) {
        const last = columns.at(-1);
        if (last && x - last.x < NEARLY) last.y = Math.min(last.y, y);
        else columns.push({ key, x, y, width });
      }
      if (rect && (!columns.length || rect[1] < columns[0].y)) {
        const [x, y, width] = rect;
        for (const column of columns) column.y = y;
        if (!columns.length) columns.push({ key, x: x + 8, y, width: Math.min(width, WIDE) });
      }
      return columns;
    })
    .sort((left, right) => left.x - right.x);
}

/** How large a column is shown on a screen. @param {Column} column @param {number} width */
export const zoomOf = (column, width) =>
  Math.min(Math.max((width - 2 * MARGIN) / (column.width + 16), 0.5), LARGEST);

/** The camera's left edge that shows a column. @param {Column} column @param {number} zoom */
export const leftOf = ({ x }, zoom) => x - 8 - MARGIN / zoom;

/** The column that is shown at a camera's left edge. @param {Column[]} columns
 * @param {number} left @param {number} zoom */
export function columnAt(columns, left, zoom) {
  const away = (/** @type {Column} */ column) => Math.abs(leftOf(column, zoom) - left);
  return columns.reduce(
    (best, column) => (best && away(best) <= away(column) ? best : column),
    /** @type {Column | null} */ (null),
  );
}

/**
 * Where a swipe ends: at the next column in its direction, or where it began when it was short.
 *
 * @param {Column[]} columns @param {number} from the camera's left edge when the finger came down
 * @param {number} to and when it went @param {number} zoom
 */
export function swiped(columns, from, to, zoom) {
  const begun = columnAt(columns, from, zoom);
  const ended = columnAt(columns, to, zoom);
  if (!begun || ended !== begun || Math.abs(to - from) * zoom < SWIPE) return ended;
  const next = columns.indexOf(begun) + Math.sign(to - from);
  return columns[Math.min(Math.max(next, 0), columns.length - 1)];
}
