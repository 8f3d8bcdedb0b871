/** The specs of a project, and which of them open changes touch. */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note, trouble, verdictBadge } from "./parts.js";

const PAUSE_MS = 500;

export class SpecsPage extends Page {
  /** @param {import("./app.js").App} app @param {import("../shared/routes.js").Route} route */
  constructor(app, route) {
    super(app, route);
    this.text = "";
    this.invalid = false;
    this.overlaps = this.live("project_overlaps", {}, PAUSE_MS);
    this.turned(route);
  }

  get title() {
    return "Specs";
  }

  /** @param {import("../shared/routes.js").Route} route */
  turned(route) {
    super.turned(route);
    this.text = route.query.get("filter") ?? "";
    this.invalid = route.query.get("state") === "attention";
  }

  happened() {
    this.overlaps.refresh();
  }

  view() {
    const { project } = this;
    const head = make("h1", { tabIndex: -1, textContent: "Specs" });
    if (!project.ready) return [head, trouble(null, project.failure || "Reading the project…")];
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...project.specs.values()].sort((one, other) => (one.spec < other.spec ? -1 : 1));
    const shown = all.filter(
      (one) =>
        words.every((word) => one.spec.toLowerCase().includes(word)) &&
        (!this.invalid || !one.verdict?.valid),
    );
    const shared = new Map(
      (this.overlaps.value?.specs ?? []).map((/** @type {any} */ one) => [one.spec, one]),
    );
    const bad = all.filter((one) => one.verdict && !one.verdict.valid).length;
    return [
      head,
      make(
        "div",
        { class: "tools" },
        make("input", {
          type: "search",
          value: this.text,
          "data-do": "filter",
          "data-own": "",
          "data-key": "filter",
          placeholder: "Filter by name",
          autocomplete: "off",
          spellcheck: false,
          "aria-label": "Filter by name",
        }),
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
      ),
      make("h2", {
        class: "soft",
        role: "status",
        textContent:
          shown.length === all.length
            ? counted(all.length, "spec")
            : `${shown.length} of ${counted(all.length, "spec")}`,
      }),
      make("ul", { class: "rows" }, ...shown.map((one) => this.#row(one, shared.get(one.spec)))),
      ...(all.length
        ? []
        : [note("There are no specs yet: they come when the first change is archived.")]),
    ];
  }

  /** @param {any} one @param {any} shared */
  #row(one, shared) {
    return make(
      "li",
      { class: "row", "data-key": one.spec },
      make(
        "div",
        { class: "row-head" },
        make("a", { class: "row-name", href: this.to("spec", { name: one.spec }) }, name(one.spec)),
        make("span", { class: "soft", textContent: counted(one.requirements, "requirement") }),
        ...(one.verdict && !one.verdict.strict ? [verdictBadge(one.verdict)] : []),
      ),
      ...(one.problem ? [make("p", { class: "soft problem-line", textContent: one.problem })] : []),
      ...(shared
        ? [
            make(
              "p",
              { class: "soft" },
              "touched by ",
              ...listed(
                shared.changes.map((/** @type {string} */ change) =>
                  make("a", { href: this.to("change", { name: change }) }, name(change)),
                ),
              ),
            ),
          ]
        : []),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  act(what, element, event) {
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
