/** One open change: its tasks, what it does to the specs, its documents and its problems. */

import { make } from "../shared/dom.js";
import { remarksOn } from "../shared/remarks.js";
import { spot, spotOf } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { counted } from "../shared/text.js";
import { Archiving } from "./archiving.js";
import { Bases } from "./bases.js";
import { conflictSection } from "./conflicts.js";
import { specDelta } from "./deltas.js";
import { Editing } from "./editing.js";
import { Files, raw } from "./files.js";
import { Page } from "./page.js";
import {
  badge,
  name,
  note,
  problems,
  progress,
  remarkBadge,
  section,
  stateBadge,
  trouble,
  verdictBadge,
  when,
} from "./parts.js";
import { Ticks } from "./tasks.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 300; // between two questions while much happens
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
    const owner = { project: this.project.id, change };
    this.files = new Files(app.session, owner, () => app.redraw());
    this.ticks = new Ticks(app, change);
    this.editing = new Editing(app, owner, this.files);
    this.archiving = new Archiving(app, change);
    this.bases = new Bases(app, change, this.live("change_bases", { change }, PAUSE_MS));
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
    if (mine) this.archiving.changed();
  }

  view() {
    const { project } = this;
    const now = project.changes.get(this.name);
    const before = this.gone;
    this.gone = project.ready && !now;
    if (this.gone && !before && this.last)
      this.app.announce(`${this.name} is no longer an open change.`);
    this.last = now ?? this.last;
    const change = this.last;
    const head = this.heading(name(this.name));
    if (!change)
      return [
        head,
        ...(this.gone
          ? this.#whereabouts()
          : [trouble(null, project.failure || "Reading the change…")]),
      ];
    this.files.list(change.documents ?? []);
    const findings = this.verdicts.value?.items?.[0]?.findings ?? [];
    return [
      ...this.#head(change, head),
      ...(this.gone ? this.#whereabouts() : []),
      this.#contents(findings),
      ...this.archiving.view(this.gone),
      ...this.bases.view(this, change.base_moved ?? [], this.gone),
      ...(this.gone ? [] : conflictSection(this, change.conflicts ?? [])),
      make(
        "div",
        { class: "columns", "data-key": "columns" },
        make(
          "div",
          { class: "side", "data-key": "side" },
          ...this.#problems(findings),
          this.#tasks(change),
          this.#artifacts(),
        ),
        make(
          "div",
          { class: "body", "data-key": "body" },
          ...this.#document("proposal", "Proposal", "proposal.md"),
          this.#deltas(),
          ...this.#document("design", "Design", "design.md"),
          this.#files(),
        ),
      ),
    ];
  }

  /** @param {Change} change @param {Node} head */
  #head(change, head) {
    const title =
      change.title && change.title !== change.change
        ? [make("p", { class: "lead" }, name(change.title))]
        : [];
    return [
      make(
        "div",
        { class: "head" },
        head,
        stateBadge(change),
        ...(change.verdict ? [verdictBadge(change.verdict)] : []),
        ...remarksOn(change)
          .filter(({ sign }) => sign === "moved" || sign === "conflict")
          .map(remarkBadge),
        ...(change.modified
          ? [make("span", { class: "soft" }, "last written ", when(change.modified))]
          : []),
        ...(this.gone
          ? []
          : [
              make("button", {
                type: "button",
                "data-do": "archive",
                "data-key": "archive",
                textContent: "Archive…",
              }),
            ]),
      ),
      ...title,
      ...remarksOn(change)
        .filter(({ sign }) => sign === "refused" && !this.gone)
        .map((remark) => remarkLine({ ...remark, text: this.#withFix(remark.text, change) })),
      make(
        "div",
        { class: "overall" },
        make("span", {
          textContent: change.total
            ? `${change.done} of ${counted(change.total, "task")} done`
            : "no tasks",
        }),
        progress(change.done, change.total),
      ),
    ];
  }

  /** @param {string} text @param {Change} change */
  #withFix(text, { archiving }) {
    return [text, archiving?.fix].filter(Boolean).join(" ");
  }

  /** What became of a change that isn't open any more. */
  #whereabouts() {
    const folders = this.project.archived
      .filter(
        (folder) => folder === this.name || folder.replace(/^\d{4}-\d{2}-\d{2}-/, "") === this.name,
      )
      .sort()
      .reverse();
    const words = folders.length
      ? [
          "This change was archived: ",
          ...folders.map((folder) =>
            make("a", { href: this.to("archived", { name: folder }) }, name(folder)),
          ),
        ]
      : [
          this.last
            ? "This change is gone: its folder was removed or renamed."
            : "There is no open change of this name.",
        ];
    return [
      make("p", { class: "note trouble gone", role: "status", "data-key": "gone" }, ...words),
    ];
  }

  /** @param {any[]} findings */
  #contents(findings) {
    const deltas =
      this.deltas.value?.deltas?.reduce(
        (/** @type {number} */ sum, /** @type {any} */ delta) => sum + delta.requirements.length,
        0,
      ) ?? 0;
    const names = this.files.names;
    const conflicts = this.last?.conflicts ?? [];
    /** @type {[string, string, number, boolean][]} */
    const all = [
      ["bases", "Changed since", this.last?.base_moved?.length ?? 0, this.#isMoved()],
      ["conflicts", "Conflicts", conflicts.length, !this.gone && conflicts.length > 0],
      ["problems", "Problems", findings.length, findings.length > 0],
      ["tasks", "Tasks", this.last?.total ?? 0, true],
      ["artifacts", "Artifacts", 0, true],
      ["proposal", "Proposal", 0, names.includes("proposal.md")],
      ["deltas", "Changes to specs", deltas, true],
      ["design", "Design", 0, names.includes("design.md")],
      ["files", "Files", names.length, true],
    ];
    return make(
      "nav",
      { class: "contents", "aria-label": "On this page", "data-key": "contents" },
      ...all
        .filter(([, , , there]) => there)
        .map(([id, title, count]) =>
          make(
            "a",
            { href: `#${id}`, "data-key": id },
            title,
            ...(count ? [" ", make("span", { class: "count", textContent: String(count) })] : []),
          ),
        ),
    );
  }

  #isMoved() {
    return !this.gone && Boolean(this.last?.base_moved?.length);
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
    const content = change.tasks.length
      ? [this.ticks.view(listed.first, this.gone), ...listed.more]
      : [note("It has no tasks yet.")];
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
      [" ", make("span", { class: "count", textContent: `${change.done}/${change.total}` })],
      [...content, ...more],
    );
  }

  #artifacts() {
    const status = this.status.value?.changes?.[0];
    if (!status) return section("artifacts", "Artifacts", [], [trouble(this.status.problem)]);
    const signs = /** @type {Record<string, [string, string]>} */ ({
      done: ["complete", "✓"],
      ready: ["in_progress", "○"],
      blocked: ["warned", "△"],
      skipped: ["hint", "–"],
    });
    return section(
      "artifacts",
      "Artifacts",
      [" ", make("span", { class: "soft", textContent: status.schema })],
      [
        ...(status.problem ? [note(status.problem, "trouble")] : []),
        make(
          "ul",
          { class: "artifacts-list" },
          ...status.artifacts.map((/** @type {any} */ artifact) =>
            make(
              "li",
              { "data-key": artifact.id },
              badge(artifact.status, ...(signs[artifact.status] ?? signs.skipped)),
              " ",
              make("strong", { textContent: artifact.id }),
              " ",
              make("span", {
                class: "soft",
                textContent: artifact.missing.length
                  ? `waits for ${artifact.missing.join(", ")}`
                  : artifact.generates,
              }),
              ...(artifact.status === "ready" && !/[*?[\]{}]/.test(artifact.generates) && !this.gone
                ? [
                    " ",
                    make("button", {
                      type: "button",
                      class: "small",
                      "data-do": "write",
                      value: artifact.generates,
                      textContent: "Write it",
                    }),
                  ]
                : []),
            ),
          ),
        ),
      ],
    );
  }

  /** @param {string} id @param {string} title @param {string} document */
  #document(id, title, document) {
    if (!this.files.names.includes(document)) return [];
    const known = this.files.get(document);
    const text = known?.text.replace(/^\ufeff?---\r?\n[\s\S]*?\n---\r?\n/, "");
    const content = !known
      ? trouble(null)
      : known.problem && !known.revision
        ? trouble(new Error(known.problem))
        : this.prose(text ?? "", {
            folder: `changes/${this.name}`,
            memo: `body ${known.revision}`,
            place: document,
          });
    return [section(id, title, [], [content])];
  }

  #deltas() {
    const { value, problem } = this.deltas;
    if (!value) return section("deltas", "Changes to specs", [], [trouble(problem)]);
    const count = value.deltas.reduce(
      (/** @type {number} */ sum, /** @type {any} */ delta) => sum + delta.requirements.length,
      0,
    );
    const read = (/** @type {string} */ text) => this.read(text, `changes/${this.name}`, 3);
    return section(
      "deltas",
      "Changes to specs",
      [" ", make("span", { class: "count", textContent: String(count) })],
      value.deltas.length
        ? value.deltas.map((/** @type {any} */ delta) => specDelta(this, delta, read, count < MANY))
        : [note("It says nothing about specs.")],
    );
  }

  #files() {
    const shown = this.files.listed.map(({ name: document, revision }) => {
      const open = this.opened.has(document);
      const text = open
        ? [
            this.editing.view(document) ??
              raw(document, this.files.get(document), () => this.app.redraw()),
            ...this.editing.button(document, this.gone),
          ]
        : [];
      return make(
        "details",
        { class: "file", open, id: spot(document), "data-key": document },
        make(
          "summary",
          {},
          make("span", { class: "mono" }, name(document)),
          " ",
          make("span", { class: "soft mono", textContent: revision.slice(0, 8) }),
        ),
        ...text,
      );
    });
    return section("files", "Files", [], [...shown, ...this.editing.fresh()]);
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "tick" && event.type === "change") this.ticks.set(element);
    else if (what === "toggle") {
      if (element.open) this.opened.add(element.dataset.key);
      else this.opened.delete(element.dataset.key);
      this.app.redraw();
    } else if (what === "archive" || what.startsWith("archive-"))
      this.archiving.onAction(what, element, event);
    else if (what.startsWith("base-")) this.bases.onAction(what, element, event);
    else {
      if (what === "edit") this.opened.add(element.value);
      this.editing.onAction(what, element, event);
    }
  }
}
