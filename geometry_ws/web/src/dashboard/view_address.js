/**
 * The address says what is looked at, so that a link shows the same to others and a page that one
 * comes back to is as it was. Only what somebody chose is written down.
 */

import { middleOf, readShown, writeShown } from "./address.js";

/** @import { Selection } from "./selection.js" */
/** @import { Stage } from "./stage.js" */

const REST_MS = 300; // so long the view rests before it is written down

export class ViewAddress {
  /**
   * @param {Stage} stage
   * @param {Selection} selection
   */
  constructor(stage, selection) {
    this.stage = stage;
    this.selection = selection;
    this.timer = 0;
    this.take();
    stage.addEventListener("drawn", () => this.#later());
    for (const name of ["change", "filter"]) {
      selection.addEventListener(name, () => this.#later());
    }
    window.addEventListener("popstate", () => this.take());
    window.addEventListener("pagehide", () => this.write());
  }

  /** Show what the address says. */
  take() {
    const { at, change, filter } = readShown(location.search);
    this.selection.narrow(filter);
    this.selection.select(change);
    if (at === "fit") this.stage.fit();
    else if (at) this.stage.arrive(at);
    else if (change) this.selection.seek(change);
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), REST_MS);
  }

  /** The address says what is shown; the way back stays as it is. */
  write() {
    clearTimeout(this.timer);
    const { selection } = this;
    const search = writeShown(location.search, {
      at: this.#place(),
      change: selection.change,
      filter: selection.filter,
    });
    if (search === location.search) return;
    history.replaceState(history.state, "", location.pathname + search + location.hash);
  }

  /** @returns {import("./address.js").At} */
  #place() {
    const { stage } = this;
    if (stage.following) return stage.fitted ? "fit" : null;
    return stage.size.width ? middleOf(stage.goal, stage.size) : readShown(location.search).at;
  }
}
