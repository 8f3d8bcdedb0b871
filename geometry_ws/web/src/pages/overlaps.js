/** Where open changes meet: conflicts first, with an order to archive in. */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { deltaId } from "./deltas.js";
import { Page } from "./page.js";
import { badge, name, note, operationBadge, section, trouble } from "./parts.js";
import { listed } from "./specs.js";

const PAUSE_MS = 500;

export class OverlapsPage extends Page {
  /** @param {import("./app.js").App} app @param {import("../shared/routes.js").Route} route */
  constructor(app, route) {
    super(app, route);
    this.overlaps = this.live("project_overlaps", {}, PAUSE_MS);
  }

  get title() {
    return "Overlaps";
  }

  happened() {
    this.overlaps.refresh();
  }

  view() {
    const head = make("h1", { tabIndex: -1, textContent: "Overlaps" });
    const { value, problem } = this.overlaps;
    if (!value) return [head, trouble(problem)];
    const conflicts = value.requirements.filter(
      (/** @type {any} */ one) => one.kind === "conflict",
    );
    const others = value.requirements.filter((/** @type {any} */ one) => one.kind !== "conflict");
    return [
      head,
      make("p", {
        class: "lead",
        textContent:
          "Open changes that touch the same requirements. In a conflict, one of them is refused or undoes another when they are archived.",
      }),
      ...(problem ? [trouble(problem)] : []),
      section(
        "conflicts",
        "Conflicts",
        [" ", make("span", { class: "count", textContent: String(conflicts.length) })],
        conflicts.length
          ? conflicts.map((/** @type {any} */ one) => this.#card(one))
          : [note("There is none.", "good")],
      ),
      ...(others.length
        ? [
            section(
              "same",
              "The same requirement",
              [" ", make("span", { class: "count", textContent: String(others.length) })],
              others.map((/** @type {any} */ one) => this.#card(one)),
            ),
          ]
        : []),
      section(
        "shared",
        "Specs that several changes touch",
        [" ", make("span", { class: "count", textContent: String(value.specs.length) })],
        [
          value.specs.length
            ? make(
                "ul",
                { class: "rows" },
                ...value.specs.map((/** @type {any} */ one) => this.#spec(one)),
              )
            : note("There is none."),
        ],
      ),
    ];
  }

  /** @param {any} one */
  #card(one) {
    const conflict = one.kind === "conflict";
    return make(
      "article",
      { class: `card ${one.kind}`, "data-key": `${one.spec}\n${one.requirement}` },
      make(
        "h3",
        {},
        name(one.requirement),
        " ",
        conflict ? badge("conflict", "attention", "!") : badge("no conflict", "hint", "i"),
      ),
      make(
        "p",
        { class: "soft" },
        "in ",
        make("a", { href: this.to("spec", { name: one.spec }) }, name(one.spec)),
      ),
      make(
        "ul",
        { class: "touches" },
        ...one.changes.map((/** @type {any} */ touch) => this.#touch(one, touch)),
      ),
      ...(one.why ? [make("p", { textContent: one.why })] : []),
      ...(one.order.length
        ? [
            make(
              "div",
              { class: "archive-order" },
              make(
                "ol",
                { "aria-label": "Order to archive in" },
                ...one.order.map((/** @type {string} */ change) =>
                  make(
                    "li",
                    {},
                    make("a", { href: this.to("change", { name: change }) }, name(change)),
                  ),
                ),
              ),
            ),
          ]
        : []),
    );
  }

  /** @param {any} one @param {any} touch */
  #touch(one, touch) {
    const hash = deltaId(one.spec, touch.names.at(-1) ?? one.requirement);
    const strange = touch.names.filter(
      (/** @type {string} */ written) => written !== one.requirement,
    );
    return make(
      "li",
      {},
      ...touch.operations.map(operationBadge),
      " ",
      make("a", { href: this.to("change", { name: touch.change, hash }) }, name(touch.change)),
      ...(strange.length
        ? [make("span", { class: "soft" }, " as ", ...listed(strange.map(name)))]
        : []),
    );
  }

  /** @param {any} one */
  #spec(one) {
    return make(
      "li",
      { class: "row", "data-key": one.spec },
      make(
        "div",
        { class: "row-head" },
        make("a", { class: "row-name", href: this.to("spec", { name: one.spec }) }, name(one.spec)),
        make("span", {
          class: "soft",
          textContent: one.requirements
            ? `${counted(one.requirements, "requirement")} in common`
            : "different requirements",
        }),
      ),
      make(
        "p",
        { class: "soft" },
        ...listed(
          one.changes.map((/** @type {string} */ change) =>
            make("a", { href: this.to("change", { name: change }) }, name(change)),
          ),
        ),
      ),
    );
  }
}
