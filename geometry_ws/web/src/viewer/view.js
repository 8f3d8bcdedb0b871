/**
 * `view(element, options)`: the world of a node, one surface or a project's board in an element of
 * any page. It has a shadow tree of its own, so the page's styles and its own keep apart.
 */

import { Dropping } from "../dashboard/dropping.js";
import { Input } from "../dashboard/input.js";
import { Surfaces } from "../dashboard/surfaces.js";
import { Viewer } from "../dashboard/viewer.js";
import { matches, readShownWhen } from "../painter/faces.js";
import { make, setText } from "../shared/dom.js";
import { Session } from "../shared/session.js";
import { aimOf, around, rectOf, surfacesOf } from "./aims.js";
import { Boards } from "./boards.js";
import { Pane } from "./pane.js";
import { viewSheet } from "./sheet.js";
import { addressOf, sentenceOf, themeOf, usualNode } from "./telling.js";
import { Words } from "./words.js";

/** @import { Aim } from "./aims.js" */
/** @import { State } from "./telling.js" */

const PATIENCE_MS = 1000; // before it is said that something isn't there yet
const COMPLAINT_MS = 6000; // so long it is said why something couldn't be pasted

/**
 * @typedef {object} ViewOptions
 * @property {string} [url] of the node, such as `http://localhost:8081`; without it the one that
 *   the module comes from
 * @property {string} [surface] the title or the id of the one surface to show
 * @property {string} [id] which of several surfaces of that title, while it is there
 * @property {string | boolean} [board] the project whose board to show; true: the first one
 * @property {string} [token] what lets us in at a node that asks for it
 * @property {boolean} [input] whether what is done here goes to programs; true unless said
 * @property {"light" | "dark" | "auto"} [theme] auto, as without it: as the page, which is light
 *   unless its `color-scheme` says otherwise
 * @property {string} [label] what the view is called for screen readers; else the surface's title
 */

/** The version of geometry_ws that this belongs to. @type {string} */
export const version = typeof GEOMETRY_WS_VERSION === "string" ? GEOMETRY_WS_VERSION : "";

/**
 * Show the world of a node in an element; one surface or a board of it where that is said.
 *
 * @param {Element} element is filled; give it a size
 * @param {ViewOptions} [options]
 */
export const view = (element, options = {}) => new View(element, options);

/** What is shown in an element. It says `change` when its `state` or what it shows changes. */
export class View extends EventTarget {
  #closing = new AbortController();
  #host = make("div", { class: "geometry-ws" });
  #note = make("p", { class: "note", role: "status" });
  /** @type {Aim} */
  #aim;
  #begun = performance.now();
  #complaint = "";
  /** @type {any} */
  #timer = null;

  /** @param {Element} element @param {ViewOptions} [options] */
  constructor(element, options = {}) {
    super();
    const { signal } = this.#closing;
    this.url = addressOf(options.url ?? usualNode(import.meta.url, location.href));
    this.options = options;
    this.#aim = aimOf(options);
    /** @type {State} */
    this.state = "connecting";
    const canvas = make("canvas", { role: "img", tabIndex: 0, "aria-describedby": "words" });
    const writer = make("textarea", {
      class: "writer",
      tabIndex: -1,
      "aria-label": "Keys and text for what was pressed; Shift+Escape leaves it",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: false,
    });
    const words = make("div", { class: "words", id: "words" });
    const root = this.#host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [viewSheet()];
    const keys = make("div", { class: "keys" });
    this.box = make("div", { class: "box" }, canvas, writer, keys, words, this.#note);
    root.append(this.box);
    element.append(this.#host);

    this.session = new Session(this.url.socket, {
      token: options.token,
      client: "geometry-ws-viewer",
    });
    this.viewer = new Viewer(this.session);
    this.surfaces = new Surfaces(this.session);
    this.boards = new Boards(this.session);
    this.pane = new Pane(this.#host, canvas, this.viewer, signal);
    this.words = new Words(canvas, words, options.label ?? "");
    const input = this.#listen(canvas, writer);
    input.open = (link) =>
      void window.open(new URL(link.replace(/^\/+/, ""), this.url.page), "_blank", "noopener");
    this.keyboard = input.keyboard;
    const say = (/** @type {string} */ sentence) => this.#complain(sentence);
    const page = { complain: say, say, focus: () => input.keyboard.focus };
    new Dropping(this.pane, this.session, this.surfaces, page, signal);
    this.#followTheme();
    this.#change();
    this.viewer.start();
    this.session.start();
  }

  /** What is told of the state to a person; "" while all is well. */
  get sentence() {
    const waited = performance.now() - this.#begun >= PATIENCE_MS;
    return sentenceOf(this.state, {
      refusal: this.session.refusal,
      host: this.url.host,
      aim: this.#aim,
      waited,
    });
  }

  /** Whether what is done here goes to programs: it is wished, and allowed here. */
  get operates() {
    const { session } = this;
    return this.options.input !== false && (!session.role || session.may("operate"));
  }

  /** How large what is shown is, in its own pixels; null while nothing is. */
  get size() {
    const bounds = this.pane.bounds;
    return bounds && { width: bounds[2], height: bounds[3] };
  }

  /** Show something else of the same node.
   * @param {{surface?: string, id?: string, board?: string | boolean}} what */
  show(what) {
    this.#aim = aimOf(what);
    this.pane.following = true;
    this.#begun = performance.now();
    this.#change();
  }

  /** Show all of it again, after somebody has moved the view. */
  fit() {
    this.pane.fit();
  }

  /** @param {"light" | "dark" | "auto"} theme */
  setTheme(theme) {
    this.options = { ...this.options, theme };
    this.#showTheme();
  }

  /** Take it away: the connection ends, and the element is as it was before. */
  close() {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    clearTimeout(this.#timer);
    this.words.close();
    this.viewer.close();
    this.session.close();
    this.#host.remove();
    this.state = "closed";
    this.dispatchEvent(new Event("change"));
  }

  /** @param {HTMLCanvasElement} canvas @param {HTMLTextAreaElement} writer */
  #listen(canvas, writer) {
    const { signal } = this.#closing;
    const change = () => this.#change();
    this.session.addEventListener("state", change);
    this.surfaces.addEventListener("change", change);
    this.boards.addEventListener("change", change);
    this.pane.addEventListener("layout", change);
    this.pane.addEventListener("faces", () => this.#tellWords());
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "0" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.pane.alone === undefined) this.pane.fit();
    });
    // A frame round the picture shows the way of the keyboard, and is noise beside a mouse.
    for (const name of /** @type {("keydown" | "pointerdown")[]} */ (["keydown", "pointerdown"])) {
      const by = (/** @type {Event} */ event) => {
        const moves = !(event instanceof KeyboardEvent) || event.key === "Tab";
        if (moves) this.box.classList.toggle("by-keys", name === "keydown");
      };
      document.addEventListener(name, by, { capture: true, signal });
    }
    document.addEventListener("visibilitychange", () => this.#showHidden(), { signal });
    this.viewer.setPaused(document.hidden);
    window.addEventListener("online", () => this.session.hurry(), { signal });
    const nothing = () => {};
    const actions = { clicked: nothing, over: nothing, left: nothing, touched: nothing };
    return new Input(
      this.pane,
      this.session,
      this.surfaces,
      writer,
      (sentence) => this.#complain(sentence),
      { ...actions, lifted: nothing, cursor: () => "" },
      signal,
    );
  }

  #showHidden() {
    this.viewer.setPaused(document.hidden);
    if (document.hidden) return;
    this.session.hurry();
    this.pane.draw();
  }

  #followTheme() {
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    const { signal } = this.#closing;
    this.dark.addEventListener("change", () => this.#showTheme(), { signal });
    this.#showTheme();
  }

  #showTheme() {
    const { theme = "auto" } = this.options;
    const meta = document.querySelector("meta[name=color-scheme]")?.getAttribute("content") ?? "";
    const scheme = getComputedStyle(this.#host).colorScheme;
    const shown = themeOf(theme, { scheme, meta, dark: this.dark?.matches ?? false });
    this.box.classList.toggle("dark", shown === "dark");
    this.pane.setTheme(shown);
  }

  /** Something of the session, the surfaces or the boards is different. */
  #change() {
    if (this.#closing.signal.aborted) return;
    const { state } = this.session;
    const there = this.#aimPane();
    this.state = /** @type {State} */ (state === "open" ? (there ? "live" : "waiting") : state);
    this.pane.operates = this.operates;
    this.pane.canvas.classList.toggle("passive", !this.operates && this.#aim.kind === "surface");
    this.box.classList.toggle("plane", this.#aim.kind !== "surface");
    this.box.classList.toggle("away", this.state !== "live" && this.state !== "waiting");
    if (this.state === "live") this.#begun = performance.now();
    this.#tellWords();
    this.#showNote();
    this.dispatchEvent(new Event("change"));
  }

  /** Point at what is to be shown; says whether it is there. */
  #aimPane() {
    const aim = this.#aim;
    if (aim.kind === "surface") {
      const shown = surfacesOf(this.surfaces.known, aim.name, aim.id);
      const home = around(shown.map(rectOf));
      const only = new Set(shown.map(({ surface }) => surface));
      this.pane.aim({ alone: shown[0]?.surface ?? "none", only, home, missing: !home });
      if (home) this.#host.style.aspectRatio = `${home[2]} / ${home[3]}`;
      return home !== null;
    }
    const home = aim.kind === "board" ? this.boards.of(aim.project) : null;
    const isBoard = aim.kind === "board";
    this.pane.aim({ home, cut: isBoard, missing: isBoard && !home });
    this.#host.style.aspectRatio = "16 / 10";
    return !isBoard || home !== null;
  }

  #tellWords() {
    this.words.soon(() => {
      const { theme, faceScale } = this.pane;
      const surfaces = [...this.surfaces.known.values()].filter(
        (known) =>
          this.pane.shows(known.surface, known) &&
          matches(readShownWhen(known.shown_when), theme, faceScale.at),
      );
      return { surfaces, kind: this.#aim.kind };
    });
  }

  /** @param {string} sentence */
  #complain(sentence) {
    this.#complaint = sentence;
    this.#showNote();
    if (sentence)
      setTimeout(() => this.#complaint === sentence && this.#complain(""), COMPLAINT_MS);
  }

  #showNote() {
    clearTimeout(this.#timer);
    setText(this.#note, this.#complaint || this.sentence);
    if (this.state === "live") return;
    const wait = this.#begun + PATIENCE_MS - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#showNote(), wait);
  }
}
