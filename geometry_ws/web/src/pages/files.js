/**
 * The documents of a change, a spec or an archived change: read when they are needed, read again
 * when they have another revision; and as they are shown, line by line.
 */

import { make } from "../shared/dom.js";
import { spot } from "../shared/routes.js";
import { note } from "./parts.js";
import { slices } from "./reading.js";
import { soon } from "./soon.js";

/** @import { Lazy } from "./morph.js" */

/** @typedef {{name: string, revision: string}} Listed */
/** @typedef {{text: string, revision: string, wanted: string, problem: string,
 *   busy: boolean}} Known */

export class Files {
  /**
   * @param {{call: (name: any, kwargs: any) => Promise<any>}} session
   * @param {Record<string, any>} owner the keywords that say whose they are
   * @param {() => void} changed
   */
  constructor(session, owner, changed) {
    this.session = session;
    this.owner = owner;
    this.changed = changed;
    /** @type {Listed[]} */
    this.listed = [];
    /** @type {Map<string, Known>} */
    this.known = new Map();
  }

  /** These are there now. @param {Listed[]} listed */
  list(listed) {
    this.listed = listed;
    for (const { name, revision } of listed) {
      const known = this.known.get(name);
      if (known && known.wanted !== revision) this.#read(name, revision);
    }
  }

  get names() {
    return this.listed.map(({ name }) => name);
  }

  /** A document's text and revision, null while it is read. @param {string} name */
  get(name) {
    const listed = this.listed.find((file) => file.name === name);
    if (!listed) return null;
    if (!this.known.has(name)) this.#read(name, listed.revision);
    const known = /** @type {Known} */ (this.known.get(name));
    return known.revision || known.problem ? known : null;
  }

  /** A document that is listed, once it is read. @param {string} name */
  async whole(name) {
    if (!this.names.includes(name) || this.get(name)) return;
    const wanted = { ...this.owner, document: name };
    const { document } = await this.session.call("document_get", wanted);
    this.put(document);
  }

  /** What was given with something else.
   * @param {{name: string, text: string, revision: string}} document */
  put({ name, text, revision }) {
    this.known.set(name, { text, revision, wanted: revision, problem: "", busy: false });
  }

  /** Read all that was read again: without revisions it isn't known what has changed. */
  again() {
    for (const name of this.known.keys()) this.#read(name, "");
  }

  /** @param {string} name @param {string} revision */
  async #read(name, revision) {
    const known = this.known.get(name) ?? {
      text: "",
      revision: "",
      wanted: "",
      problem: "",
      busy: false,
    };
    known.wanted = revision;
    this.known.set(name, known);
    if (known.busy) return;
    known.busy = true;
    try {
      const { document } = await this.session.call("document_get", {
        ...this.owner,
        document: name,
      });
      known.text = document.text;
      known.revision = document.revision;
      known.problem = "";
    } catch (problem) {
      known.problem = /** @type {Error} */ (problem).message;
    }
    known.busy = false;
    // it was saved again meanwhile
    if (known.wanted !== revision) this.#read(name, known.wanted);
    this.changed();
  }
}

const MOST_LINES = 20_000;
const PART_LINES = 150; // that are made at once
const PART_TEXT = 8_000; // characters that are made at once

/**
 * A document as it is on disk, each line with its number and a name to link to. Long documents
 * fill by and by.
 *
 * @param {string} document @param {Known | null} known
 * @param {() => void} filled called when all lines are there
 */
export function raw(document, known, filled) {
  if (!known) return note("Reading…", "waiting");
  if (known.problem && !known.revision) return note(known.problem, "trouble");
  const box = make("div", {
    class: "raw",
    tabIndex: 0,
    role: "group",
    "aria-label": `${document} as it is on disk`,
    "data-memo": known.revision,
  });
  /** @type {Lazy} */ (box).fill = () => [lines(document, known.text, filled)];
  return box;
}

/** @param {string} document @param {string} text @param {() => void} filled */
function lines(document, text, filled) {
  const all = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const box = make("div", { class: "lines" });
  const most = Math.min(all.length, MOST_LINES);
  let next = 0;
  /** @type {string[]} what is left of a line that is too long for one part */
  let rest = [];
  let attached = false;
  const fill = () => {
    attached ||= box.isConnected;
    if (attached && !box.isConnected) return;
    const list = make("ol", { class: "part" });
    list.style.counterReset = `line ${next}`;
    for (let room = PART_TEXT, count = 0; room > 0 && count < PART_LINES; count++) {
      if (rest.length) {
        const text = rest.shift() ?? "";
        list.append(make("li", { class: "more" }, text));
        room -= text.length;
        continue;
      }
      if (next >= most) break;
      const [first = "", ...further] = slices(all[next++], PART_TEXT);
      rest = further;
      list.append(make("li", { id: spot(document, next), tabIndex: -1 }, first || "\u200b"));
      room -= first.length + 50;
    }
    box.append(list);
    if (rest.length || next < most) soon(fill);
    else {
      if (all.length > most) box.append(note(`${all.length - most} more lines aren't shown.`));
      soon(filled);
    }
  };
  fill();
  return box;
}
