/** Title bars of programs' windows, above them where nothing else lies, and a frame round both. */

import { liesOn, rectOf } from "./cards.js";
import { WindowBar } from "./window_bar.js";

/** @import { Session } from "../shared/session.js" */
/** @import { BoardMap } from "./board_map.js" */
/** @import { Described } from "./cards.js" */
/** @import { Overlay } from "./overlay.js" */

export const BAR = 28; // world pixels
const MOST = 64; // windows with a bar
const SMALLEST = 48; // world pixels: what is narrower is no window

export class Windows {
  /**
   * @param {Overlay} overlay
   * @param {BoardMap} map
   * @param {Pick<Session, "call" | "mayCall">} session
   * @param {(sentence: string) => void} complain
   */
  constructor(overlay, map, session, complain) {
    this.session = session;
    this.complain = complain;
    this.overlay = overlay;
    this.map = map;
    /** @type {Map<string, WindowBar>} */
    this.bars = new Map();
    this.pointed = "";
    /** a person wants to give files @type {(surface: string) => void} */
    this.give = () => {};
    map.addEventListener("change", () => this.show());
    overlay.stage.addEventListener("shifts", () => this.show());
  }

  show() {
    const { shifts } = this.overlay.stage;
    const programs = this.map.programs.map((program) => {
      const [dx, dy] = shifts.get(program.surface) ?? [0, 0];
      return dx || dy ? { ...program, x: program.x + dx, y: program.y + dy } : program;
    });
    const windows = programs.filter(({ title, width }) => title && width >= SMALLEST);
    const shown = new Set(windows.slice(0, MOST).map(({ surface }) => surface));
    for (const [id, { element, frame }] of this.bars) {
      if (shown.has(id)) continue;
      this.overlay.put(element, null);
      this.overlay.put(frame, null);
      this.bars.delete(id);
    }
    for (const surface of windows.slice(0, MOST)) this.#show(surface, programs);
    const tops = windows.map(({ y }) => y - BAR);
    this.overlay.stage.setCrown(tops.length ? { top: Math.min(...tops) } : null);
  }

  /** The pointer is on this surface; "" for none. @param {string} surface */
  over(surface) {
    const known = this.bars.has(surface) ? surface : "";
    if (known === this.pointed) return;
    this.pointed = known;
    this.show();
  }

  /** @param {Described} surface @param {Described[]} programs */
  #show(surface, programs) {
    let bar = this.bars.get(surface.surface);
    if (!bar) {
      const zoom = () => this.overlay.stage.camera.zoom;
      bar = new WindowBar(surface.surface, this.session, zoom, this.complain, () =>
        this.give(surface.surface),
      );
      this.bars.set(surface.surface, bar);
    }
    bar.show(surface);
    const place = { x: surface.x, y: surface.y - BAR, width: surface.width, height: BAR };
    const covers = programs.some(
      (other) => other.surface !== surface.surface && meets(other, place),
    );
    const onBoard = [...this.map.picker.boards.values()].some((board) => liesOn(board, place));
    // what would lie over something else is there while it is used
    const used = bar.held || this.pointed === surface.surface || bar.inUse;
    const bare = (covers || onBoard) && !used;
    this.overlay.put(bar.element, bare ? null : rectOf(place));
    const whole = { ...place, height: BAR + surface.height };
    this.overlay.put(bar.frame, bare ? null : rectOf(whole));
  }
}

/** @param {import("./cards.js").Place} left @param {import("./cards.js").Place} right */
const meets = (left, right) =>
  left.x < right.x + right.width &&
  right.x < left.x + left.width &&
  left.y < right.y + right.height &&
  right.y < left.y + left.height;
