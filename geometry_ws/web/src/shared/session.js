/**
 * The WAMP session of the page: opens, says hello, and opens again whenever it is lost.
 * Subscriptions are wishes: made once here, made again at the router after every reconnection.
 *
 * States: `connecting` (first try), `starting` (the router answers, the components don't yet),
 * `open`, `lost` (trying again), `version` (the node speaks another protocol), `refused` (nobody is
 * let in without a link, or no more; `refusal` says why), `closed` (for good).
 */

import { Connection } from "autobahn/lib/connection.js";
import { Serializer } from "./serializer.js";
import { hasRight, mayCall, whyNot } from "./rights.js";
import { ERRORS, GIVEN_ROLES, MAJOR, PROCEDURES, REALM, TOPICS } from "./uris.js";

const PROTOCOL = "wamp.2.msgpack";
const BEAT_MS = 5000; // between two questions whether the node is still there
const PATIENCE_MS = 9000; // for their answers
const NO_CONNECTION = "There is no connection to the node just now.";
const AGAIN_MS = 700; // between two hellos while the node starts

const NO_ACCESS = "There is no access to this node.";
const REFUSALS = [ERRORS.not_admitted, ERRORS.revoked];

/** An error that the node declared (or that the router made), as something to throw and show. */
export class CallError extends Error {
  /** @param {any} failure what autobahn-js gives */
  constructor(failure) {
    const text = failure?.args?.[0];
    super(typeof text === "string" && text ? text : String(failure?.error ?? failure));
    this.name = "CallError";
    /** @type {string} */
    this.uri = failure?.error ?? "";
    /** @type {Record<string, any>} */
    this.fields = failure?.kwargs ?? {};
  }
}

/** How a token lets a session in. @param {string} token */
const ticketOf = (token) => ({
  authid: "viewer",
  authmethods: ["ticket"],
  onchallenge: () => token,
});

/** @param {Promise<any>} promise @param {number} ms */
function within(promise, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export class Session extends EventTarget {
  /**
   * @param {string} url
   * @param {{token?: string, client?: string}} [how] what lets us in, and what we say we are
   */
  constructor(url, { token = "", client = "dashboard" } = {}) {
    super();
    this.url = url;
    this.token = token;
    this.client = client;
    /** what we may do here, in the node's word for it */
    this.role = "";
    this.serializer = new Serializer();
    this.state = "connecting";
    /** milliseconds of a call and its answer, null before the first */
    /** @type {number | null} */
    this.roundTrip = null;
    /** when the node was last heard, in milliseconds of performance.now() */
    this.heard = performance.now();
    /** why nobody is let in, as a sentence */
    this.refusal = "";
    this.epoch = "";
    this.generation = 0;
    /** @type {any} */
    this.inner = null;
    /** @type {any} */
    this.connection = null;
    /** @type {Map<string, (kwargs: any) => void>} */
    this.wishes = new Map();
    /** @type {Set<() => void>} calls without an answer: what to do when the connection is lost */
    this.asked = new Set();
    this.delay = 500;
  }

  /** Whether this session has a right, such as maintain. @param {string} right */
  may(right) {
    return hasRight(this.role, right);
  }

  /** Whether it may call a procedure. @param {string} name such as task_set */
  mayCall(name) {
    return mayCall(this.role, name);
  }

  /** Why it may not, in a sentence. @param {string} name @param {string} [what] it is */
  whyNot(name, what) {
    return whyNot(this.role, name, what);
  }

  /** Whether it was let in by name. */
  get isNamed() {
    return Object.hasOwn(GIVEN_ROLES, this.role);
  }

  get open() {
    return this.state === "open";
  }

  start() {
    const generation = ++this.generation;
    const mine = () => generation === this.generation;
    const connection = new Connection({
      url: this.url,
      realm: REALM,
      protocols: [PROTOCOL],
      serializers: [this.serializer],
      ...(this.token && ticketOf(this.token)),
      max_retries: -1,
      initial_retry_delay: 0.5,
      max_retry_delay: 5,
      on_internal_error: () => {},
      on_user_error: (/** @type {any} */ problem) => console.error(problem),
    });
    connection.onopen = (/** @type {any} */ session, /** @type {any} */ details) => {
      if (!mine()) return connection.close();
      this.role = String(details?.authrole ?? "");
      return this.#opened(session, mine);
    };
    connection.onclose = (/** @type {string} */ reason, /** @type {any} */ details) => {
      if (!mine()) return true; // given up on: don't retry
      this.#closed(reason, details);
      return false;
    };
    this.connection = connection;
    connection.open();
  }

  /** Leave, and don't come back. */
  close() {
    this.generation++;
    this.#dropCalls();
    try {
      this.connection?.close();
    } catch {
      // it was closed already, or isn't open yet
    }
    this.connection = null;
    this.#become("closed");
  }

  /** Try at once instead of waiting; for pages that come back to the foreground. */
  hurry() {
    if (this.state === "lost") this.#restart(0);
  }

  /**
   * Call a procedure of this protocol.
   *
   * @param {keyof typeof PROCEDURES} name
   * @param {Record<string, any>} kwargs
   * @returns {Promise<any>} the result; throws CallError
   */
  async call(name, kwargs = {}) {
    if (!this.inner?.isOpen) throw new CallError({ args: [NO_CONNECTION] });
    const answer = this.inner.call(PROCEDURES[name], [], kwargs);
    return new Promise((resolve, reject) => {
      const lost = () => reject(new CallError({ args: [NO_CONNECTION] }));
      this.asked.add(lost);
      answer
        .then(resolve, (/** @type {any} */ failure) =>
          reject(new CallError(this.#said(name, failure))),
        )
        .finally(() => this.asked.delete(lost));
    });
  }

  /** What the router says in its own words, in ours. @param {string} name @param {any} failure */
  #said(name, failure) {
    const refused = failure?.error === ERRORS.not_authorized && !this.mayCall(name);
    return refused ? { ...failure, error: failure.error, args: [this.whyNot(name)] } : failure;
  }

  /**
   * Publish; nothing happens without a connection.
   *
   * @param {keyof typeof TOPICS} name
   * @param {Record<string, any>} kwargs
   */
  publish(name, kwargs) {
    if (this.inner?.isOpen) this.inner.publish(TOPICS[name], [], kwargs);
  }

  /**
   * Hear a topic from now on, over all reconnections.
   *
   * @param {keyof typeof TOPICS} name
   * @param {(kwargs: any) => void} handler
   * @param {string} [identifier] of topics that end in an id
   * @returns {Promise<void>} when the router has it (at once without a connection)
   */
  async subscribe(name, handler, identifier = "") {
    const topic = TOPICS[name] + identifier;
    const known = this.wishes.has(topic);
    this.wishes.set(topic, handler);
    if (!known && this.inner?.isOpen) await this.#subscribeAt(this.inner, topic);
  }

  /** @param {any} inner @param {string} topic */
  #subscribeAt(inner, topic) {
    return inner.subscribe(topic, (/** @type {any} */ _args, /** @type {any} */ kwargs) => {
      this.heard = performance.now();
      this.wishes.get(topic)?.(kwargs ?? {});
    });
  }

  /** @param {any} inner @param {() => boolean} mine */
  async #opened(inner, mine) {
    this.inner = inner;
    this.delay = 500;
    const asked = [...this.wishes.keys()].map((topic) => this.#subscribeAt(inner, topic));
    await Promise.allSettled(asked);
    this.epoch = "";
    while (mine() && inner.isOpen) {
      const outcome = await this.#beat(inner);
      if (!mine() || inner !== this.inner) return;
      if (outcome === "silent") {
        this.#restart(0);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, outcome === "ok" ? BEAT_MS : AGAIN_MS));
    }
  }

  /** Say hello: is the node there, how fast is it, is it still the same one?
   * @param {any} inner @returns {Promise<"ok" | "starting" | "silent">} */
  async #beat(inner) {
    const sent = performance.now();
    try {
      const kwargs = { major: MAJOR, client: this.client };
      const hello = await within(inner.call(PROCEDURES.compositor_hello, [], kwargs), PATIENCE_MS);
      if (inner !== this.inner) return "ok";
      this.heard = performance.now();
      this.roundTrip = this.heard - sent;
      const restarted = hello.epoch !== this.epoch;
      this.epoch = hello.epoch;
      this.hello = hello;
      this.#become("open");
      if (restarted) this.dispatchEvent(new Event("epoch"));
      return "ok";
    } catch (failure) {
      if (inner !== this.inner) return "ok";
      if (failure instanceof Error) return "silent";
      const refused = /** @type {any} */ (failure)?.error === ERRORS.unsupported_version;
      this.epoch = "";
      this.#become(refused ? "version" : "starting");
      return refused ? "ok" : "starting";
    }
  }

  /** @param {string} _reason @param {any} details */
  #closed(_reason, details) {
    this.#dropCalls();
    if (REFUSALS.includes(details.reason)) {
      // to come back would be no use
      this.generation++;
      this.refusal = details.message || NO_ACCESS;
      this.#become("refused");
      return;
    }
    if (this.state !== "connecting") this.#become("lost");
    if (!details.will_retry) this.#restart(this.delay);
  }

  /** A new connection; what comes of the old one no longer matters. @param {number} delay */
  #restart(delay) {
    const old = this.connection;
    this.generation++;
    this.#dropCalls();
    this.connection = null;
    this.#become("lost");
    try {
      old?.close();
    } catch {
      // it was closed already
    }
    this.delay = Math.min(this.delay * 1.5, 5000);
    const generation = this.generation;
    setTimeout(() => generation === this.generation && this.start(), delay);
  }

  /** Nobody will answer any more what was asked. */
  #dropCalls() {
    this.inner = null;
    for (const lost of this.asked) lost();
    this.asked.clear();
  }

  /** @param {string} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
