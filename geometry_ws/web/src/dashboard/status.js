/** The state of the connection and the figures, and the veil over a picture that isn't live. */

import { byId, setText } from "../shared/dom.js";
import { age, rate } from "../shared/text.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Viewer } from "./viewer.js" */

const SECOND = 1000;

/** What the page says of each state of the session.
 * @param {string} state @param {string} since @param {string} refusal @returns {string} */
function sentence(state, since, refusal) {
  switch (state) {
    case "open":
      return "live";
    case "connecting":
      return "connecting…";
    case "starting":
      return "the node is starting…";
    case "version":
      return "the node speaks another version: reload";
    case "refused":
      return refusal;
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
    const { state, heard, refusal } = this.session;
    const since = age(performance.now() - heard);
    byId("link").dataset.state = state;
    // the age changes every second: said aloud once, then only shown
    const text = byId("link-text");
    const words = sentence(state, since, refusal);
    setText(text, state === "lost" && innerWidth < 760 ? "reconnecting…" : words);
    const veil = byId("veil");
    veil.hidden = state === "open" || (state === "connecting" && !this.viewer.frames);
    setText(byId("veil-text"), words);
    byId("link").setAttribute("aria-live", state === "lost" && this.lost ? "off" : "polite");
    this.lost = state === "lost";
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
