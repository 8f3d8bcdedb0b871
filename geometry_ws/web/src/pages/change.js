/** One open change: its tasks, what it does to the specs, its documents and its problems. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE, FILE_TEXT, PENCIL } from "../shared/icons.js";
import { isUnwritten, remarksOn } from "../shared/remarks.js";
import { folderOf, spot, spotOf } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { Archiving } from "./archiving.js";
import { Bases } from "./bases.js";
import { artifacts, changeHead, near, whereabouts } from "./change_parts.js";
import { conflictSection } from "./conflicts.js";
import { specDelta } from "./deltas.js";
import { Editing } from "./editing.js";
import { Files, raw } from "./files.js";
import { nothingNamed } from "./missing.js";
import { NewDelta } from "./new_delta.js";
import { Page } from "./page.js";
import { UNREAD, name, note, problems, section, trouble } from "./parts.js";
import { Ticks } from "./tasks.js";
import { history, questions, together } from "./team.js";
import { bodyOf } from "./templates.js";

/** @import { Command } from "../shared/palette.js" */
/** @import { Change } from "../shared/project.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

/** A button in a heading. @param {string} what @param {string} value @param {string} textContent */
const small = (what, value, textContent) =>
  make("button", {
    type: "button",
    class: "small",
    "data-do": what,
    "data-key": what,
    value,
    textContent,
  });

/** What validation finds; what only isn't written yet is no error to a reader.
 * @param {Change} change @param {any[]} findings */
const calmly = (change, findings) =>
  isUnwritten(change)
    ? findings.map((each) => (each.level === "ERROR" ? { ...each, level: "UNWRITTEN" } : each))
    : findings;

const PAUSE_MS = 300; // between two questions while much happens
const HISTORY_MS = 1500;
const HISTORY = 100; // runs
const MANY = 12; // requirements; from then on their deltas begin closed

export class ChangePage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    const change = route.name;
    this.name = change;
    this.deltas = this.live("change_deltas", { change }, PAUSE_MS);
    this.status = this.live("change_status", { change }, PAUSE_MS);
    this.verdicts = this.live("change_validate", { change, strict: true }, PAUSE_MS);
    this.history = this.live("activity_list", { change, limit: HISTORY }, HISTORY_MS);
    this.moves = this.live("task_list", { change, moved: true }, HISTORY_MS);
    const owner = { project: this.project.id, change };
    this.files = new Files(app.session, owner, () => app.redraw());
    this.ticks = new Ticks(app, change);
    const schema = () => this.status.value?.changes?.[0]?.schema ?? "";
    this.editing = new Editing(app, owner, this.files, schema);
    this.archiving = new Archiving(app, change);
    this.bases = new Bases(app, change, this.live("change_bases", { change }, PAUSE_MS));
    /** @type {Map<string, import("./live.js").Live>} what changes that contradict it do */
    this.others = new Map();
    /** @type {Change | null} the change as it was last */
    this.last = null;
    this.gone = false;
    /** @type {Set<string>} documents that are open */
    this.opened = new Set();
    this.#open();
  }

  get title() {
    return this.name;
  }

  get unsaved() {
    return this.editing.unsaved || this.bases.unsaved;
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    this.#open();
  }

  /** Open the document that the address leads to. */
  #open() {
    const wanted = spotOf(this.route.hash);
    if (wanted) this.opened.add(wanted.document);
  }

  /** @param {any[]} events */
  onEvents(events) {
    const mine = events.some(
      (event) => event.name === this.name && event.kind.startsWith("change_"),
    );
    const specs = new Set(
      (this.deltas.value?.deltas ?? []).map((/** @type {any} */ delta) => delta.spec),
    );
    const others = events.some((event) => event.kind.startsWith("spec_") && specs.has(event.name));
    if (this.project.changes.has(this.name) && (mine || others)) this.reload();
    if (mine && !this.gone) this.moves.refresh();
    if (mine) this.archiving.changed();
  }

  /** @param {any[]} events */
  onHappened(events) {
    const { id } = this.project;
    const mine = events.some(({ change, project }) => change === this.name && project === id);
    if (mine) this.history.refresh();
  }

  view() {
    const { project } = this;
    const now = project.changes.get(this.name);
    const before = this.gone;
    this.gone = project.ready && !now;
    if (this.gone) this.archiving.close();
    if (this.gone && !before && this.last)
      this.app.announce(`${this.name} is no longer an open change.`);
    this.last = now ?? this.last;
    const change = this.last;
    if (!change && this.gone) return nothingNamed(this, "change", this.name);
    if (!change)
      return [
        this.heading(name(this.name)),
        trouble(null, project.failure || "Reading the change…"),
      ];
    const left = this.gone ? whereabouts(this, change) : null;
    this.files.list(change.documents ?? []);
    const findings = this.verdicts.value?.items?.[0]?.findings ?? [];
    const wrong = this.#wrong(change, findings);
    return [
      ...changeHead(this, change, this.gone),
      ...(left ? [left] : []),
      make(
        "div",
        { class: "columns", "data-key": "columns" },
        ...(wrong.length ? [make("div", { class: "wrong", "data-key": "wrong" }, ...wrong)] : []),
        make("div", { class: "side", "data-key": "side" }, this.#tasks(change), this.#files()),
        make(
          "div",
          { class: "body", "data-key": "body" },
          ...this.#document("proposal", "Proposal", "proposal.md"),
          this.#deltas(),
          ...this.#document("design", "Design", "design.md"),
          ...this.#opened(),
        ),
        make(
          "div",
          { class: "aside", "data-key": "aside" },
          ...(this.gone ? [] : together(this, this.name)),
          ...history(this, this.history.value),
          artifacts(this.status.value?.changes?.[0], this.status.problem, this.gone),
          ...(this.gone ? [] : near(this, change)),
        ),
      ),
    ];
  }

  /** What is wrong, before everything else. @param {Change} change @param {any[]} findings */
  #wrong(change, findings) {
    const refused = remarksOn(change).filter(({ sign }) => sign === "refused" && !this.gone);
    return [
      ...(this.gone ? [] : questions(this, this.name)),
      ...refused.map((remark) =>
        remarkLine({
          ...remark,
          text: [remark.text, change.archiving?.fix].filter(Boolean).join(" "),
        }),
      ),
      ...this.#problems([...this.#unread(change), ...calmly(change, findings)]),
      ...this.bases.view(this, change.base_moved ?? [], this.gone),
      ...(this.gone ? [] : conflictSection(this, change)),
    ];
  }

  /** What can't be read, as a finding. @param {Change} change */
  #unread({ problem, state }) {
    if (!problem || state !== "unreadable" || this.gone) return [];
    return [{ level: "ERROR", path: "", rule: "unreadable", message: `${problem} ${UNREAD}` }];
  }

  /** @param {any[]} findings */
  #problems(findings) {
    const listed = this.portion("problems", findings, 100, () => "");
    if (!findings.length)
      return this.verdicts.problem && !this.gone
        ? [section("problems", "Problems", [], [trouble(this.verdicts.problem)])]
        : [];
    return [
      section(
        "problems",
        "Problems",
        [" ", make("span", { class: "count", textContent: String(findings.length) })],
        [problems(listed.first, this.files.names), ...listed.more],
      ),
    ];
  }

  /** @param {Change} change */
  #tasks(change) {
    const { brief, tooLarge } = this.project;
    const awaited = brief && !tooLarge && change.total > 0 && !change.tasks.length;
    if (awaited) return section("tasks", "Tasks", [], [note("Reading the tasks…")]);
    const listed = this.portion("tasks", change.tasks, 200, ({ id }) => `task:${id}`);
    const left = change.total - change.done;
    const { session } = this.app;
    const content = [
      ...(change.tasks.length ? [] : [note("It has no tasks yet.")]),
      ...(this.gone || session.mayCall("task_set")
        ? []
        : [note(session.whyNot("task_set", "tick and edit tasks"))]),
      this.ticks.view(listed.first, this.gone, this.moves.value, this.history.value),
      ...listed.more,
    ];
    const more =
      change.total > change.tasks.length
        ? [
            note(
              change.problem || `${change.total - change.tasks.length} more tasks aren't listed.`,
            ),
          ]
        : [];
    return section(
      "tasks",
      "Tasks",
      [
        " ",
        make("span", {
          class: "count",
          textContent: left ? `${left} left` : change.total ? "all done" : "",
        }),
        ...(this.gone || !change.tasks.length ? [] : [this.ticks.edits.head()]),
      ],
      [...content, ...more],
    );
  }

  /** @param {string} id @param {string} title @param {string} document */
  #document(id, title, document) {
    const editor = this.editing.view(this, document);
    if (!this.files.names.includes(document) && !editor) return [];
    const known = this.files.get(document);
    const content = editor
      ? editor
      : !known
        ? trouble(null)
        : known.problem && !known.revision
          ? trouble(new Error(known.problem))
          : this.prose(bodyOf(known.text), {
              folder: `changes/${this.name}`,
              memo: `body ${known.revision}`,
              place: document,
            });
    const edit = editor ? [] : this.editing.button(document, this.gone);
    return [section(id, title, edit, [content])];
  }

  #deltas() {
    const { value, problem } = this.deltas;
    const { delta: written } = this.editing;
    const editor = written
      ? [
          make(
            "div",
            { class: "file new", "data-key": `delta ${written}` },
            make("h3", { class: "mono", textContent: written }),
            /** @type {Node} */ (this.editing.view(this, written)),
          ),
        ]
      : [];
    if (!value) return section("deltas", "Requirements", [], [trouble(problem)]);
    const count = value.deltas.reduce(
      (/** @type {number} */ sum, /** @type {any} */ delta) => sum + delta.requirements.length,
      0,
    );
    const of = `changes/${this.name}`;
    const shown = (/** @type {any} */ delta) => {
      const read = (/** @type {string} */ text) => this.read(text, folderOf(of, delta.document), 3);
      const edit = this.gone || written ? [] : [small("edit", delta.document, "Edit")];
      return specDelta(this, delta, read, count < MANY, edit);
    };
    return section(
      "deltas",
      "Requirements",
      [
        " ",
        make("span", { class: "count", textContent: String(count) }),
        ...(this.gone || written ? [] : [small("write-delta", "", "Write one")]),
      ],
      [
        ...editor,
        ...(value.deltas.length || written
          ? value.deltas.map(shown)
          : [note("It says nothing about specs.")]),
      ],
    );
  }

  /** All documents, by their names. */
  #files() {
    const rows = this.files.names.map((document) =>
      make(
        "li",
        { "data-key": document },
        icon(FILE_TEXT, 14),
        make(
          "a",
          { class: "quiet", href: `#${encodeURIComponent(spot(document))}` },
          name(document),
        ),
      ),
    );
    return section("documents", "Files", [], [make("ul", { class: "linked" }, ...rows)]);
  }

  /** The documents as they are on disk; each is read when it is opened. */
  #opened() {
    const shown = this.files.listed.map(({ name: document, revision }) => {
      const open = this.opened.has(document);
      const own = ["proposal.md", "design.md", this.editing.delta].includes(document);
      const editor = own ? null : this.editing.view(this, document);
      const text = open
        ? [
            editor ?? raw(document, this.files.get(document), () => this.app.redraw()),
            ...(editor || own ? [] : this.editing.button(document, this.gone)),
          ]
        : [];
      return make(
        "details",
        { class: "file", open, id: spot(document), "data-key": document },
        make("summary", { title: `revision ${revision}` }, name(document)),
        ...text,
      );
    });
    return [section("files", "As they are on disk", [], [...shown, ...this.editing.fresh(this)])];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "tick" && event.type === "change") this.ticks.set(element);
    else if (this.ticks.edits.onAction(what, element, event)) return;
    else if (this.ticks.groups.onAction(what, element, event)) return;
    else if (what === "toggle") {
      if (element.open) this.opened.add(element.dataset.key);
      else this.opened.delete(element.dataset.key);
      this.app.redraw();
    } else if (what === "write-delta") this.#writeDelta();
    else if (what === "archive") this.archiving.open();
    else if (what === "edit-proposal") this.onKey("e");
    else if (what.startsWith("base-")) this.bases.onAction(what, element, event);
    else {
      if (what === "edit" && !/^specs\//.test(element.value)) this.opened.add(element.value);
      this.editing.onAction(what, element, event);
    }
  }

  /** Begin what the change does to a spec. */
  #writeDelta() {
    const { app, name: change } = this;
    new NewDelta(app, change, (document, text) => this.editing.begin(document, text)).open();
  }

  /** @param {string} key */
  onKey(key) {
    if (this.gone || !this.last || !["e", "a", "x"].includes(key)) return false;
    if (key === "a") this.archiving.open();
    else if (key === "x") this.#tickNext();
    else if (this.app.may("document_set")) {
      this.editing.begin("proposal.md");
      this.app.redraw();
    }
    return true;
  }

  /** Tick the next open task, and be there. */
  #tickNext() {
    const open = ".task input[data-do=tick]:not(:checked, :disabled)";
    const box = /** @type {HTMLInputElement | null} */ (document.querySelector(open));
    box?.focus();
    box?.click();
  }

  save() {
    return this.editing.save() || this.bases.save();
  }

  /** @returns {Command[]} */
  commands() {
    if (this.gone || !this.last) return [];
    const edit = { title: "Edit the proposal", key: "E", svg: PENCIL, run: () => this.onKey("e") };
    const title = `Archive ${this.name}…`;
    const archive = { title, key: "A", svg: ARCHIVE, run: () => this.onKey("a") };
    const { session } = this.app;
    return [
      ...(session.mayCall("document_set") ? [edit] : []),
      ...(session.mayCall("change_archive") ? [archive] : []),
    ];
  }
}
