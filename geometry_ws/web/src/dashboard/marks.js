/**
 * What the page marks on the board: the selected card, the one that is pointed at with a button
 * that opens its page, and what a filter means, beside which the rest is quiet.
 */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARROW_UP_RIGHT } from "../shared/icons.js";
import { matches } from "./matching.js";

/** @import { BoardMap } from "./board_map.js" */
/** @import { Rect } from "./camera.js" */
/** @import { Overlay } from "./overlay.js" */
/** @import { Selection } from "./selection.js" */
/** @import { Stage } from "./stage.js" */

const QUIET = 0.62; // of what a filter doesn't mean: its names stay readable
const READABLE = 0.5; // the zoom from which a card has room for a button

export class Marks {
  /**
   * @param {Stage} stage
   * @param {Overlay} overlay
   * @param {BoardMap} map
   * @param {Selection} selection
   * @param {(change: string) => string} address of a change's page
   */
  constructor(stage, overlay, map, selection, address) {
    this.stage = stage;
    this.overlay = overlay;
    this.map = map;
    this.selection = selection;
    this.address = address;
    this.opener = make("a", { class: "opener", tabIndex: -1, draggable: false });
    this.opener.append(icon(ARROW_UP_RIGHT, 14));
    this.opener.addEventListener("pointerleave", () => this.selection.hover(""));
    this.frame = make("div", { class: "frame" }, this.opener);
    /** @type {Set<string>} the surfaces of cards that a filter doesn't mean */
    this.quiet = new Set();
    stage.strength = (plane) => (this.quiet.has(plane) ? QUIET : 1);
    /** @type {Set<string>} the surfaces of all cards */
    this.cards = new Set();
    stage.travel = (plane) => this.cards.has(plane);
    for (const name of ["change", "hover"]) {
      selection.addEventListener(name, () => this.show());
    }
    selection.addEventListener("filter", () => this.#sift());
    selection.addEventListener("go", () => this.reveal());
    map.addEventListener("change", () => {
      this.cards = new Set([...map.cards.values()].flatMap(({ ids }) => ids));
      if (selection.sought) this.reveal();
      this.#sift();
    });
    stage.addEventListener("drawn", () => stage.travels.any && this.show());
  }

  /** The camera goes to the selected card. */
  reveal() {
    const rect = this.#rectOf(this.selection.change);
    if (!rect) return;
    this.selection.sought = "";
    this.stage.reveal(rect);
  }

  /** The camera goes to all that the filter means, or to the selected card. */
  revealMeant() {
    const { change, filter } = this.selection;
    const rect = this.map.around(filter ? this.#meant() : [change]);
    if (rect) this.stage.fill(rect);
  }

  #meant() {
    const { filter } = this.selection;
    return [...this.map.cards.keys()].filter((name) => {
      const change = this.map.project.changes.get(name);
      return change && matches(change, filter);
    });
  }

  #sift() {
    const meant = new Set(this.selection.filter ? this.#meant() : []);
    const quiet = new Set();
    if (this.selection.filter) {
      for (const [name, { ids }] of this.map.cards) {
        if (!meant.has(name)) for (const id of ids) quiet.add(id);
      }
    }
    const same = quiet.size === this.quiet.size && [...quiet].every((id) => this.quiet.has(id));
    this.quiet = quiet;
    this.meant = [...meant];
    if (!same) this.stage.draw();
    this.show();
  }

  show() {
    const { change, hovered } = this.selection;
    this.overlay.ring("meant", this.#rects(this.meant ?? []));
    this.overlay.ring("selected", this.#rects(change ? [change] : []));
    const pointed = hovered && hovered !== change ? [hovered] : [];
    this.overlay.ring("hovered", this.#rects(pointed));
    const rect = hovered ? this.#rectOf(hovered) : null;
    const room = this.stage.camera.zoom >= READABLE && rect;
    if (hovered) {
      this.opener.href = this.address(hovered);
      this.opener.title = `Open ${hovered}`;
      this.opener.setAttribute("aria-label", this.opener.title);
    }
    this.overlay.put(this.frame, room ? rect : null);
  }

  /** @param {string[]} changes @returns {Rect[]} */
  #rects(changes) {
    return changes.flatMap((change) => {
      const rect = this.#rectOf(change);
      return rect ? [rect] : [];
    });
  }

  /** Where a card is shown just now. @param {string} change @returns {Rect | null} */
  #rectOf(change) {
    const card = this.map.cardOf(change);
    if (!card) return null;
    const [, , width, height] = card.rect;
    const place = this.stage.placeOf(card.ids[0]);
    return place ? [place.x, place.y, width, height] : card.rect;
  }
}
