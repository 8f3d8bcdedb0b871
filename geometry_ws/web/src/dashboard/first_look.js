/**
 * Whether there is a picture yet, of a page that has just been opened: until the board has drawn
 * itself for this theme, what stands in for it would be white cards in a dark room. Pure.
 */

/** @import { Plane } from "../painter/plane.js" */
/** @import { Theme } from "../painter/faces.js" */

/** @param {Plane} plane */
const area = ({ place: { width, height } }) => width * height;

/** @param {Plane} outer @param {Plane} inner */
const holds = ({ place: outer }, { place: inner }) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Whether something can be seen, and in the dark the board's own dark pictures. A board as large
 * as itself has a blank plane for each theme, which is no picture.
 * @param {Iterable<Plane>} planes @param {Theme} theme @param {boolean} hasBoard */
export function hasPicture(planes, theme, hasBoard) {
  const all = [...planes];
  const painted = all.filter(({ pixels, missing }) => pixels && !missing.length);
  const themed = hasBoard || all.some(({ place }) => place.shownWhen?.theme);
  if (theme === "light" || !themed) return painted.length > 0;
  const mine = all.filter(({ place }) => place.shownWhen?.theme === theme);
  const largest = mine.reduce((most, each) => (area(each) > area(most) ? each : most), mine[0]);
  return mine.some(
    (plane) => painted.includes(plane) && area(plane) < area(largest) && holds(largest, plane),
  );
}
