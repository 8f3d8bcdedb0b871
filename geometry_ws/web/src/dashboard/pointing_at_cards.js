/**
 * What a pointer does to cards beside what the board does with it: a click selects, one on the
 * title opens the page, and what is pointed at is marked.
 */

import { onDiscs, titleOf } from "./cards.js";

/** @import { BoardMap } from "./board_map.js" */
/** @import { LaneTabs } from "./lane_tabs.js" */
/** @import { PeopleLabel } from "./people_label.js" */
/** @import { Selection } from "./selection.js" */
/** @import { Stage } from "./stage.js" */
/** @import { Windows } from "./windows.js" */

export class Pointing {
  /**
   * @param {Stage} stage
   * @param {BoardMap} map
   * @param {Selection} selection
   * @param {LaneTabs} tabs
   * @param {{label: PeopleLabel, windows: Windows}} others who want to know as well
   * @param {(change: string) => void} open shows a change's page
   */
  constructor(stage, map, selection, tabs, { label, windows }, open) {
    this.label = label;
    this.windows = windows;
    this.tabs = tabs;
    this.stage = stage;
    this.map = map;
    this.selection = selection;
    this.open = open;
  }

  /** @param {number} x @param {number} y world pixels @param {string | null} surface */
  clicked(x, y, surface) {
    const change = this.map.at(x, y);
    if (change && this.#onTitle(change, x, y)) this.open(change);
    else if (change) this.selection.select(change);
    else if (!surface) this.selection.select("");
  }

  /** @param {number} x @param {number} y world pixels */
  over(x, y) {
    const change = this.map.at(x, y);
    this.selection.hover(change);
    this.windows.over(this.stage.viewer.store.at(x, y)?.id ?? "");
    const rect = change ? this.map.cardOf(change)?.rect : null;
    this.label.over(rect && onDiscs(rect, this.stage.camera.zoom, x, y) ? change : "");
  }

  left() {
    this.label.over("");
    // the button on the card that is pointed at lies over the canvas
    requestAnimationFrame(() => {
      if (document.querySelector(".overlay :hover")) return;
      this.selection.hover("");
      this.windows.over("");
    });
  }

  /** @param {number} x @param {number} y world pixels */
  cursor(x, y) {
    const change = this.map.at(x, y);
    return change && this.#onTitle(change, x, y) ? "pointer" : "";
  }

  touched() {
    this.tabs.touched();
  }

  lifted() {
    this.tabs.lifted();
  }

  /** @param {string} change @param {number} x @param {number} y world pixels */
  #onTitle(change, x, y) {
    const card = this.map.cardOf(change);
    if (!card || this.#linked(card.ids)) return false;
    return titleOf(card.rect, this.stage.camera.zoom, x, y);
  }

  /** Whether a card says itself where a press leads. @param {string[]} surfaces */
  #linked(surfaces) {
    const { known } = this.map.surfaces;
    return surfaces.some((id) =>
      known.get(id)?.areas?.some((/** @type {{link?: string}} */ { link }) => link),
    );
  }
}
