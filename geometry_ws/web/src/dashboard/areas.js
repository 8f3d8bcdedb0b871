/**
 * The parts of a surface that can be pressed: which cursor is shown over them, and which page a
 * press opens. Pure but for `Presses`, which remembers where a press began.
 */

/** @typedef {{rect: [number, number, number, number], cursor?: string, link?: string}} Area */
/** @typedef {{cursor?: string, areas?: Area[],
 *   cursor_picture?: {png: string, x?: number, y?: number} | null}} Described what a surface says
 *   of itself */
/** @typedef {{x: number, y: number}} Point */

/** World pixels: a press that moved further is a drag and opens nothing. */
const CLICK = 5;

/**
 * The first area at a point of the surface, in its own pixels.
 *
 * @param {Described | undefined} surface
 * @param {Point} at
 * @returns {Area | null}
 */
export function areaAt(surface, { x, y }) {
  const holds = (/** @type {Area} */ { rect: [left, top, width, height] }) =>
    left <= x && x < left + width && top <= y && y < top + height;
  return surface?.areas?.find(holds) ?? null;
}

/**
 * The cursor over a point of a surface.
 *
 * @param {Described | undefined} surface
 * @param {Point} at
 */
export function cursorAt(surface, at) {
  const own = areaAt(surface, at)?.cursor;
  if (own) return own; // an area's word goes before a picture of the whole
  const word = surface?.cursor || "default";
  const picture = surface?.cursor_picture;
  if (!picture) return word;
  const { png, x = 0, y = 0 } = picture;
  return `url(data:image/png;base64,${png}) ${x} ${y}, ${word}`;
}

/** The press of the first button that may open a page. */
export class LinkPress {
  constructor() {
    /** @type {(Point & {link: string}) | null} */
    this.begun = null;
  }

  /** @param {string | undefined} link that of the area that was pressed @param {Point} world */
  down(link, world) {
    this.begun = link ? { link, ...world } : null;
  }

  /**
   * The page to open: the press was let go where it began.
   *
   * @param {string | undefined} link that of the area below
   * @param {Point} world
   * @returns {string | null}
   */
  up(link, { x, y }) {
    const begun = this.begun;
    this.begun = null;
    if (!begun || begun.link !== link) return null;
    return Math.hypot(x - begun.x, y - begun.y) < CLICK ? begun.link : null;
  }
}
