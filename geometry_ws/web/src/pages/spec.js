/** One spec: its requirements and scenarios, and which open changes touch it. */

import { make } from "../shared/dom.js";
import { spot, spotOf } from "../shared/routes.js";
import { counted } from "../shared/text.js";
import { deltaId } from "./deltas.js";
import { Files, raw } from "./files.js";
import { Page } from "./page.js";
import { name, note, operationBadge, problems, section, trouble, verdictBadge } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 300;
const DOCUMENT = "spec.md";

export class SpecPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.spec = this.live("spec_get", { spec: route.name }, PAUSE_MS);
    this.files = new Files(app.session, { project: this.project.id, spec: route.name }, () =>
      app.redraw(),
    );
    this.opened = spotOf(route.hash) !== null;
  }

  get title() {
    return this.route.name;
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
  }

  view() {
    const head = this.heading(name(this.route.name));
    const { value, problem } = this.spec;
    const gone = problem?.uri?.endsWith(".no_such_spec");
    if (!value)
      return [
        head,
        gone ? note("There is no such spec.", "trouble") : trouble(problem, "Reading the spec…"),
      ];
    const { spec, document, findings, touched_by: touching } = value;
    this.files.put(document);
    return [
      make(
        "div",
        { class: "head" },
        head,
        verdictBadge(spec.verdict),
        make("span", { class: "soft", textContent: counted(spec.requirements, "requirement") }),
      ),
      ...(problem
        ? [
            note(
              gone ? "This spec is gone: it was removed or renamed." : problem.message,
              "trouble gone",
            ),
          ]
        : []),
      ...this.#problems(findings),
      make(
        "div",
        { class: "columns reading-first" },
        make(
          "div",
          { class: "body" },
          this.#purpose(value),
          this.#requirements(value.requirements, touching),
          this.#file(document),
        ),
        make("div", { class: "side" }, this.#touched(touching), this.#index(value.requirements)),
      ),
    ];
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

  /** @param {any[]} touching */
  #touched(touching) {
    /** @type {Map<string, any[]>} */
    const changes = new Map();
    for (const touch of touching)
      changes.set(touch.change, [...(changes.get(touch.change) ?? []), touch]);
    const items = [...changes].map(([change, touches]) =>
      make(
        "li",
        { "data-key": change },
        make("a", { href: this.to("change", { name: change }) }, name(change)),
        make(
          "ul",
          {},
          ...touches.map((touch) =>
            make(
              "li",
              {},
              operationBadge(touch.operation),
              " ",
              make(
                "a",
                {
                  class: "quiet",
                  href: this.to("change", {
                    name: change,
                    hash: deltaId(this.route.name, touch.requirement),
                  }),
                },
                name(touch.requirement),
              ),
            ),
          ),
        ),
      ),
    );
    return section(
      "touched",
      "Touched by open changes",
      [" ", make("span", { class: "count", textContent: String(changes.size) })],
      [
        items.length
          ? make("ul", { class: "touches" }, ...items)
          : note("No open change touches it."),
      ],
    );
  }

  /** @param {any[]} requirements */
  #index(requirements) {
    const listed = this.portion("index", requirements, 300, () => "");
    return section(
      "index",
      "Requirements",
      [],
      [
        make(
          "ul",
          { class: "index-list" },
          ...listed.first.map((requirement) =>
            make(
              "li",
              {},
              make(
                "a",
                {
                  class: "quiet",
                  href: `#${encodeURIComponent(`requirement:${requirement.name}`)}`,
                },
                name(requirement.name),
              ),
            ),
          ),
        ),
        ...listed.more,
      ],
    );
  }

  /** @param {any} value */
  #purpose({ purpose }) {
    return section(
      "purpose",
      "Purpose",
      [],
      [
        purpose
          ? this.prose(purpose, { folder: `specs/${this.route.name}` })
          : note("It says no purpose."),
      ],
    );
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
    return section(
      "requirements",
      "Requirements",
      [" ", make("span", { class: "count", textContent: String(requirements.length) })],
      [
        ...listed.first.map((requirement) => this.#requirement(requirement, touching)),
        ...listed.more,
      ],
    );
  }

  /** @param {any} requirement @param {any[]} touching */
  #requirement(requirement, touching) {
    const folder = `specs/${this.route.name}`;
    const touches = touching.filter((touch) => touch.requirement === requirement.name);
    return make(
      "article",
      {
        class: "requirement-card",
        id: `requirement:${requirement.name}`,
        "data-key": requirement.name,
      },
      make("h3", {}, name(requirement.name)),
      ...touches.map((touch) =>
        make(
          "p",
          { class: "touch" },
          operationBadge(touch.operation),
          " by ",
          make(
            "a",
            {
              href: this.to("change", {
                name: touch.change,
                hash: deltaId(this.route.name, requirement.name),
              }),
            },
            name(touch.change),
          ),
        ),
      ),
      this.prose(requirement.text, { folder, level: 3 }),
      ...requirement.scenarios.map((/** @type {any} */ scenario) =>
        make(
          "section",
          { class: "scenario" },
          make(
            "h4",
            {},
            make("span", { class: "soft", textContent: "Scenario " }),
            name(scenario.name),
          ),
          this.prose(scenario.text, { folder, level: 4 }),
        ),
      ),
      ...(requirement.line
        ? [
            make("a", {
              class: "place",
              href: `#${encodeURIComponent(spot(DOCUMENT, requirement.line))}`,
              textContent: `line ${requirement.line}`,
            }),
          ]
        : []),
    );
  }

  /** @param {any} document */
  #file(document) {
    const text = this.opened ? [raw(DOCUMENT, document, () => this.app.redraw())] : [];
    return section(
      "files",
      "File",
      [],
      [
        make(
          "details",
          { class: "file", open: this.opened, id: spot(DOCUMENT), "data-key": DOCUMENT },
          make(
            "summary",
            {},
            make("span", { class: "mono", textContent: DOCUMENT }),
            " ",
            make("span", { class: "soft mono", textContent: document.revision.slice(0, 8) }),
          ),
          ...text,
        ),
      ],
    );
  }

  /** @param {string} what @param {any} element */
  onAction(what, element) {
    if (what !== "toggle") return;
    this.opened = element.open;
    this.app.redraw();
  }
}
