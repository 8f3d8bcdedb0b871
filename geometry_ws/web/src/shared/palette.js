/**
 * Search and do: changes, specs, requirements, tasks, projects and commands by a few letters. It
 * opens by Ctrl K or ⌘K, by `/`, and by the field of the header.
 */

import { boardAddress } from "./base.js";
import { entriesOf, requirementsOf } from "./entries.js";
import { isField, make } from "./dom.js";
import { Index, wordsOf } from "./finding.js";
import { icon, stateIcon } from "./icon.js";
import * as icons from "./icons.js";
import { logOut } from "./login.js";
import { address } from "./routes.js";
import { progressOf, shownState } from "./states.js";
import { toast } from "./toast.js";

/** @import { Entry, Hit, Kind } from "./finding.js" */
/** @import { Header } from "./header.js" */
/** @import { Project } from "./project.js" */
/** @import { Session } from "./session.js" */

/**
 * @typedef {object} Command
 * @property {string} title
 * @property {string} [detail]
 * @property {string} [svg] an icon
 * @property {string} [key] that does the same
 * @property {() => void} run
 *
 * @typedef {{entry: Entry, marks: [number, number][], more: [number, number][]}} Row
 */

const GROUPS = Object.freeze(
  /** @type {const} */ ([
    [["change"], "Changes", 7],
    [["spec", "requirement"], "Specs and requirements", 6],
    [["task"], "Tasks", 5],
    [["command"], "Do", 8],
    [["project"], "Projects", 5],
  ]),
);
const MOST = Object.freeze({ change: 7, spec: 4, requirement: 4, task: 5, command: 8, project: 5 });
const FIRST = 6; // changes that are shown before anything is typed
const ASK_MS = 150; // of quiet before the node is asked for requirements
const ICONS = /** @type {Readonly<Record<string, string>>} */ (
  Object.freeze({
    spec: icons.BOOK_OPEN,
    requirement: icons.FILE_TEXT,
    task: icons.CHECK,
    project: icons.FOLDER,
    archived: icons.ARCHIVE,
    command: icons.CHEVRON_RIGHT,
  })
);

export class Palette {
  /**
   * @param {object} of
   * @param {Session} of.session
   * @param {Project} of.project
   * @param {Header} of.header
   * @param {(href: string) => void} of.go to an address of ours
   * @param {(change: string) => void} [of.show] shows a change on the board; else by its address
   * @param {() => Command[]} [of.commands] the page's own, asked for when it opens
   */
  constructor({ session, project, header, go, show, commands = () => [] }) {
    this.session = session;
    this.project = project;
    this.header = header;
    this.go = go;
    this.show = show ?? ((change) => go(this.#board(change)));
    this.commandsOf = commands;
    /** @type {Command[]} */
    this.commands = [];
    this.index = new Index([]);
    /** @type {Entry[]} of the last answer of the node */
    this.requirements = [];
    /** @type {Row[]} */
    this.rows = [];
    this.at = 0;
    this.field = make("input", {
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      placeholder: "Search or jump to",
      "aria-label": "Search or jump to",
      "aria-controls": "palette-list",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
    });
    this.list = make("div", { id: "palette-list", role: "listbox", "aria-label": "Results" });
    this.said = make("p", { class: "sr", role: "status" });
    const close = make("button", { type: "button", class: "esc", "aria-label": "Close: esc" });
    close.append(make("kbd", { textContent: "esc" }));
    close.addEventListener("click", () => this.dialog.close());
    this.dialog = make(
      "dialog",
      { class: "palette", "aria-label": "Search or jump to" },
      make("div", { class: "ask" }, icon(icons.SEARCH, 18), this.field, close),
      this.list,
      this.said,
      make("footer", {}, ...hints()),
    );
    document.body.append(this.dialog);
    this.#listen();
  }

  #listen() {
    for (const source of [this.project, this.header.attention])
      source.addEventListener("change", () => this.#follow());
    this.field.addEventListener("input", () => this.#typed());
    this.dialog.addEventListener("keydown", (event) => this.#pressed(event));
    this.dialog.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest?.("[role=option]");
      if (row instanceof HTMLElement) this.#choose(Number(row.dataset.at), event);
      else if (event.target === this.dialog) this.dialog.close();
    });
    this.list.addEventListener("pointermove", (event) => {
      const row = /** @type {Element} */ (event.target).closest?.("[role=option]");
      if (row instanceof HTMLElement) this.#mark(Number(row.dataset.at));
    });
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || /** @type {Element} */ (event.target).matches?.("#writer"))
        return;
      const letter = event.key.toLowerCase();
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const isSlash = plain && letter === "/" && !isField(event.target);
      if (!(command && letter === "k") && !isSlash) return;
      event.preventDefault();
      if (this.dialog.open) this.dialog.close();
      else this.open();
    });
  }

  open(text = "") {
    if (this.dialog.open) return;
    this.commands = [...this.#places(), ...this.commandsOf()];
    this.#index();
    this.requirements = [];
    this.field.value = text;
    this.dialog.showModal();
    this.field.focus();
    this.#search();
  }

  #index() {
    this.index = new Index([
      ...entriesOf(this.project, this.header.projects),
      ...this.commands.map(({ title, detail = "" }, index) => {
        return /** @type {Entry} */ ({ kind: "command", id: String(index), title, detail });
      }),
    ]);
  }

  /** Something has changed while it is open. */
  #follow() {
    if (!this.dialog.open) return;
    this.#index();
    this.#search(true);
  }

  /** Where one can always go. @returns {Command[]} */
  #places() {
    const { project, header } = this;
    const id = header.several ? project.id : "";
    const to = (/** @type {any} */ page, name = "") =>
      this.go(address(page, { name, project: id }));
    return [
      { title: "Go to the board", svg: icons.COLUMNS_3, run: () => this.go(this.#board("")) },
      { title: "What needs you", svg: icons.INBOX, key: "I", run: () => to("now") },
      { title: "Go to changes", svg: icons.LIST, run: () => to("project", project.id) },
      { title: "Go to specs", svg: icons.BOOK_OPEN, run: () => to("specs") },
      { title: "Go to the archive", svg: icons.ARCHIVE, run: () => to("archive") },
      ...(this.session.mayCall("access_list")
        ? [{ title: "Who has access", svg: icons.QR_CODE, run: () => to("access") }]
        : []),
      { title: "Where open changes meet", svg: icons.GIT_BRANCH, run: () => to("overlaps") },
      {
        title: "Turn the theme",
        detail: "light, dark, or as the system",
        svg: icons.MOON,
        key: "T",
        run: () => document.getElementById("theme")?.click(),
      },
      { title: "Copy the link to this page", svg: icons.LINK, run: copyLink },
      ...(this.session.isNamed ? [{ title: "Log out", svg: icons.LOG_OUT, run: logOut }] : []),
    ];
  }

  /** @param {string} change */
  #board(change) {
    const query = new URLSearchParams();
    if (this.header.several) query.set("project", this.project.id);
    if (change) query.set("change", change);
    return boardAddress(query);
  }

  #typed() {
    this.#search();
    clearTimeout(this.timer);
    const text = this.field.value.trim().slice(0, 400);
    if (text.length < 2) this.requirements = [];
    else this.timer = setTimeout(() => this.#ask(text), ASK_MS);
  }

  /** Requirements are known to the node alone. @param {string} text */
  async #ask(text) {
    try {
      const kwargs = { project: this.project.id, text, kinds: ["spec"], limit: 40, seconds: 0 };
      const { hits } = await this.session.call("project_search", kwargs);
      if (!this.dialog.open || text !== this.field.value.trim()) return;
      this.requirements = requirementsOf(hits, wordsOf(text));
      this.#search(true);
    } catch {
      // what is here is still shown
    }
  }

  /** @param {boolean} [same] whether only more is known, so that the chosen row stays */
  #search(same = false) {
    const text = this.field.value.trim();
    const chosen = this.rows[this.at]?.entry;
    const kinds = text ? this.index.find(text, MOST) : this.#first();
    if (text && this.requirements.length) {
      const hits = new Index(this.requirements).find(text, MOST).get("requirement") ?? [];
      const shown = new Set(hits.map(({ entry }) => entry));
      const others = this.requirements.filter((entry) => !shown.has(entry)).map(unmarked);
      kinds.set("requirement", [...hits, ...others].slice(0, MOST.requirement));
    }
    if (text) kinds.set("command", [...(kinds.get("command") ?? []), this.#everywhere(text)]);
    this.rows = GROUPS.flatMap(([of, , most]) =>
      of.flatMap((kind) => kinds.get(kind) ?? []).slice(0, most),
    );
    const before = same ? this.rows.findIndex(({ entry }) => isSame(entry, chosen)) : 0;
    this.#show();
    this.#mark(Math.max(0, before));
    this.said.textContent = this.rows.length ? `${this.rows.length} results` : "Nothing found";
  }

  /** What is shown before anything is typed: what needs somebody, or moved last. */
  #first() {
    const { changes } = this.project;
    const needed = this.header.attention.needs.map(({ change }) => change);
    const moved = [...changes.values()]
      .sort((left, right) => (right.modified ?? 0) - (left.modified ?? 0))
      .map(({ change }) => change);
    const names = [...new Set([...needed, ...moved])].slice(0, FIRST);
    const known = new Map(this.index.entries.map((entry) => [`${entry.kind} ${entry.id}`, entry]));
    const of = (/** @type {Kind} */ kind, /** @type {string[]} */ ids) =>
      ids.flatMap((id) => known.get(`${kind} ${id}`) ?? []).map(unmarked);
    /** @type {Map<Kind, Hit[]>} */
    const kinds = new Map();
    kinds.set("change", of("change", names));
    kinds.set("command", of("command", [...this.commands.keys()].map(String)));
    return kinds;
  }

  /** @param {string} text */
  #everywhere(text) {
    const title = `Search all texts for “${text}”`;
    return unmarked({ kind: "command", id: `search ${text}`, title, detail: "" });
  }

  #show() {
    /** @type {Node[]} */
    const parts = [];
    let at = 0;
    for (const [of, title] of GROUPS) {
      const rows = this.rows.filter(({ entry }) =>
        /** @type {string[]} */ ([...of]).includes(entry.kind),
      );
      if (!rows.length) continue;
      const id = `palette-${of[0]}`;
      parts.push(
        make(
          "div",
          { role: "group", "aria-labelledby": id },
          make("div", { class: "kind", id, textContent: title }),
          ...rows.map((row) => this.#row(row, at++)),
        ),
      );
    }
    this.list.replaceChildren(...parts);
  }

  /** @param {Row} row @param {number} at */
  #row({ entry, marks, more }, at) {
    const change = entry.kind === "change" ? this.project.changes.get(entry.id) : null;
    const command = entry.kind === "command" ? this.commands[Number(entry.id)] : null;
    const archived = entry.kind === "change" && !change;
    const sign = change
      ? stateIcon(shownState(change).sign, 16, progressOf(change))
      : icon(command?.svg ?? ICONS[archived ? "archived" : entry.kind], 16);
    const end = change
      ? [make("span", { class: "number-of", textContent: `${change.done}/${change.total}` })]
      : command?.key
        ? [make("kbd", { textContent: command.key })]
        : [];
    return make(
      "div",
      { role: "option", id: `palette-row-${at}`, "data-at": String(at) },
      sign,
      make("span", { class: "what" }, ...marked(entry.title, marks)),
      make("span", { class: "detail" }, ...marked(entry.detail, more)),
      ...end,
    );
  }

  /** @param {number} at */
  #mark(at) {
    this.at = at;
    for (const row of this.list.querySelectorAll("[role=option]")) {
      const on = /** @type {HTMLElement} */ (row).dataset.at === String(at);
      row.setAttribute("aria-selected", String(on));
      if (on) row.scrollIntoView({ block: "nearest" });
    }
    if (this.rows.length) this.field.setAttribute("aria-activedescendant", `palette-row-${at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { length } = this.rows;
    // Closed, it has the focus until the browser draws again: keys are meant for the page by then.
    if (!this.dialog.open) return;
    event.stopPropagation();
    if (event.isComposing) return;
    const letter = event.key.toLowerCase();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (length) this.#mark((this.at + step + length) % length);
    } else if (event.key === "Enter" && event.target === this.field) {
      event.preventDefault();
      if (length) this.#choose(this.at, event);
    } else if ((event.ctrlKey || event.metaKey) && letter === "k") {
      event.preventDefault();
      this.dialog.close();
    }
  }

  /** @param {number} at @param {{ctrlKey: boolean, metaKey: boolean}} how */
  #choose(at, how) {
    const entry = this.rows[at]?.entry;
    if (!entry) return;
    this.dialog.close();
    const board = how.ctrlKey || how.metaKey;
    const open = entry.kind === "change" && this.project.changes.has(entry.id);
    if (board && (open || entry.kind === "task")) this.show(entry.id.split("\n")[0]);
    else this.#open(entry);
  }

  /** @param {Entry} entry */
  #open({ kind, id, title }) {
    const project = this.header.several ? this.project.id : "";
    const [first, second = ""] = id.split("\n");
    /** @param {any} page @param {string} name @param {string} [hash] */
    const to = (page, name, hash = "") => this.go(address(page, { name, project, hash }));
    if (kind === "change" && id.startsWith("archive/")) to("archived", id.slice(8));
    else if (kind === "change") to("change", id);
    else if (kind === "task") to("change", first, `task:${second}`);
    else if (kind === "spec") to("spec", id);
    else if (kind === "requirement") to("spec", first, `requirement:${title}`);
    else if (kind === "project") this.go(this.header.addressIn(id, this.header.place));
    else if (id.startsWith("search "))
      this.go(address("search", { project, query: { q: id.slice(7) } }));
    else this.commands[Number(id)]?.run();
  }
}

/** @param {Entry} entry @returns {Hit} */
const unmarked = (entry) => ({ entry, worth: 0, marks: [], more: [] });

/** A text with what was typed in it. @param {string} text @param {[number, number][]} marks */
function marked(text, marks) {
  // where small letters are more or fewer, the places are those of another text
  if (!marks.length || text.toLowerCase().length !== text.length) return [text];
  const pieces = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push(text.slice(at, start), make("mark", { textContent: text.slice(start, end) }));
    at = end;
  }
  return [...pieces, text.slice(at)];
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast("The link is copied.");
  } catch {
    toast("The browser doesn't let the link be copied: copy the address.");
  }
}

function hints() {
  const keys = /** @type {const} */ ([
    [["↑", "↓"], "choose"],
    [["↵"], "open"],
    [["Ctrl", "↵"], "show on board"],
  ]);
  return keys.map(([signs, words]) =>
    make("span", {}, ...signs.map((textContent) => make("kbd", { textContent })), words),
  );
}

/** @param {Entry} entry @param {Entry | undefined} other */
const isSame = (entry, other) => entry.kind === other?.kind && entry.id === other.id;
