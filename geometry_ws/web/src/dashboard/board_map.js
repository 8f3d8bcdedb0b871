/** Where the cards and lanes of the shown project lie, and which surfaces are programs' windows. */

import { NEAR } from "./camera.js";
import { holds, liesOn, rectOf, sortSurfaces } from "./cards.js";
import { lanesOf } from "./lanes.js";
import { matches } from "./matching.js";

/** @import { Project } from "../shared/project.js" */
/** @import { Rect } from "./camera.js" */
/** @import { Described } from "./cards.js" */
/** @import { Picker } from "./picker.js" */
/** @import { Stage } from "./stage.js" */
/** @import { Surfaces } from "./surfaces.js" */

const LANES = new Set(lanesOf([]).map(({ title }) => title));

/** The rectangle around several. @param {Rect[]} rects @returns {Rect | null} */
function boundsOf(rects) {
  if (!rects.length) return null;
  const left = Math.min(...rects.map(([x]) => x));
  const top = Math.min(...rects.map(([, y]) => y));
  const right = Math.max(...rects.map(([x, , width]) => x + width));
  const bottom = Math.max(...rects.map(([, y, , height]) => y + height));
  return rectOf({ x: left, y: top, width: right - left, height: bottom - top });
}

const MOST_CARDS = 60; // with more changes each is a line
const LINES = 0.7; // from here on their names can be read

export class BoardMap extends EventTarget {
  /**
   * @param {Project} project
   * @param {Surfaces} surfaces
   * @param {Picker} picker
   * @param {Stage} stage
   */
  constructor(project, surfaces, picker, stage) {
    super();
    this.project = project;
    this.surfaces = surfaces;
    this.picker = picker;
    this.stage = stage;
    /** @type {ReturnType<typeof sortSurfaces> | null} */
    this.sorted = null;
    for (const source of [project, surfaces, picker]) {
      source.addEventListener("change", () => this.#stale());
    }
    stage.addEventListener("layout", () => this.#stale());
  }

  #stale() {
    this.sorted = null;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.stage.setBoard(this.#filled, this.project.changes.size > MOST_CARDS ? LINES : NEAR);
      this.dispatchEvent(new Event("change"));
    });
  }

  /** The shown project's board where several lanes have cards. */
  get #filled() {
    const lanes = lanesOf(this.project.changes.values()).filter(({ changes }) => changes.length);
    return (lanes.length > 1 && this.picker.boards.get(this.project.id)) || null;
  }

  /** What a wall is filled with: all lanes of the shown project, and what programs draw where there
   * are no other projects.
   * @param {number} above world pixels above a program's window
   * @returns {{lanes: Rect | null, windows: {id: string, rect: Rect}[]}} */
  surroundings(above) {
    const lanes = boundsOf(
      [...this.#sorted.lanes].flatMap(([title, rect]) => (LANES.has(title) ? [rect] : [])),
    );
    const drawn = lanes && this.picker.boards.size < 2 ? this.programs : [];
    const windows = drawn.map(({ surface, x, y, width, height }) => {
      const rect = rectOf({ x, y: y - above, width, height: height + above });
      return { id: surface, rect };
    });
    return { lanes, windows };
  }

  /** The surfaces that say what a whole board is. @returns {Set<string>} */
  get signs() {
    const { lanes } = this.#sorted;
    const ground = boundsOf(
      [...lanes].flatMap(([title, rect]) => (LANES.has(title) ? [rect] : [])),
    );
    const known = this.#described().filter((place) => {
      // what lies on the lanes is a program's window beside a card
      if (ground && liesOn(ground, place)) return false;
      const rect = rectOf(place).join();
      return [...lanes].some(([title, each]) => !LANES.has(title) && each.join() === rect);
    });
    return new Set(known.map(({ surface }) => surface));
  }

  get #sorted() {
    if (this.sorted) return this.sorted;
    const { boards } = this.picker;
    this.sorted = sortSurfaces(this.#described(), {
      board: boards.get(this.project.id) ?? null,
      boards: [...boards.values()],
      changes: this.project.changes,
    });
    return this.sorted;
  }

  /** The surfaces, where the picture has them by now. @returns {Described[]} */
  #described() {
    const { planes } = this.stage.viewer.store;
    return [...this.surfaces.known.values()].map((surface) => {
      const place = planes.get(surface.surface)?.place ?? surface;
      const { x, y, width, height } = place;
      return { ...surface, x, y, width, height };
    });
  }

  /** The surfaces of a change's card. @param {string} change */
  cardOf(change) {
    return this.#sorted.cards.get(change) ?? null;
  }

  /** All cards, by change. */
  get cards() {
    return this.#sorted.cards;
  }

  /** What programs draw beside the boards. */
  get programs() {
    return this.#sorted.programs;
  }

  /** The lane of this title. @param {string} title @returns {Rect | null} */
  laneOf(title) {
    return this.#sorted.lanes.get(title) ?? null;
  }

  /** Which change's card lies at a world point; "" where none does.
   * @param {number} x @param {number} y */
  at(x, y) {
    const plane = this.stage.viewer.store.at(x, y);
    if (!plane) return "";
    for (const [change, { rect, ids }] of this.cards) {
      if (ids.includes(plane.id) && holds(rect, x, y)) return change;
    }
    return "";
  }

  /** The part of a world rectangle around several cards. @param {string[]} changes
   * @returns {Rect | null} */
  around(changes) {
    const rects = changes.flatMap((change) => {
      const card = this.cardOf(change);
      return card ? [card.rect] : [];
    });
    return boundsOf(rects);
  }

  /** The changes of each lane that a filter means, as J and K go through them: as the board has
   * them, from top to bottom, else by name. @param {string} filter */
  ways(filter) {
    return lanesOf(this.project.changes.values())
      .map(({ changes }) =>
        changes
          .filter((change) => matches(change, filter))
          .map(({ change }) => ({ change, rect: this.cardOf(change)?.rect ?? [0, 0, 0, 0] }))
          .sort(({ rect: left }, { rect: right }) => left[0] - right[0] || left[1] - right[1])
          .map(({ change }) => change),
      )
      .filter((lane) => lane.length);
  }
}
