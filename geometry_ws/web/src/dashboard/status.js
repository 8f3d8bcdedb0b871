/**
 * How the page looks while it isn't live: what is shown may be old and is grey, boxes can't be
 * ticked, and a board that isn't there yet shows where its lanes will be. The header has the words.
 */

import { byId } from "../shared/dom.js";
import { hasPicture } from "./first_look.js";

/** @import { Project } from "../shared/project.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Viewer } from "./viewer.js" */

const PATIENCE_MS = 8000; // what is there by then is shown as it is

export class Status extends EventTarget {
  /**
   * @param {Session} session
   * @param {Viewer} viewer
   * @param {Project} project
   */
  constructor(session, viewer, project) {
    super();
    this.session = session;
    this.viewer = viewer;
    this.project = project;
    /** @type {boolean | null} */
    this.before = null;
    /** whether there has been a picture; one that is there stays */
    this.pictured = false;
    /** @type {any} */
    this.waiting = null;
    session.addEventListener("state", () => this.show());
    project.addEventListener("change", () => this.show());
    viewer.addEventListener("frame", () => this.show());
    this.show();
  }

  /** Whether there is nobody to tell, and what is shown may be old. */
  get away() {
    return !this.session.open;
  }

  /** When the node was heard last, by the clock on the wall. */
  get asOf() {
    return new Date(Date.now() - (performance.now() - this.session.heard));
  }

  show() {
    const picture = this.#picture();
    document.body.classList.toggle("unseen", !picture);
    document.body.classList.toggle("away", this.away && (picture || this.project.ready));
    byId("skeleton").hidden = picture;
    if (this.before === this.away) return;
    this.before = this.away;
    this.dispatchEvent(new Event("change"));
  }

  #picture() {
    const { planes, theme } = this.viewer.store;
    if (this.pictured || this.away) return this.pictured;
    this.waiting ??= setTimeout(() => {
      this.pictured = true;
      this.show();
    }, PATIENCE_MS);
    this.pictured = hasPicture(planes.values(), theme, Boolean(this.project.id));
    return this.pictured;
  }
}
