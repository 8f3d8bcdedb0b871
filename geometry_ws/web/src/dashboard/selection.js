/** What is selected, pointed at and filtered: one answer for panel, canvas, sheet and address. */

export class Selection extends EventTarget {
  constructor() {
    super();
    /** the selected change; "" for none */
    this.change = "";
    /** the change under the pointer, on the canvas or in the panel */
    this.hovered = "";
    /** only these are meant; "" for all */
    this.filter = "";
    /** the change whose card the camera goes to once it is known */
    this.sought = "";
  }

  /** @param {string} change @param {boolean} [go] whether the camera goes there */
  select(change, go = false) {
    const before = this.change;
    if (change !== this.sought) this.sought = "";
    this.change = change;
    if (before !== change) this.dispatchEvent(new Event("change"));
    if (go && change) this.dispatchEvent(new Event("go"));
  }

  /** Select, and go there as soon as its card is known. @param {string} change */
  seek(change) {
    this.sought = change;
    this.select(change, true);
  }

  /** @param {string} change */
  hover(change) {
    if (change === this.hovered) return;
    this.hovered = change;
    this.dispatchEvent(new Event("hover"));
  }

  /** @param {string} filter */
  narrow(filter) {
    if (filter === this.filter) return;
    this.filter = filter;
    this.dispatchEvent(new Event("filter"));
  }
}
