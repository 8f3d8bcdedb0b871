/** The specs of a project, and which of them open changes touch. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { BOOK_OPEN, LIST_FILTER } from "../shared/icons.js";
import { counted } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note, trouble, verdictBadge } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 500;

const MOST_CHANGES = 4; // named in a row; the spec's page has all

export class SpecsPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.text = "";
    this.invalid = false;
    this.overlaps = this.live("project_overlaps", {}, PAUSE_MS);
    this.onRoute(route);
  }

  get title() {
    return "Specs";
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    this.text = route.query.get("filter") ?? "";
    this.invalid = route.query.get("state") === "attention";
  }

  onEvents() {
    this.overlaps.refresh();
  }

  view() {
    const { project } = this;
    const head = this.heading("Specs");
    if (!project.ready) return [head, trouble(null, project.failure || "Reading the project…")];
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...project.specs.values()].sort((left, right) =>
      left.spec < right.spec ? -1 : 1,
    );
    const shown = all.filter(
      (spec) =>
        words.every((word) => spec.spec.toLowerCase().includes(word)) &&
        (!this.invalid || !spec.verdict?.valid),
    );
    const shared = new Map(
      (this.overlaps.value?.specs ?? []).map((/** @type {any} */ overlap) => [
        overlap.spec,
        overlap,
      ]),
    );
    return [
      head,
      this.#tools(all),
      make("p", {
        class: "soft summary",
        role: "status",
        textContent:
          shown.length === all.length
            ? counted(all.length, "spec")
            : `${shown.length} of ${counted(all.length, "spec")}`,
      }),
      make(
        "div",
        { class: "columns-head", "aria-hidden": "true" },
        make("span", {}, "Spec"),
        make("span", { class: "number-of" }, "Requirements"),
        make("span", {}, "Open changes that touch it"),
      ),
      make("ul", { class: "rows" }, ...shown.map((spec) => this.#row(spec, shared.get(spec.spec)))),
      ...(all.length
        ? []
        : [note("There are no specs yet: they come when the first change is archived.")]),
    ];
  }

  /** @param {any[]} all */
  #tools(all) {
    const bad = all.filter((spec) => spec.verdict && !spec.verdict.valid).length;
    return make(
      "div",
      { class: "tools" },
      make(
        "label",
        { class: "field", "data-key": "field" },
        icon(LIST_FILTER, 14),
        make("input", {
          type: "search",
          value: this.text,
          "data-do": "filter",
          "data-own": "",
          "data-key": "filter",
          placeholder: "Filter specs",
          autocomplete: "off",
          spellcheck: false,
          "aria-label": "Filter specs by name",
        }),
        make("kbd", { textContent: "F", "aria-hidden": "true" }),
      ),
      make(
        "button",
        {
          type: "button",
          class: "chip",
          "data-do": "invalid",
          "aria-pressed": String(this.invalid),
          disabled: !bad && !this.invalid,
        },
        "Invalid ",
        make("span", { class: "count", textContent: String(bad) }),
      ),
    );
  }

  /** @param {any} spec @param {any} shared */
  #row(spec, shared) {
    return make(
      "li",
      { class: "row", "data-key": spec.spec },
      make(
        "div",
        { class: "row-head" },
        icon(BOOK_OPEN),
        make(
          "a",
          { class: "row-name", href: this.to("spec", { name: spec.spec }) },
          name(spec.spec),
        ),
        ...(spec.verdict && !spec.verdict.strict ? [verdictBadge(spec.verdict)] : []),
      ),
      make("span", {
        class: "number-of",
        "aria-label": counted(spec.requirements, "requirement"),
        role: "img",
        textContent: spec.requirements.toLocaleString("en"),
      }),
      ...(shared
        ? [
            make(
              "p",
              { class: "soft changes-of" },
              make("span", { class: "sr", textContent: "touched by " }),
              ...listed(
                shared.changes
                  .slice(0, MOST_CHANGES)
                  .map((/** @type {string} */ change) =>
                    make("a", { href: this.to("change", { name: change }) }, name(change)),
                  ),
              ),
              ...(shared.changes.length > MOST_CHANGES
                ? [` and ${shared.changes.length - MOST_CHANGES} more`]
                : []),
            ),
          ]
        : []),
      ...(spec.problem
        ? [make("p", { class: "soft problem-line", textContent: spec.problem })]
        : []),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "filter" && event.type === "input") this.text = element.value;
    else if (what === "invalid") this.invalid = !this.invalid;
    else return;
    const query = /** @type {Record<string, string>} */ ({});
    if (this.text) query.filter = this.text;
    if (this.invalid) query.state = "attention";
    this.app.go(this.to("specs", { query }), { replace: true });
  }
}

/** Nodes with commas between. @param {Node[]} nodes @returns {(Node | string)[]} */
export function listed(nodes) {
  return nodes.flatMap((node, index) => (index ? [", ", node] : [node]));
}
