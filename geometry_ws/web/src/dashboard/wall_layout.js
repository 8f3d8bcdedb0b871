/**
 * How a wall is filled: where what programs draw is shown beside the lanes, so that all becomes as
 * large as it can, and which face of the cards can be read from afar. Pure.
 */

/** @import { Rect, Size } from "./camera.js" */
/** @typedef {{id: string, rect: Rect}} Window */
/** @typedef {Map<string, [number, number]>} Shifts by how many world pixels windows are shown
 *   elsewhere than they lie */
/** @typedef {{rect: Rect | null, shifts: Shifts, lying: Rect[]}} Filled what is seen, and where
 *   that lies which is shown elsewhere */

const GAP = 16; // world pixels between lanes and windows
const GAIN = 1.1; // so much larger everything must become for windows to be shown elsewhere
const NAME = 21; // of 1080 lines: what is read from three metres

/** Faces of a card, the nearest first: the size of its name, and a scale that shows it. */
const FACES = Object.freeze([
  { name: 13, scale: 1 },
  { name: 19, scale: 0.7 },
  { name: 29, scale: 0.4 },
]);

/** @param {Rect} left @param {Rect} right @returns {Rect} */
function around([x1, y1, width1, height1], [x2, y2, width2, height2]) {
  const [x, y] = [Math.min(x1, x2), Math.min(y1, y2)];
  const right = Math.max(x1 + width1, x2 + width2);
  const bottom = Math.max(y1 + height1, y2 + height2);
  return [x, y, right - x, bottom - y];
}

/** @param {Rect} left @param {Rect} right */
const meet = ([x1, y1, width1, height1], [x2, y2, width2, height2]) =>
  x1 < x2 + width2 && x2 < x1 + width1 && y1 < y2 + height2 && y2 < y1 + height1;

/** Windows that lie over each other as one. @param {Window[]} windows */
function clusters(windows) {
  /** @type {{ids: string[], rect: Rect}[]} */
  let all = [];
  for (const { id, rect } of windows) {
    const own = { ids: [id], rect };
    for (const other of all.filter((each) => meet(each.rect, own.rect))) {
      own.ids.push(...other.ids);
      own.rect = around(own.rect, other.rect);
      all = all.filter((each) => each !== other);
    }
    all.push(own);
  }
  return all.sort(({ rect: left }, { rect: right }) => left[0] - right[0] || left[1] - right[1]);
}

/** Windows below each other, right of the lanes, in as many columns as they need.
 * @param {Rect} lanes @param {ReturnType<typeof clusters>} windows @returns {[number, number][]} */
function rightOf([x, y, width, height], windows) {
  let [left, top, widest] = [x + width + GAP, y, 0];
  return windows.map(({ rect: [, , across, down] }) => {
    if (top > y && top + down > y + height) [left, top, widest] = [left + widest + GAP, y, 0];
    const at = /** @type {[number, number]} */ ([left, top]);
    [top, widest] = [top + down + GAP, Math.max(widest, across)];
    return at;
  });
}

/** Windows beside each other, below the lanes.
 * @param {Rect} lanes @param {ReturnType<typeof clusters>} windows @returns {[number, number][]} */
function below([x, y, , height], windows) {
  let left = x;
  return windows.map(({ rect: [, , across] }) => {
    const at = /** @type {[number, number]} */ ([left, y + height + GAP]);
    left += across + GAP;
    return at;
  });
}

/**
 * What fills a wall, and where windows are shown: where they lie, unless all becomes clearly larger
 * with them right of the lanes or below them.
 *
 * @param {Rect} lanes @param {Window[]} windows with their title bars @param {Size} size
 * @returns {Filled}
 */
export function arrange(lanes, windows, size) {
  const groups = clusters(windows);
  const there = groups.map(({ rect: [x, y] }) => /** @type {[number, number]} */ ([x, y]));
  const ways = [there, rightOf(lanes, groups), below(lanes, groups)].map((places) => {
    const rects = groups.map(
      ({ rect }, index) => /** @type {Rect} */ ([...places[index], rect[2], rect[3]]),
    );
    const rect = rects.reduce(around, lanes);
    return { places, rect, zoom: Math.min(size.width / rect[2], size.height / rect[3]) };
  });
  const best = ways.reduce((left, right) => (right.zoom > left.zoom * GAIN ? right : left));
  /** @type {Shifts} */
  const shifts = new Map();
  groups.forEach(({ ids, rect }, index) => {
    const [dx, dy] = [best.places[index][0] - rect[0], best.places[index][1] - rect[1]];
    if (dx || dy) for (const id of ids) shifts.set(id, [dx, dy]);
  });
  const lying = windows.filter(({ id }) => shifts.has(id)).map(({ rect }) => rect);
  return { rect: best.rect, shifts, lying };
}

/** The scale of the nearest face whose names can be read across a room.
 * @param {number} zoom CSS pixels per world pixel @param {number} unit CSS pixels of one of 1080
 *   lines */
export function faceScaleOf(zoom, unit) {
  const face = FACES.find(({ name }) => name * zoom >= NAME * unit) ?? FACES[FACES.length - 1];
  return face.scale;
}
