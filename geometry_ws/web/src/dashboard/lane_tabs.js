/** On a phone the board is shown lane by lane: tabs name them, and swipes end at a column. */

import { byId, make, setText } from "../shared/dom.js";
import { stateIcon } from "../shared/icon.js";
import { lanesOf } from "./lanes.js";
import { columnAt, columnsOf, leftOf, swiped, zoomOf } from "./lane_columns.js";

/** @import { Project } from "../shared/project.js" */
/** @import { BoardMap } from "./board_map.js" */
/** @import { Stage } from "./stage.js" */

const PHONE = 760; // CSS pixels: what is narrower
const DESK = 1100;
const TOP = 12; // CSS pixels above a lane
const SIGNS = /** @type {const} */ ({
  attention: "attention",
  not_started: "not-started",
  in_progress: "in-progress",
  complete: "complete",
});

export class LaneTabs {
  /**
   * @param {Project} project
   * @param {BoardMap} map
   * @param {Stage} stage
   */
  constructor(project, map, stage) {
    this.project = project;
    this.map = map;
    this.stage = stage;
    this.from = 0;
    /** the project whose first lane has been shown */
    this.shown = "";
    this.marked = "";
    this.tabs = new Map(
      lanesOf([]).map(({ key, title }) => {
        const count = make("span", { class: "num" });
        const word = make("span", { class: "word", textContent: title });
        const sign = stateIcon(SIGNS[key], 16, 0.5);
        const button = make("button", { type: "button" }, sign, word, " ", count);
        button.addEventListener("click", () => this.go(key));
        return [key, { button, count }];
      }),
    );
    byId("lane-tabs").append(...[...this.tabs.values()].map(({ button }) => button));
    project.addEventListener("change", () => this.show());
    map.addEventListener("change", () => this.#begin());
    stage.addEventListener("drawn", () => this.#mark());
    this.show();
  }

  get phone() {
    return innerWidth < PHONE;
  }

  /** A tablet held upright shows a whole board at once. */
  get #tablet() {
    return !this.phone && innerWidth < DESK && innerHeight > innerWidth;
  }

  show() {
    for (const { key, changes } of lanesOf(this.project.changes.values())) {
      const tab = this.tabs.get(key);
      if (tab) setText(tab.count, String(changes.length));
    }
  }

  /** The columns of the shown project. */
  get #columns() {
    return columnsOf(
      lanesOf(this.project.changes.values()).map(({ key, title, changes }) => ({
        key,
        rect: this.map.laneOf(title),
        cards: changes.flatMap(({ change }) => {
          const card = this.map.cardOf(change);
          return card ? [card.rect] : [];
        }),
      })),
    );
  }

  /** Show a lane. @param {string} key @param {boolean} [glide] */
  go(key, glide = true) {
    const column = this.#columns.find((each) => each.key === key);
    if (!column) return false;
    const zoom = zoomOf(column, this.stage.size.width);
    this.stage.go({ x: leftOf(column, zoom), y: column.y - TOP / zoom, zoom }, glide);
    return true;
  }

  /** A page that says nothing of its view begins where work is done, else where there is any. */
  #begin() {
    const { project, stage } = this;
    const wanted = this.phone || this.#tablet;
    if (!wanted || !project.ready || this.shown === project.id || !stage.size.width) return;
    if (!stage.following || stage.fitted) {
      this.shown = project.id;
      return;
    }
    if (this.#tablet) {
      const board = this.map.picker.boards.get(project.id);
      if (!board) return;
      this.shown = project.id;
      stage.fill(board);
      return;
    }
    const lanes = lanesOf(project.changes.values());
    const filled = lanes.filter(({ changes }) => changes.length);
    const first = filled.find(({ key }) => key === "in_progress") ?? filled[0] ?? lanes[0];
    if (this.go(first.key, false)) this.shown = project.id;
  }

  /** Another project begins anew. */
  forget() {
    this.shown = "";
  }

  /** A finger came down. */
  touched() {
    this.from = this.stage.goal.x;
  }

  /** The last finger has gone: what is shown is a column, unless somebody looks from afar. */
  lifted() {
    const { x, y, zoom } = this.stage.goal;
    if (!this.phone || zoom < 0.8) return;
    const column = swiped(this.#columns, this.from, x, zoom);
    if (column && x !== this.from) this.stage.go({ x: leftOf(column, zoom), y, zoom }, true);
  }

  #mark() {
    if (!this.phone) return;
    const { x, zoom } = this.stage.goal;
    const shown = columnAt(this.#columns, x, zoom)?.key ?? "";
    if (shown === this.marked) return;
    this.marked = shown;
    for (const [key, { button }] of this.tabs) {
      if (key === shown) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }
}
