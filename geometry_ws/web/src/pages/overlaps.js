/** Where open changes meet: conflicts first, with an order to archive in. */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { deltaId } from "./deltas.js";
import { Page } from "./page.js";
import { name, note, operationBadge, section, stateSign, trouble } from "./parts.js";
import { REMEDY } from "./conflicts.js";
import { listed } from "./specs.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 500;

export class OverlapsPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.overlaps = this.live("project_overlaps", {}, PAUSE_MS);
  }

  get title() {
    return "Overlaps";
  }

  onEvents() {
    this.overlaps.refresh();
  }

  view() {
    const head = this.heading("Overlaps");
    const { value, problem } = this.overlaps;
    if (!value) return [head, trouble(problem)];
    const conflicts = value.requirements.filter(
      (/** @type {any} */ overlap) => overlap.kind === "conflict",
    );
    const others = value.requirements.filter(
      (/** @type {any} */ overlap) => overlap.kind !== "conflict",
    );
    return [
      head,
      make("p", {
        class: "lead",
        textContent:
          "Open changes that touch the same requirements. In a conflict, one of them is refused " +
          "or undoes another when they are archived.",
      }),
      ...(problem ? [trouble(problem)] : []),
      section(
        "conflicts",
        "Conflicts",
        [" ", make("span", { class: "count", textContent: String(conflicts.length) })],
        conflicts.length
          ? conflicts.map((/** @type {any} */ overlap) => this.#card(overlap))
          : [note("There is none.", "good")],
      ),
      ...(others.length
        ? [
            section(
              "same",
              "The same requirement",
              [" ", make("span", { class: "count", textContent: String(others.length) })],
              others.map((/** @type {any} */ overlap) => this.#card(overlap)),
            ),
          ]
        : []),
      ...(value.base_moved?.length ? [this.#moved(value.base_moved)] : []),
      section(
        "shared",
        "Specs that several changes touch",
        [" ", make("span", { class: "count", textContent: String(value.specs.length) })],
        [
          value.specs.length
            ? make(
                "ul",
                { class: "rows" },
                ...value.specs.map((/** @type {any} */ overlap) => this.#spec(overlap)),
              )
            : note("There is none."),
        ],
      ),
    ];
  }

  /** Changes that something was archived or written under. @param {any[]} all */
  #moved(all) {
    return section(
      "moved",
      "Written against an older spec",
      [" ", make("span", { class: "count", textContent: String(all.length) })],
      [
        make(
          "ul",
          { class: "rows" },
          ...all.map(({ change, moved }) =>
            make(
              "li",
              { class: "row", "data-key": `${change}\n${moved.spec}\n${moved.requirement}` },
              make(
                "div",
                { class: "row-head" },
                make(
                  "a",
                  { class: "row-name", href: this.to("change", { name: change, hash: "bases" }) },
                  name(change),
                ),
                operationBadge(moved.operation),
              ),
              make("p", { class: "soft problem-line", textContent: moved.message }),
            ),
          ),
        ),
      ],
    );
  }

  /** @param {any} overlap */
  #card(overlap) {
    /** @type {string[]} in which order they can be archived */
    const order = overlap.order;
    const touches = [...overlap.changes].sort(
      (left, right) => order.indexOf(left.change) - order.indexOf(right.change),
    );
    return make(
      "article",
      {
        class: `card meeting ${overlap.kind}`,
        "data-key": `${overlap.spec}\n${overlap.requirement}`,
      },
      make(
        "div",
        { class: "about" },
        make("h3", {}, name(overlap.requirement)),
        make("a", { href: this.to("spec", { name: overlap.spec }) }, name(overlap.spec)),
        ...(overlap.why
          ? [
              make("p", {
                title: overlap.why,
                textContent: overlap.why.replace(REMEDY, "$1."),
              }),
            ]
          : []),
      ),
      make("ul", { class: "ways" }, ...touches.map((touch) => this.#touch(overlap, touch))),
    );
  }

  /** @param {any} overlap @param {any} touch */
  #touch(overlap, touch) {
    const hash = deltaId(overlap.spec, touch.names.at(-1) ?? overlap.requirement);
    const strange = touch.names.filter(
      (/** @type {string} */ written) => written !== overlap.requirement,
    );
    const place = overlap.order.indexOf(touch.change);
    const change = this.project.changes.get(touch.change);
    const number =
      place < 0
        ? []
        : [
            make("span", {
              class: "number",
              title: "in this order they can be archived",
              textContent: String(place + 1),
            }),
          ];
    return make(
      "li",
      {},
      ...number,
      ...(change ? [stateSign(change)] : []),
      make(
        "a",
        { class: "row-name", href: this.to("change", { name: touch.change, hash }) },
        name(touch.change),
      ),
      ...(strange.length
        ? [make("span", { class: "soft" }, "as ", ...listed(strange.map(name)))]
        : []),
      ...touch.operations.map(operationBadge),
    );
  }

  /** @param {any} overlap */
  #spec(overlap) {
    return make(
      "li",
      { class: "row", "data-key": overlap.spec },
      make(
        "div",
        { class: "row-head" },
        make(
          "a",
          { class: "row-name", href: this.to("spec", { name: overlap.spec }) },
          name(overlap.spec),
        ),
        make("span", {
          class: "soft",
          textContent: overlap.requirements
            ? `${counted(overlap.requirements, "requirement")} in common`
            : "different requirements",
        }),
      ),
      make(
        "p",
        { class: "soft" },
        ...listed(
          overlap.changes.map((/** @type {string} */ change) =>
            make("a", { href: this.to("change", { name: change }) }, name(change)),
          ),
        ),
      ),
    );
  }
}
