/** One spec: its requirements and scenarios, and which open changes touch it. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { CLOCK, PENCIL, PLUS } from "../shared/icons.js";
import { spot, spotOf } from "../shared/routes.js";
import { counted } from "../shared/text.js";
import { deltaId } from "./deltas.js";
import { Editing } from "./editing.js";
import { Files, raw } from "./files.js";
import { nothingNamed } from "./missing.js";
import { Page } from "./page.js";
import { dayOf, removed, story } from "./spec_story.js";
import {
  UNREAD,
  name,
  note,
  problems,
  rich,
  section,
  stateSign,
  trouble,
  verdictBadge,
} from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 300;
const DOCUMENT = "spec.md";
const SHORT = 240; // letters of a purpose that stands in the head
/** @param {string} purpose */
const isShort = (purpose) =>
  Boolean(purpose) && purpose.length <= SHORT && !/\n\s*\n/.test(purpose.trim());

export class SpecPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.spec = this.live("spec_get", { spec: route.name }, PAUSE_MS);
    this.files = new Files(app.session, { project: this.project.id, spec: route.name }, () =>
      app.redraw(),
    );
    this.editing = new Editing(app, { project: this.project.id, spec: route.name }, this.files);
    this.history = this.live("spec_history", { spec: route.name }, PAUSE_MS);
    this.opened = spotOf(route.hash) !== null;
  }

  get title() {
    return this.route.name;
  }

  get unsaved() {
    return this.editing.unsaved;
  }

  save() {
    return this.editing.save();
  }

  /** @param {string} key */
  onKey(key) {
    if (key !== "e" || !this.spec.value || !this.app.may("document_set")) return false;
    this.#edit();
    return true;
  }

  #edit() {
    const details = /** @type {HTMLDetailsElement | null} */ (
      document.getElementById(spot(DOCUMENT))
    );
    if (details) details.open = true;
    this.opened = true;
    this.editing.begin(DOCUMENT);
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    if (spotOf(route.hash)) this.opened = true;
  }

  /** @param {any[]} events */
  onEvents(events) {
    // any change may begin or cease to touch it
    const near = events.some((event) =>
      event.kind.startsWith("spec_")
        ? event.name === this.route.name
        : event.kind.startsWith("change_"),
    );
    if (near) this.spec.refresh();
    if (events.some((event) => event.archived || event.kind.startsWith("spec_")))
      this.history.refresh();
  }

  view() {
    const head = this.heading(name(this.route.name));
    const { value, problem } = this.spec;
    const gone = problem?.uri?.endsWith(".no_such_spec");
    if (!value && gone) return nothingNamed(this, "spec", this.route.name);
    if (!value) {
      const why = problem?.uri?.endsWith(".unreadable") ? [note(UNREAD)] : [];
      return [this.#crumb(), head, trouble(problem, "Reading the spec…"), ...why];
    }
    const { document, findings, requirements, touched_by: touching } = value;
    this.files.put(document);
    this.files.list([{ name: DOCUMENT, revision: document.revision }]);
    const wrong = [
      ...(problem
        ? [
            note(
              gone ? "This spec is gone: it was removed or renamed." : problem.message,
              gone ? "gone" : "trouble",
            ),
          ]
        : []),
      ...this.#problems(findings),
    ];
    return [
      ...this.#head(value, head),
      make(
        "div",
        { class: "columns spec", "data-key": "columns" },
        ...(wrong.length ? [make("div", { class: "wrong", "data-key": "wrong" }, ...wrong)] : []),
        make(
          "div",
          { class: "side", "data-key": "side" },
          this.#index(requirements, touching),
          ...this.#coming(touching, requirements),
        ),
        make(
          "div",
          { class: "body", "data-key": "body" },
          ...this.#purpose(value),
          this.#requirements(requirements, touching),
          ...removed(this, this.history.value),
          this.#file(document),
        ),
      ),
    ];
  }

  #crumb() {
    return make(
      "nav",
      { class: "crumb", "aria-label": "Where this is", "data-key": "crumb" },
      make("a", { href: this.to("specs"), textContent: "Specs" }),
    );
  }

  /** @param {any} value @param {Node} head */
  #head({ spec, requirements, touched_by: touching, purpose }, head) {
    const scenarios = requirements.reduce(
      (/** @type {number} */ sum, /** @type {any} */ requirement) =>
        sum + requirement.scenarios.length,
      0,
    );
    const open = new Set(touching.map((/** @type {any} */ touch) => touch.change)).size;
    const last = this.#last();
    const words = `${counted(spec.requirements, "requirement")}, ${counted(scenarios, "scenario")}`;
    const verdict = spec.verdict.valid && spec.verdict.strict ? [] : [verdictBadge(spec.verdict)];
    return [
      this.#crumb(),
      make(
        "div",
        { class: "head", "data-key": "head" },
        make(
          "div",
          {},
          make("div", { class: "named" }, head, ...verdict),
          ...(isShort(purpose) ? [make("p", { class: "lead" }, ...rich(purpose.trim()))] : []),
        ),
        make(
          "div",
          { class: "actions" },
          make(
            "button",
            { type: "button", class: "quiet", "data-do": "edit", title: "Edit its text (E)" },
            icon(PENCIL, 14),
            "Edit",
          ),
          make("button", { type: "button", "data-do": "new-change" }, icon(PLUS, 14), "New change"),
        ),
      ),
      make(
        "ul",
        { class: "facts", "aria-label": "In numbers" },
        make("li", { textContent: words }),
        ...(last ? [make("li", {}, icon(CLOCK, 14), `changed ${dayOf(last)}`)] : []),
        make("li", {
          textContent: open
            ? `${counted(open, "open change")} ${open === 1 ? "touches" : "touch"} it`
            : "No open change touches it",
        }),
      ),
    ];
  }

  /** The archived change that was last to touch it. @returns {any} */
  #last() {
    const steps = (this.history.value?.requirements ?? []).flatMap((/** @type {any} */ origin) =>
      [origin.brought, origin.changed, origin.renamed].filter(Boolean),
    );
    return steps.sort((/** @type {any} */ left, /** @type {any} */ right) =>
      left.date < right.date ? 1 : -1,
    )[0];
  }

  /** @param {any[]} findings */
  #problems(findings) {
    if (!findings.length) return [];
    return [
      section(
        "problems",
        "Problems",
        [" ", make("span", { class: "count", textContent: String(findings.length) })],
        [problems(findings, [DOCUMENT])],
      ),
    ];
  }

  /** What open changes would bring. @param {any[]} touching @param {any[]} requirements */
  #coming(touching, requirements) {
    const known = new Set(requirements.map((requirement) => requirement.name));
    const coming = touching.filter((touch) => !known.has(touch.requirement));
    if (!coming.length) return [];
    const rows = coming.map(({ change, requirement }) =>
      make(
        "li",
        { "data-key": `${change}\n${requirement}` },
        make(
          "a",
          {
            href: this.to("change", { name: change, hash: deltaId(this.route.name, requirement) }),
          },
          name(requirement),
          icon(PLUS, 14),
        ),
      ),
    );
    return [section("touched", "Would come", [], [make("ul", { class: "index-list" }, ...rows)])];
  }

  /** @param {any[]} requirements @param {any[]} touching */
  #index(requirements, touching) {
    const listed = this.portion("index", requirements, 300, () => "");
    const touched = new Map(touching.map((touch) => [touch.requirement, touch.change]));
    return section(
      "index",
      "Requirements",
      [],
      [
        make(
          "ul",
          { class: "index-list" },
          ...listed.first.map((requirement) => {
            const change = this.project.changes.get(touched.get(requirement.name) ?? "");
            return make(
              "li",
              { "data-key": requirement.name },
              make(
                "a",
                { href: `#${encodeURIComponent(`requirement:${requirement.name}`)}` },
                name(requirement.name),
                ...(change ? [stateSign(change, 14)] : []),
              ),
            );
          }),
        ),
        ...listed.more,
      ],
    );
  }

  /** The purpose, where it is too long for the head. @param {any} value */
  #purpose({ purpose }) {
    if (isShort(purpose)) return [];
    const text = purpose
      ? this.prose(purpose, { folder: `specs/${this.route.name}` })
      : note("It says no purpose.");
    return [section("purpose", "Purpose", [], [text])];
  }

  /** @param {any[]} requirements @param {any[]} touching */
  #requirements(requirements, touching) {
    const listed = this.portion(
      "requirements",
      requirements,
      100,
      ({ name: requirement }) => `requirement:${requirement}`,
    );
    const folder = `specs/${this.route.name}`;
    const { document } = this.spec.value;
    if (!requirements.length) {
      // what breaks the rules can still be read
      const text = this.prose(document.text, { folder, memo: document.revision, place: DOCUMENT });
      return section(
        "requirements",
        "The document",
        [],
        [note("No requirements can be made out in it."), text],
      );
    }
    // the list beside them has the same heading, so that here it is only heard
    return make(
      "section",
      { class: "part requirements", id: "requirements", "data-key": "requirements" },
      make("h2", { class: "sr", textContent: "Requirements in full" }),
      ...listed.first.map((requirement) => this.#requirement(requirement, touching)),
      ...listed.more,
    );
  }

  /** @param {any} requirement @param {any[]} touching */
  #requirement(requirement, touching) {
    const folder = `specs/${this.route.name}`;
    return make(
      "article",
      {
        class: "requirement-card",
        id: `requirement:${requirement.name}`,
        "data-key": requirement.name,
      },
      make(
        "div",
        {},
        make("h3", {}, name(requirement.name)),
        this.prose(requirement.text, { folder, level: 3 }),
        ...requirement.scenarios.map((/** @type {any} */ scenario) =>
          make(
            "section",
            { class: "scenario" },
            make(
              "h4",
              {},
              make("span", { class: "sr", textContent: "Scenario " }),
              name(scenario.name),
            ),
            this.prose(scenario.text, { folder, level: 4 }),
          ),
        ),
      ),
      story(this, requirement.name, touching, this.history.value),
    );
  }

  /** @param {any} document */
  #file(document) {
    const editor = this.editing.view(this, DOCUMENT);
    const text = this.opened ? [editor ?? raw(DOCUMENT, document, () => this.app.redraw())] : [];
    return section(
      "files",
      "As it is on disk",
      [],
      [
        make(
          "details",
          { class: "file", open: this.opened, id: spot(DOCUMENT), "data-key": DOCUMENT },
          make("summary", { title: `revision ${document.revision}`, textContent: DOCUMENT }),
          ...text,
        ),
      ],
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "toggle") {
      this.opened = element.open;
      this.app.redraw();
    } else if (what === "edit") this.#edit();
    else this.editing.onAction(what, element, event);
  }
}
