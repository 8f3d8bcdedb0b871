/**
 * Which planes are shown: those that are for the look, once all of their pixels are there.
 *
 * A plane whose `shown_when` names other looks isn't shown. Where the look changes, what was shown
 * stays until the pixels are there of all that is to be shown in its place, or of a face that
 * covers most of it and isn't much larger: nothing blinks. What lies on a ground that stays in the
 * other theme waits for it: dark words never stand on a dark ground. While
 * somebody zooms, planes are chosen by a scale that lags a little, so that nothing flickers at a
 * border. `stream/shown_planes.py` does the same, held by the same vectors.
 */

/** @import { Place, Plane, Rect } from "./plane.js" */

/** @typedef {"light" | "dark"} Theme */
/** @typedef {{theme: Theme | null, from: number, below: number}} ShownWhen */

export const SLACK = 1.025; // so much the scale may change before the one for choosing follows it

const MOST_PIECES = 256; // what is missing in more pieces than that counts as painted

/** @param {any} wire `shown_when` of a place or of a surface
 * @returns {ShownWhen | null} null: for all looks */
export function readShownWhen(wire) {
  const { theme = null, scale } = wire ?? {};
  const [from, below] = scale ?? [null, null];
  if (theme === null && from === null && below === null) return null;
  return { theme, from: from ?? 0, below: below ?? Infinity };
}

/** Whether a look of this theme and scale shows what is for these.
 * @param {ShownWhen | null} when null: for all
 * @param {Theme} theme @param {number} scale */
export const matches = (when, theme, scale) =>
  !when || ((!when.theme || when.theme === theme) && when.from <= scale && scale < when.below);

/** The scale by which planes are chosen. */
export class FaceScale {
  constructor(scale = 1) {
    this.at = scale;
  }

  /** The view's scale changes bit by bit, as when somebody zooms by hand. @param {number} scale */
  follow(scale) {
    this.at = Math.min(Math.max(this.at, scale / SLACK), scale * SLACK);
    return this.at;
  }

  /** The view's scale is another one at once. @param {number} scale */
  jump(scale) {
    this.at = scale;
    return scale;
  }
}

/** Chooses what is shown, and remembers it: what is shown may have to stay. */
export class ShownPlanes {
  constructor() {
    /** @type {Set<string>} those that are shown */
    this.faces = new Set();
  }

  /**
   * @param {Iterable<Plane>} planes
   * @param {Theme} theme
   * @param {number} scale
   * @returns {Plane[]} the lowest first
   */
  choose(planes, theme, scale) {
    /** @type {Plane[]} */
    const shown = [];
    /** @type {Plane[]} */
    const others = [];
    /** @type {Place[]} */
    const awaited = [];
    const faces = new Set();
    for (const plane of planes) {
      const when = plane.place.shownWhen;
      if (!when) {
        shown.push(plane);
      } else if (!matches(when, theme, scale)) {
        if (this.faces.has(plane.id)) others.push(plane);
      } else if (plane.missing.length) {
        awaited.push(plane.place);
      } else {
        faces.add(plane.id);
        shown.push(plane);
      }
    }
    let there = shown.filter((plane) => faces.has(plane.id));
    let stay = staying(others, there, awaited);
    const grounds = stay.filter(
      ({ place: { shownWhen } }) => (shownWhen?.theme ?? theme) !== theme,
    );
    const waiting = new Set(grounds.length ? there.filter((plane) => liesOn(plane, grounds)) : []);
    if (waiting.size) {
      there = there.filter((plane) => !waiting.has(plane));
      stay = staying(others, there, [...awaited, ...[...waiting].map(({ place }) => place)]);
    }
    // what is for all looks may be for some of them tomorrow
    const plain = shown.filter(({ place }) => !place.shownWhen);
    this.faces = new Set([...plain, ...there, ...stay].map(({ id }) => id));
    return [...shown.filter((plane) => !waiting.has(plane)), ...stay].sort(
      (left, right) => left.place.z - right.place.z,
    );
  }
}

/** Which of the old ones stay: where something is awaited, and nothing stands for them yet.
 * @param {Plane[]} old @param {Plane[]} there @param {Place[]} awaited */
const staying = (old, there, awaited) =>
  awaited.length
    ? old.filter(
        ({ place }) =>
          !there.some((face) => replaces(face.place, place)) &&
          awaited.some((face) => meet(place, face)),
      )
    : [];

/** @param {Plane} plane @param {Plane[]} grounds */
const liesOn = ({ place }, grounds) =>
  grounds.some((ground) => ground.place.z < place.z && meet(ground.place, place));

/**
 * What is still missing when a rectangle was painted.
 *
 * @param {Rect[]} missing @param {Rect} painted
 * @returns {Rect[]}
 */
export function without(missing, [left, top, across, down]) {
  const [right, bottom] = [left + across, top + down];
  /** @type {Rect[]} */
  const rest = [];
  for (const [x, y, width, height] of missing) {
    const [x1, y1] = [Math.max(x, left), Math.max(y, top)];
    const [x2, y2] = [Math.min(x + width, right), Math.min(y + height, bottom)];
    if (x1 >= x2 || y1 >= y2) {
      rest.push([x, y, width, height]);
      continue;
    }
    /** @type {Rect[]} */
    const pieces = [
      [x, y, width, y1 - y],
      [x, y2, width, y + height - y2],
      [x, y1, x1 - x, y2 - y1],
      [x2, y1, x + width - x2, y2 - y1],
    ];
    rest.push(...pieces.filter((piece) => piece[2] > 0 && piece[3] > 0));
  }
  return rest.length <= MOST_PIECES ? rest : [];
}

/** Whether a face stands for an older one: it covers half of it, and isn't twice as large.
 * @param {Place} place @param {Place} old */
function replaces(place, old) {
  const across = Math.min(place.x + place.width, old.x + old.width) - Math.max(place.x, old.x);
  const down = Math.min(place.y + place.height, old.y + old.height) - Math.max(place.y, old.y);
  const area = old.width * old.height;
  return (
    across > 0 && down > 0 && 2 * across * down >= area && place.width * place.height <= 2 * area
  );
}

/** @param {Place} left @param {Place} right */
const meet = (left, right) =>
  left.x < right.x + right.width &&
  right.x < left.x + left.width &&
  left.y < right.y + right.height &&
  right.y < left.y + left.height;
