/**
 * The documents of a change, a spec or an archived change: read when they are needed, read again
 * when they have another revision; and as they are shown, line by line.
 */

import { make } from "../shared/dom.js";
import { spot } from "../shared/routes.js";
import { note } from "./parts.js";

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

/**
 * A document as it is on disk, each line with its number and a name to link to.
 *
 * @param {string} document @param {Known | null} known
 */
export function raw(document, known) {
  if (!known) return note("Reading…", "waiting");
  if (known.problem && !known.revision) return note(known.problem, "trouble");
  const fill = () => lines(document, known.text);
  const box = make("div", {
    class: "raw",
    tabIndex: 0,
    role: "group",
    "aria-label": `${document} as it is on disk`,
    "data-memo": known.revision,
  });
  /** @type {Lazy} */ (box).fill = fill;
  return box;
}

/** @param {string} document @param {string} text */
function lines(document, text) {
  const all = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const shown = all
    .slice(0, MOST_LINES)
    .map((line, index) =>
      make("li", { id: spot(document, index + 1), tabIndex: -1 }, line || "\u200b"),
    );
  const rest = all.length - shown.length;
  return [
    make("ol", {}, ...shown),
    ...(rest > 0 ? [note(`${rest} more lines aren't shown.`)] : []),
  ];
}
