/** Who is at a card, in words: shown beside it while the pointer rests on its discs. */

import { disc } from "../shared/discs.js";
import { make } from "../shared/dom.js";
import { calledOf, clocksOf, doingOf } from "../shared/people.js";

/** @import { Presence } from "../shared/presence.js" */
/** @import { BoardMap } from "./board_map.js" */
/** @import { Overlay } from "./overlay.js" */

const REST_MS = 250; // of rest before anything is said
const MOST = 8;
const WIDTH = 300; // CSS pixels

export class PeopleLabel {
  /** @param {Overlay} overlay @param {BoardMap} map @param {Presence} presence */
  constructor(overlay, map, presence) {
    this.overlay = overlay;
    this.map = map;
    this.presence = presence;
    this.change = "";
    this.list = make("ul", { class: "people-label" });
    this.holder = make("div", { class: "label-holder", "aria-hidden": "true" }, this.list);
    presence.addEventListener("change", () => this.shown && this.#show());
  }

  get shown() {
    return this.holder.isConnected;
  }

  /** The pointer is on the discs of this change's card; "": on none. @param {string} change */
  over(change) {
    if (change === this.change) return;
    this.change = change;
    clearTimeout(this.timer);
    if (change) this.timer = setTimeout(() => this.#show(), REST_MS);
    else this.overlay.put(this.holder, null);
  }

  #show() {
    const { stage } = this.overlay;
    const card = this.map.cardOf(this.change);
    const here = this.presence.at(this.map.project.id, this.change);
    if (!card || !here.length) {
      this.overlay.put(this.holder, null);
      return;
    }
    const now = Date.now();
    const more = here.length - MOST;
    this.list.replaceChildren(
      ...here.slice(0, MOST).map((member) => {
        const doing = doingOf(member);
        return make(
          "li",
          {},
          disc(member, 20, now),
          make(
            "div",
            {},
            make("b", {}, calledOf(member)),
            make("span", {}, clocksOf(member, now)),
            ...(doing ? [make("span", {}, doing)] : []),
          ),
        );
      }),
      ...(more > 0 ? [make("li", {}, `and ${more} more`)] : []),
    );
    const { x, zoom } = stage.camera;
    const right = (card.rect[0] + card.rect[2] - x) * zoom;
    this.holder.classList.toggle("left", right + WIDTH > stage.box.clientWidth);
    this.overlay.put(this.holder, card.rect);
  }
}
