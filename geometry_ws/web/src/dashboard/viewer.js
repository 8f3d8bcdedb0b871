/**
 * A viewer of one stream: attaches, hands frames to the plane store in order, acknowledges what
 * was painted, says what is looked at, and asks for a keyframe when a frame doesn't apply.
 */

import { usableCodecs } from "../painter/decoders.js";
import { PlaneStore } from "../painter/planes.js";

/** @import { Session } from "../shared/session.js" */

const LOOK_MS = 80; // shortest time between two looks
const REPEAT_MS = 1000; // after this the last ack is said once more, in case it was lost
const UNPAINTED_MS = 250; // a page in the background paints nothing, but still acknowledges
const KEYFRAME_MS = 3000; // so long a viewer waits for its first keyframe
const REFRESH_MS = 500; // shortest time between two requests for a keyframe

/** @typedef {{x: number, y: number, width: number, height: number, scale: number,
 *   hidden: boolean, theme: "light" | "dark", face_scale: number}} Look */

export class Viewer extends EventTarget {
  /**
   * @param {Session} session
   * @param {string} stream
   */
  constructor(session, stream = "world") {
    super();
    this.session = session;
    this.stream = stream;
    this.store = new PlaneStore();
    /** @type {string[]} what this browser decodes, once it has been tried */
    this.codecs = [];
    this.attached = false;
    this.closed = false;
    /** whether the session ended while the viewer was attached */
    this.lost = false;
    /** what the node knows this viewer by, should its session be lost */
    this.token = "";
    this.window = 512 << 10;
    this.ackMs = 1000 / 15;
    this.paused = false;
    /** @type {Look | null} */
    this.look = null;
    this.saidLook = "";
    this.lookAt = -Infinity;
    /** the frame that is on the screen; what input refers to */
    this.painted = 0;
    this.frames = 0;
    this.unacknowledged = 0;
    /** @type {{epoch: string, seq: number, part: number} | null} */
    this.due = null;
    this.ackedAt = -Infinity;
    /** what decoding the last frame took */
    this.decodeMs = 0;
    this.drawUs = 0;
    this.refreshedAt = -Infinity;
    /** why a frame didn't apply while the viewer was being attached */
    this.missed = "";
    /** @type {Record<string, any>} */
    this.timers = {};
  }

  start() {
    this.session.subscribe("stream_on_frame", (frame) => this.#receive(frame), this.stream);
    this.session.subscribe(
      "stream_on_detached",
      (event) => event.stream === this.stream && this.attach(),
      this.stream,
    );
    this.session.addEventListener("epoch", () => this.attach());
    this.session.addEventListener("state", () => {
      if (this.session.open) return;
      if (this.attached) this.lost = true;
      this.attached = false;
    });
  }

  /** Become a viewer (again). A keyframe follows, or what has changed since the session was
   * lost. */
  async attach() {
    const resume = this.lost && this.token ? await this.#remaining() : null;
    if (this.attached && this.due) this.#acknowledge(); // or it would count as being on the way
    if (!resume) this.store.restart();
    this.due = null;
    this.missed = "";
    this.unacknowledged = 0;
    this.attached = false;
    if (!this.codecs.length) this.codecs = await usableCodecs();
    const { stream, codecs } = this;
    const kwargs = {
      stream,
      codecs,
      thumbnails: true,
      ...(this.look && { look: this.look }),
      ...resume,
    };
    this.saidLook = JSON.stringify(this.look);
    try {
      const answer = await this.session.call("stream_attach", kwargs);
      this.attached = true;
      this.lost = false;
      this.token = answer.token ?? "";
      if (resume && !answer.resumed) this.store.restart();
      this.window = answer.window_bytes;
      this.ackMs = 1000 / Math.max(answer.acks_per_second, 1);
      if (this.paused) this.setPaused(true);
      if (this.missed) this.#refresh(this.missed);
      this.#sayLook(); // it may have changed while the node answered
      this.#later("keyframe", KEYFRAME_MS, () => this.#miss());
    } catch {
      this.#later("attach", 1000, () => this.session.open && !this.attached && this.attach());
    }
  }

  /** What is still there of a session that was lost, for the node to go on from. */
  async #remaining() {
    await this.store.tail; // what had come is painted first
    const { epoch, seq } = this.store;
    this.store.unfinished = null;
    return epoch === null ? null : { resume: { token: this.token, epoch, seq } };
  }

  /** @param {boolean} paused */
  setPaused(paused) {
    this.paused = paused;
    if (!this.attached) return;
    this.session.call("stream_pause", { stream: this.stream, paused }).catch(() => {});
  }

  /** Nothing happens any more; the session ends as well. */
  close() {
    this.closed = this.paused = true;
    this.attached = false;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }

  /** Say what the page shows; often is fine. @param {Look} look */
  setLook(look) {
    this.look = look;
    const wait = this.lookAt + LOOK_MS - performance.now();
    if (wait > 0) this.#later("look", wait, () => this.#sayLook());
    else this.#sayLook();
  }

  /** Say at once what has changed: a press is meant for what the page shows now. */
  hurryLook() {
    if (this.timers.look) this.#sayLook();
  }

  /** The page has painted all that the store holds. @param {number} drawMs */
  didPaint(drawMs) {
    this.painted = this.store.seq;
    this.drawUs = Math.round(Math.min(Math.max(this.decodeMs + drawMs, 0) * 1000, 1e9));
    if (this.due) this.#acknowledgeSoon();
  }

  #sayLook() {
    clearTimeout(this.timers.look);
    this.timers.look = null;
    const text = JSON.stringify(this.look);
    if (!this.attached || text === this.saidLook) return;
    this.saidLook = text;
    this.lookAt = performance.now();
    this.session.publish("stream_look", { stream: this.stream, ...this.look });
  }

  /** @param {any} frame */
  async #receive(frame) {
    this.unacknowledged += this.session.serializer.last;
    const applied = await this.store.apply(frame);
    if (frame?.acks_per_second > 0) this.ackMs = 1000 / frame.acks_per_second;
    if (applied.outcome === "refused") {
      if (applied.epoch && Number.isInteger(applied.seq)) {
        // It has come all the same, so it isn't on the way any more.
        this.due = { epoch: applied.epoch, seq: applied.seq, part: applied.part };
        this.#acknowledgeSoon();
      }
      if (this.attached && this.#dropBroken()) this.attach();
      else this.#refresh(applied.reason);
      return;
    }
    this.decodeMs = applied.ms;
    this.due = { epoch: applied.epoch, seq: applied.seq, part: applied.part };
    if (applied.outcome === "part") {
      this.#acknowledgeSoon(); // nothing to paint yet, and the next part may wait for this
      return;
    }
    clearTimeout(this.timers.refresh);
    this.missed = "";
    this.frames++;
    this.dispatchEvent(new Event("frame"));
    this.#later("unpainted", UNPAINTED_MS, () => this.due && this.#acknowledgeSoon());
  }

  /** Name codecs no more that a browser said it knows, but doesn't decode as they come. */
  #dropBroken() {
    const { broken } = this.store;
    const usable = this.codecs.filter((codec) => !broken.includes(codec));
    const dropped = usable.length < this.codecs.length;
    this.codecs = usable;
    return dropped;
  }

  #acknowledgeSoon() {
    const wait = this.ackedAt + this.ackMs - performance.now();
    if (this.unacknowledged * 2 >= this.window || wait <= 0) this.#acknowledge();
    else this.#later("ack", wait, () => this.due && this.#acknowledge());
  }

  #acknowledge() {
    const ack = { stream: this.stream, ...this.due, draw_us: this.drawUs };
    this.due = null;
    this.unacknowledged = 0;
    this.ackedAt = performance.now();
    this.session.publish("stream_ack", ack);
    for (const name of ["ack", "unpainted"]) clearTimeout(this.timers[name]);
    this.#later("repeat", REPEAT_MS, () => {
      if (this.attached && !this.due) this.session.publish("stream_ack", ack);
    });
  }

  #miss() {
    if (!this.attached || this.store.epoch !== null) return;
    if (!this.paused && !this.look?.hidden) this.#refresh("no keyframe came");
    this.#later("keyframe", KEYFRAME_MS, () => this.#miss());
  }

  /** @param {string} reason */
  #refresh(reason) {
    if (!this.attached) {
      this.missed = reason; // a keyframe is coming; if it doesn't help, it is asked for then
      return;
    }
    const wait = this.refreshedAt + REFRESH_MS - performance.now();
    if (wait > 0) {
      this.#later("refresh", wait, () => this.#refresh(reason));
      return;
    }
    this.refreshedAt = performance.now();
    const kwargs = { stream: this.stream, reason: reason.slice(0, 200) };
    this.session.call("stream_refresh", kwargs).catch(() => this.attach());
  }

  /** @param {string} name @param {number} ms @param {() => unknown} action */
  #later(name, ms, action) {
    clearTimeout(this.timers[name]);
    if (!this.closed) this.timers[name] = setTimeout(action, ms);
  }
}
