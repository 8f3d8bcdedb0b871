/** The figures of the connection, and the veil over a picture that isn't live. */

import { byId, setText } from "../shared/dom.js";
import { age, rate } from "../shared/text.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Viewer } from "./viewer.js" */

const SECOND = 1000;

/** What the page says of each state of the session.
 * @param {string} state @param {string} since @returns {string} */
function sentence(state, since) {
  switch (state) {
    case "open":
      return "live";
    case "connecting":
      return "connecting…";
    case "starting":
      return "the node is starting…";
    case "version":
      return "the node speaks another version: reload";
    default:
      return `reconnecting… as of ${since} ago`;
  }
}

export class Status {
  /**
   * @param {Session} session
   * @param {Viewer} viewer
   */
  constructor(session, viewer) {
    this.session = session;
    this.viewer = viewer;
    this.frames = 0;
    this.received = 0;
    this.at = performance.now();
    session.addEventListener("state", () => this.#showState());
    setInterval(() => this.#tick(), SECOND);
    this.#showState();
  }

  #showState() {
    const { state, heard } = this.session;
    const since = age(performance.now() - heard);
    const veil = byId("veil");
    veil.hidden = state === "open" || (state === "connecting" && !this.viewer.frames);
    setText(byId("veil-text"), sentence(state, since));
  }

  #tick() {
    const now = performance.now();
    const seconds = Math.max((now - this.at) / SECOND, 0.001);
    const { serializer, roundTrip } = this.session;
    const frames = (this.viewer.frames - this.frames) / seconds;
    setText(byId("fps"), `${Math.round(frames)} /s`);
    setText(byId("bytes"), rate((serializer.received - this.received) / seconds));
    setText(
      byId("latency"),
      roundTrip === null ? "–" : `${roundTrip.toFixed(roundTrip < 10 ? 1 : 0)} ms`,
    );
    this.frames = this.viewer.frames;
    this.received = serializer.received;
    this.at = now;
    if (this.session.state === "lost") this.#showState();
  }
}
