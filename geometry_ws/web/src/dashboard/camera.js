/**
 * The camera: which part of the world a page shows. Pure: every function takes a camera and
 * gives a new one.
 *
 * @typedef {{x: number, y: number, zoom: number}} Camera `x`, `y` the world point in the top
 *   left corner, `zoom` CSS pixels per world pixel
 * @typedef {{width: number, height: number}} Size CSS pixels
 * @typedef {[number, number, number, number]} Rect world pixels
 */

export const SMALLEST = 0.05;
export const LARGEST = 8;
/** Below this zoom a board's text can't be read any more. */
export const READABLE = 0.35;

const PADDING = 24; // CSS pixels around what is fitted
const FOOT = 56; // CSS pixels below it: the zoom's buttons lie there
const NAMES = 0.5; // from here on its name and groups
export const NEAR = 0.85; // from here on a card shows its tasks
const CARD = 240; // world pixels from a board's corner to the end of its first card
const MOST = 2 / 3; // of the screen's height for what programs draw above a board
const TOGETHER = 0.6; // from here on a board and what programs draw are shown at once
const EDGE = 12; // CSS pixels around what fills a wall
const BESIDE = 36 / 1920; // of a wall is free on both sides, as in its head
const LARGEST_WALL = 4;
const GAIN = 1.1; // so much larger a wall's zoom must become to be changed
const FAR = 1e6; // world pixels: the farthest that the camera goes

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @param {Camera} camera @param {number} x @param {number} y CSS pixels
 * @returns {[number, number]} */
export function toWorld(camera, x, y) {
  return [camera.x + x / camera.zoom, camera.y + y / camera.zoom];
}

/** Move the picture by CSS pixels. @param {Camera} camera @param {number} dx @param {number} dy */
export function pan(camera, dx, dy) {
  return {
    x: clamp(camera.x - dx / camera.zoom, -FAR, FAR),
    y: clamp(camera.y - dy / camera.zoom, -FAR, FAR),
    zoom: camera.zoom,
  };
}

/**
 * Set the zoom, keeping the world point under one point of the screen where it is.
 *
 * @param {Camera} camera @param {number} zoom @param {number} x @param {number} y CSS pixels
 */
export function zoomTo(camera, zoom, x, y) {
  const next = clamp(zoom, SMALLEST, LARGEST);
  const [worldX, worldY] = toWorld(camera, x, y);
  return { x: worldX - x / next, y: worldY - y / next, zoom: next };
}

const STEPS = [0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8];

/** The next zoom of a button's press. @param {number} zoom @param {1 | -1} direction */
export function nextStep(zoom, direction) {
  const near = 1.01;
  if (direction > 0) return STEPS.find((step) => step > zoom * near) ?? LARGEST;
  return [...STEPS].reverse().find((step) => step < zoom / near) ?? SMALLEST;
}

/** The zoom at which a rectangle fills the screen; at most as large as is sensible there.
 * @param {Rect} bounds @param {Size} size */
function fittingZoom(bounds, size) {
  const across = Math.max(size.width - 2 * PADDING, 1) / bounds[2];
  const down = Math.max(size.height - PADDING - FOOT, 1) / bounds[3];
  const zoom = Math.min(across, down);
  if (zoom < 1) return Math.max(zoom, SMALLEST);
  return size.width >= 1800 ? ([2, 1.75, 1.5, 1.25, 1].find((step) => step <= zoom) ?? 1) : 1;
}

/** Show all of a rectangle, in the middle and from the top: a board is read from there.
 * @param {Rect | null} bounds @param {Size} size */
export function fit(bounds, size) {
  if (!bounds) return { x: -PADDING, y: -PADDING, zoom: 1 };
  const zoom = fittingZoom(bounds, size);
  const spare = size.width / zoom - bounds[2];
  return { x: bounds[0] - spare / 2, y: bounds[1] - PADDING / zoom, zoom };
}

/**
 * Fill a wall with a rectangle. The zoom of before is kept while all of it is seen and little would
 * be gained: who looks from afar finds everything where it was.
 *
 * @param {Rect | null} bounds @param {Size} size @param {number} before the zoom; 0 without
 */
export function fillWall(bounds, size, before) {
  if (!bounds) return fit(null, size);
  const margin = Math.max(EDGE, size.width * BESIDE);
  const across = Math.max(size.width - 2 * margin, 1) / bounds[2];
  const down = Math.max(size.height - 2 * EDGE, 1) / bounds[3];
  const most = clamp(Math.min(across, down), SMALLEST, LARGEST_WALL);
  const zoom = before && before <= most && most < before * GAIN ? before : most;
  const spare = size.width / zoom - bounds[2];
  return { x: bounds[0] - spare / 2, y: bounds[1] - EDGE / zoom, zoom };
}

/**
 * How a page begins: all of it where that can be read, else its top left corner, large enough
 * to read and small enough that a thing of the usual width fits.
 *
 * @param {Rect | null} bounds @param {Size} size @param {number} usual world pixels
 */
export function begin(bounds, size, usual) {
  if (!bounds) return fit(null, size);
  const whole = fittingZoom(bounds, size);
  const padding = PADDING / 2;
  if (whole >= READABLE) return fit(bounds, size);
  const zoom = clamp((size.width - 2 * padding) / Math.max(usual, 1), READABLE, 1);
  return { x: bounds[0] - padding / zoom, y: bounds[1] - padding / zoom, zoom };
}

/**
 * Go on showing a world that grows or shrinks, without surprise: a view of the top left corner
 * stays one at its zoom, a view of everything becomes smaller until it can just be read.
 *
 * @param {Rect | null} bounds @param {Size} size @param {Camera} camera that of before
 */
export function keepUp(bounds, size, camera) {
  if (!bounds) return camera;
  const whole = fittingZoom(bounds, size);
  if (whole >= READABLE) return fit(bounds, size);
  const zoom = Math.max(READABLE, Math.min(camera.zoom, 1));
  const padding = PADDING / 2 / zoom;
  return { x: bounds[0] - padding, y: bounds[1] - padding, zoom };
}

/**
 * Show what programs draw, from its top left corner, and of the rest what fits with it: the world's
 * top at its size where nearly all of its width is seen and programs leave a third of the
 * screen, else all where it can be read, else what is drawn at its size.
 * Where much is drawn it would be small and hide the rest: then null, and the page begins as usual.
 *
 * @param {Rect | null} bounds the world @param {Rect} drawn what programs draw @param {Size} size
 * @returns {Camera | null}
 */
export function beginAt(bounds, drawn, size) {
  const whole = bounds ? fittingZoom(bounds, size) : 0;
  const across = bounds ? (size.width - 2 * PADDING) / bounds[2] : 0;
  if (bounds && whole < 1 && across >= NEAR) {
    const top = { x: bounds[0] - PADDING, y: bounds[1] - PADDING, zoom: 1 };
    if (isSeen(drawn, { width: size.width, height: size.height * MOST }, top)) return top;
  }
  if (bounds && whole >= TOGETHER) return fit(bounds, size);
  const zoom = Math.min(fittingZoom(drawn, size), 1);
  if (zoom < READABLE) return null;
  return { x: drawn[0] - PADDING / zoom, y: drawn[1] - PADDING / zoom, zoom };
}

/**
 * Show the lanes of a board so large that cards show their tasks: all where that is possible, else
 * as many as fit at their own size, from the left and the top: there every letter is sharp.
 *
 * @param {Rect} board @param {Size} size @param {number} [least] zoom
 */
export function beginAtLanes(board, size, least = NEAR) {
  if (fittingZoom(board, size) >= least) return fit(board, size);
  return { x: board[0] - PADDING, y: board[1] - PADDING, zoom: 1 };
}

/** A scale as the protocol has scales. @param {number} scale */
export const inBounds = (scale) => Math.min(Math.max(scale, 0.001), 64);

/** What is looked at: the screen and a margin, so that a small pan finds its pixels there.
 * @param {Camera} camera @param {Size} size @param {number} margin CSS pixels */
export function region(camera, size, margin) {
  const spare = margin / camera.zoom;
  return {
    x: camera.x - spare,
    y: camera.y - spare,
    width: size.width / camera.zoom + 2 * spare,
    height: size.height / camera.zoom + 2 * spare,
  };
}

/** A view that spans this rectangle too.
 * @param {{x: number, y: number, width: number, height: number}} view @param {Rect} rect */
export function spanning(view, [left, top, width, height]) {
  const [x, y] = [Math.min(view.x, left), Math.min(view.y, top)];
  const right = Math.max(view.x + view.width, left + width);
  const bottom = Math.max(view.y + view.height, top + height);
  return { x, y, width: right - x, height: bottom - y };
}

/** Between two cameras, for a glide; `share` from 0 to 1. Zoom goes by factors.
 * @param {Camera} from @param {Camera} to @param {number} share */
export function between(from, to, share) {
  const zoom = from.zoom * (to.zoom / from.zoom) ** share;
  const even = Math.abs(to.zoom - from.zoom) < 1e-9;
  const part = even ? share : (1 / zoom - 1 / from.zoom) / (1 / to.zoom - 1 / from.zoom);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, zoom };
}

/** Whether the way is longer than a screen. @param {Camera} from @param {Camera} to
 * @param {Size} size */
export function isFar(from, to, size) {
  const away = Math.hypot(from.x - to.x, from.y - to.y) * Math.min(from.zoom, to.zoom);
  return away > Math.max(size.width, size.height);
}

/** Whether all of a rectangle is on the screen. @param {Rect} rect @param {Size} size
 * @param {Camera} camera */
export function isSeen([x, y, width, height], size, camera) {
  const right = camera.x + size.width / camera.zoom;
  const bottom = camera.y + size.height / camera.zoom;
  return x >= camera.x && y >= camera.y && x + width <= right && y + height <= bottom;
}

/** Whether what programs draw is on the screen, and the first card of a board.
 * @param {Rect} drawn @param {Rect} board @param {Size} size @param {Camera} camera */
export function seesBoth(drawn, [x, y], size, camera) {
  return isSeen(drawn, size, camera) && isSeen([x, y, CARD, CARD], size, camera);
}

/**
 * Bring a rectangle into the middle, so large that its text can be read; one that is higher than
 * the screen is shown from its top. Where it is seen well already, nothing moves.
 *
 * @param {Rect} rect @param {Size} size @param {Camera} camera that of before
 */
export function toShow([x, y, width, height], size, camera) {
  if (camera.zoom >= NAMES && isSeen([x, y, width, height], size, camera)) return camera;
  const across = (size.width - 2 * PADDING) / Math.max(width, 1);
  const zoom = clamp(camera.zoom >= NEAR ? camera.zoom : 1, SMALLEST, Math.max(across, SMALLEST));
  const spare = Math.max(size.height / zoom - height, (2 * PADDING) / zoom);
  return { x: x + width / 2 - size.width / 2 / zoom, y: y - spare / 2, zoom };
}
