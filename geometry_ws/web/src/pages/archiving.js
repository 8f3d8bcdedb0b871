/**
 * Archiving a change: a dry run says what will be so afterwards, in numbers and in plain words, and
 * what speaks against it; then it happens when somebody says so.
 */

import { make } from "../shared/dom.js";
import { icon, stateIcon } from "../shared/icon.js";
import { BOOK_OPEN, CHECK } from "../shared/icons.js";
import { counted } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { Dialog } from "./dialog.js";
import { badge, name, note } from "./parts.js";

/** @import { App } from "./app.js" */

const WORDS = Object.freeze({
  ADDED: ["added", "ok", "+"],
  MODIFIED: ["changed", "accent", "~"],
  RENAMED: ["renamed", "accent", "→"],
  REMOVED: ["removed", "bad", "−"],
});
const OPERATIONS = /** @type {(keyof typeof WORDS)[]} */ (Object.keys(WORDS));

export class Archiving extends Dialog {
  /** @param {App} app @param {string} change */
  constructor(app, change) {
    super(app, "archiving");
    this.change = change;
    this.incomplete = false;
    this.skipSpecs = false;
    this.acceptBase = false;
    /** @type {any} what would happen */
    this.plan = null;
    /** @type {any[]} what the change does to each spec */
    this.deltas = [];
    /** @type {Set<string>} specs whose requirements are shown as they would be */
    this.read = new Set();
    /** @type {Map<string, any[]>} the requirements that specs have now */
    this.specs = new Map();
    /** @type {(Error & {fields?: any}) | null} */
    this.refusal = null;
    this.busy = false;
  }

  get calls() {
    return "change_archive";
  }

  open() {
    this.plan = this.refusal = null;
    super.open();
    if (!this.isOpen) return;
    this.#try();
    this.#readDeltas();
  }

  /** The change is another one: so is what would happen. */
  changed() {
    if (!this.isOpen || this.busy) return;
    this.#try();
    this.#readDeltas();
  }

  view() {
    return [
      make(
        "header",
        {},
        make("h2", { id: "archiving-title", tabIndex: -1 }, "Archive ", name(this.change), "?"),
        make("p", {
          class: "soft",
          textContent: this.skipSpecs
            ? "The change moves to the archive, and the specs stay as they are."
            : "Its requirements become part of the specs, and the change moves to the archive.",
        }),
      ),
      make("div", { class: "inside" }, ...this.#inside()),
      make(
        "footer",
        {},
        make("span", {
          class: "soft",
          textContent: this.plan ? `To archive/${this.plan.archived}${this.#where()}` : "",
        }),
        make("button", {
          type: "button",
          class: "quiet",
          "data-do": "archive-close",
          textContent: "Cancel",
        }),
        make("button", {
          type: "button",
          class: "main",
          "data-do": "archive-now",
          disabled: !this.plan || this.busy,
          textContent: this.busy && this.plan ? "Archiving…" : "Archive",
        }),
      ),
    ];
  }

  /** In which work tree that is, where it isn't the one that is served. */
  #where() {
    const { branch, tree } = this.app.project.changes.get(this.change) ?? {};
    return branch ? ` in the work tree ${tree}, on ${branch}` : "";
  }

  #inside() {
    const { plan, refusal } = this;
    return [
      ...(plan?.specs.length ? [this.#specs(plan)] : []),
      ...(refusal ? this.#refusal(refusal) : []),
      ...(plan ? [this.#checks()] : []),
      ...(!plan && !refusal ? [note("Trying what would happen…", "waiting")] : []),
      ...(plan?.warnings ?? []).map((/** @type {string} */ warning) => note(warning, "warned")),
      ...this.#choices(),
    ];
  }

  /** What becomes of each spec. @param {any} plan */
  #specs({ specs }) {
    return make(
      "ul",
      { class: "becomes" },
      ...specs.map((/** @type {any} */ spec) => this.#spec(spec)),
    );
  }

  /** @param {{spec: string, before: string, after: string}} spec */
  #spec({ spec, before, after }) {
    const delta = this.deltas.find((listed) => listed.spec === spec);
    const requirements = delta?.requirements ?? [];
    const count = (/** @type {string} */ operation) =>
      requirements.filter((/** @type {any} */ each) => each.operation === operation).length;
    const now = before ? (this.app.project.specs.get(spec)?.requirements ?? 0) : 0;
    const then = now + count("ADDED") - count("REMOVED");
    const words = !after
      ? "It has no requirement left, and goes."
      : !before
        ? `New, with ${counted(then, "requirement")}`
        : now === then
          ? `${counted(now, "requirement")} ${now === 1 ? "stays" : "stay"} ${now}`
          : `${counted(now, "requirement")} ${now === 1 ? "becomes" : "become"} ${then}`;
    const open = this.read.has(spec);
    return make(
      "li",
      { "data-key": spec },
      icon(BOOK_OPEN),
      make("div", {}, make("b", {}, name(spec)), make("p", { class: "soft", textContent: words })),
      make(
        "span",
        { class: "badges" },
        ...OPERATIONS.filter(count).map((operation) =>
          badge(`${count(operation)} ${WORDS[operation][0]}`, WORDS[operation][1]),
        ),
      ),
      make("button", {
        type: "button",
        class: "small quiet",
        "data-do": "archive-read",
        value: spec,
        "aria-expanded": String(open),
        "aria-label": `Read ${spec} as it would be`,
        textContent: open ? "Close" : "Read",
      }),
      ...(open ? [this.#becomes(spec, requirements)] : []),
    );
  }

  /** A spec as it would be: all requirements, in their order, and what is new of them.
   * @param {string} spec @param {any[]} changed */
  #becomes(spec, changed) {
    const now = this.specs.get(spec);
    if (!now) return note("Reading the spec…", "waiting");
    const called = new Map(changed.map((each) => [each.renamed_from || each.requirement, each]));
    const added = changed.filter(({ operation }) => operation === "ADDED");
    const rows = [
      ...now.map(
        (requirement) => called.get(requirement.name) ?? { requirement: requirement.name },
      ),
      ...added,
    ];
    return make(
      "ul",
      { class: "resulting", "aria-label": `${spec} as it would be` },
      ...rows.map(({ operation, requirement, after }) => {
        const [word, tone, sign] = WORDS[/** @type {keyof typeof WORDS} */ (operation)] ?? [
          "",
          "",
          "",
        ];
        const mark = make("span", { class: `mark-of ${tone}`, textContent: sign, title: word });
        const title =
          operation === "REMOVED" ? make("del", {}, name(requirement)) : name(requirement);
        const text = after ? [make("pre", { class: "text", textContent: after })] : [];
        return make("li", {}, mark, make("div", {}, title, ...text));
      }),
    );
  }

  /** What was looked at. */
  #checks() {
    const change = this.app.project.changes.get(this.change);
    const { done = 0, total = 0, conflicts = [] } = change ?? {};
    const others = [...new Set(conflicts.flatMap(({ changes }) => changes))];
    return make(
      "ul",
      { class: "checks" },
      total === done
        ? check(total ? `${done} of ${counted(total, "task")} done` : "It has no tasks")
        : warning(`${counted(total - done, "task")} of ${total} still open`),
      check("Valid, and tried just now: archive would go through"),
      others.length
        ? warning(`Also changed by ${others.join(", ")}`)
        : check("Nobody else changes these requirements"),
    );
  }

  #choices() {
    const change = this.app.project.changes.get(this.change);
    const left = (change?.total ?? 0) - (change?.done ?? 0);
    const moved = this.acceptBase || this.refusal?.fields?.code === "base_moved";
    return [
      ...(left || this.incomplete
        ? [
            option(
              "archive-incomplete",
              this.incomplete,
              `Archive it with ${counted(left, "open task")}`,
            ),
          ]
        : []),
      ...(moved
        ? [
            option(
              "archive-accept",
              this.acceptBase,
              "Take away what others have written into the specs since",
            ),
          ]
        : []),
      option("archive-skip", this.skipSpecs, "Leave the specs as they are"),
    ];
  }

  /** @param {Error & {fields?: any}} refusal */
  #refusal(refusal) {
    const moved = refusal.fields?.code === "base_moved";
    const fix = moved ? "" : refusal.fields?.fix;
    return [
      make(
        "p",
        { class: "note trouble", role: "alert" },
        make("strong", { textContent: "It can't be archived now. " }),
        refusal.message,
      ),
      ...(fix ? [make("p", { class: "soft", textContent: fix })] : []),
      ...(moved
        ? [
            make(
              "p",
              {},
              make("a", {
                href: this.app.page?.to("change", { name: this.change, hash: "bases" }) ?? "#bases",
                textContent: "Merge both first",
              }),
              ", or say that theirs goes.",
            ),
          ]
        : []),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "archive-close") this.close();
    else if (what === "archive-now") this.#archive();
    else if (what === "archive-read") this.#turn(element.value);
    else if (event.type === "change") {
      if (what === "archive-incomplete") this.incomplete = element.checked;
      else if (what === "archive-accept") this.acceptBase = element.checked;
      else this.skipSpecs = element.checked;
      this.#try();
    } else return; // a box is told of by its change alone
    this.draw();
  }

  /** @param {boolean} dry */
  #call(dry) {
    return this.app.session.call("change_archive", {
      project: this.app.project.id,
      change: this.change,
      dry_run: dry,
      incomplete: this.incomplete,
      skip_specs: this.skipSpecs,
      accept_base: this.acceptBase,
      ...(dry || !this.plan?.revision ? {} : { revision: this.plan.revision }),
    });
  }

  async #try() {
    const asked = (this.asked = {});
    try {
      const plan = await this.#call(true);
      if (asked !== this.asked) return;
      this.plan = plan;
      this.refusal = null;
    } catch (problem) {
      if (asked !== this.asked) return;
      this.plan = null;
      this.refusal = /** @type {Error} */ (problem);
    }
    this.draw();
  }

  async #readDeltas() {
    try {
      const { project } = this.app;
      const { deltas } = await this.app.session.call("change_deltas", {
        project: project.id,
        change: this.change,
      });
      this.deltas = deltas;
      this.draw();
    } catch {
      // the dry run says what is wrong
    }
  }

  /** Show a spec as it would be, or no longer. @param {string} spec */
  async #turn(spec) {
    if (this.read.delete(spec)) return;
    this.read.add(spec);
    try {
      const { project } = this.app;
      const { requirements } = await this.app.session.call("spec_get", {
        project: project.id,
        spec,
      });
      this.specs.set(spec, requirements);
    } catch {
      // a new spec has no requirements yet
      this.specs.set(spec, []);
    }
    this.draw();
  }

  async #archive() {
    if (this.busy) return;
    this.busy = true;
    this.draw();
    try {
      const { archived, totals } = await this.#call(false);
      this.close();
      const words = [
        totals.added && `${counted(totals.added, "requirement")} came`,
        totals.modified && `${totals.modified} changed`,
        totals.removed && `${totals.removed} left`,
      ].filter(Boolean);
      const so = words.length ? ` ${words.join(", ")}.` : "";
      this.app.announce(`The change was archived as ${archived}.`);
      toast(`${this.change} is archived.${so}`, () => takeBack(this.app, archived));
    } catch (problem) {
      this.plan = null;
      this.refusal = /** @type {Error} */ (problem);
    }
    this.busy = false;
    this.draw();
  }
}

/** @param {string} text */
const check = (text) => make("li", { class: "good" }, icon(CHECK), make("span", {}, text));

/** @param {string} text */
const warning = (text) =>
  make("li", { class: "warn" }, stateIcon("refused"), make("span", {}, text));

/** @param {string} what @param {boolean} checked @param {string} text */
function option(what, checked, text) {
  return make(
    "label",
    { class: "option", "data-key": what },
    make("input", { type: "checkbox", checked, "data-do": what }),
    text,
  );
}

/** Open an archived change again; the specs are what they were. @param {App} app
 * @param {string} archived its folder @returns {Promise<any>} */
export const unarchive = (app, archived) =>
  app.session.call("change_unarchive", { project: app.project.id, archived });

/** @param {string} change */
export const openAgain = (change) => `${change} is open again, and the specs are what they were.`;

/** @param {App} app @param {string} archived */
async function takeBack(app, archived) {
  try {
    const { change } = await unarchive(app, archived);
    toast(openAgain(change));
  } catch (problem) {
    app.complain(/** @type {Error} */ (problem).message);
  }
}
