/** A project at a glance: what needs somebody, and its open changes in a table. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { GIT_BRANCH, LIST_FILTER, PLUS } from "../shared/icons.js";
import { recall, remember } from "../shared/memory.js";
import { notice } from "../shared/remarks.js";
import { remarkLine } from "../shared/signs.js";
import { LANES, shownState } from "../shared/states.js";
import { counted } from "../shared/text.js";
import { Archiving } from "./archiving.js";
import { changeTable } from "./change_table.js";
import { choose, ORDERS } from "./filter.js";
import { answer, needsList, summary } from "./needs.js";
import { Page } from "./page.js";
import { name, note, trouble } from "./parts.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

export class OverviewPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.text = route.query.get("filter") ?? "";
    this.group = route.query.get("state") ?? "";
    this.order = route.query.get("order") ?? recall("order") ?? "attention";
  }

  get title() {
    return "Changes";
  }

  view() {
    const { project } = this;
    const problem = project.failure || project.problem;
    return [
      make(
        "div",
        { class: "head", "data-key": "head" },
        make("h1", { tabIndex: -1 }, name(project.title || project.id || "Project")),
        make("div", { class: "actions" }, ...this.#actions()),
      ),
      this.#numbers(),
      ...(problem ? [note(problem, "trouble")] : []),
      ...(project.notice ? [remarkLine(notice(project.notice))] : []),
      ...this.#needs(),
      ...(project.ready ? this.#changes() : [trouble(null, "Reading the project…")]),
    ];
  }

  #actions() {
    return [
      make(
        "a",
        { class: "button quiet", href: this.to("overlaps") },
        icon(GIT_BRANCH, 14),
        "Where changes meet",
      ),
      make(
        "button",
        { type: "button", class: "main", "data-do": "new-change" },
        icon(PLUS, 14),
        "New change",
      ),
    ];
  }

  #numbers() {
    const { project } = this;
    const changes = [...project.changes.values()];
    const done = changes.reduce((sum, change) => sum + change.done, 0);
    const total = changes.reduce((sum, change) => sum + change.total, 0);
    const bad = [...project.specs.values()].filter(({ verdict }) => verdict && !verdict.valid);
    const link = (/** @type {string} */ href, /** @type {string} */ textContent) =>
      make("li", {}, make("a", { class: "quiet", href, textContent }));
    const tasks = `${done.toLocaleString("en")} of ${counted(total, "task")}`;
    return make(
      "ul",
      { class: "facts", "aria-label": "In numbers" },
      make("li", { textContent: counted(changes.length, "open change") }),
      make("li", { textContent: tasks }),
      link(this.to("specs"), counted(project.specs.size, "spec")),
      ...(bad.length
        ? [
            link(
              this.to("specs", { query: { state: "attention" } }),
              counted(bad.length, "invalid spec"),
            ),
          ]
        : []),
      link(this.to("archive"), `${project.archived.length.toLocaleString("en")} archived`),
    );
  }

  #needs() {
    const { needs, count } = this.app.header.attention;
    if (!count) return [];
    const number = make("span", { class: "count", textContent: summary(needs, count) });
    return [
      make(
        "section",
        {
          class: "needs-part",
          id: "needs-you",
          "data-key": "needs",
          "aria-labelledby": "needs-title",
        },
        make("h2", { id: "needs-title" }, "Needs you ", number),
        ...needsList(this, needs),
      ),
    ];
  }

  /** @param {Change[]} all */
  #tabs(all) {
    const lanes = LANES.map(({ key, title }) => {
      const count = all.filter((change) => shownState(change).lane === key).length;
      return { key: /** @type {string} */ (key), title: /** @type {string} */ (title), count };
    });
    return [{ key: "", title: "All", count: all.length }, ...lanes].map(({ key, title, count }) =>
      make(
        "button",
        {
          type: "button",
          class: "tab",
          "data-do": "group",
          value: key,
          "data-key": `tab-${key}`,
          "aria-pressed": String(this.group === key),
        },
        title,
        " ",
        make("span", { class: "count", textContent: count.toLocaleString("en") }),
      ),
    );
  }

  #tools() {
    const known = ORDERS.some(({ key }) => key === this.order);
    const order = make(
      "select",
      { "data-do": "order", "data-key": "order", "aria-label": "Order" },
      ...(known ? [] : [make("option", { value: this.order, textContent: "The other way round" })]),
      ...ORDERS.map(({ key, title }) => make("option", { value: key, textContent: title })),
    );
    order.value = this.order;
    const filter = make("input", {
      type: "search",
      value: this.text,
      "data-do": "filter",
      "data-own": "",
      "data-key": "filter",
      placeholder: "Filter changes",
      autocomplete: "off",
      spellcheck: false,
      "aria-label": "Filter changes by name",
    });
    const key = make("kbd", { textContent: "F", "aria-hidden": "true" });
    return [
      make("label", { class: "field", "data-key": "field" }, icon(LIST_FILTER, 14), filter, key),
      order,
    ];
  }

  #changes() {
    const all = [...this.project.changes.values()];
    if (!all.length) return this.#none();
    const shown = choose(all, this);
    const summary =
      shown.length === all.length
        ? counted(all.length, "open change")
        : `${shown.length} of ${counted(all.length, "open change")}`;
    const listed = this.portion("changes", shown, 300, ({ change }) => change);
    return [
      make(
        "div",
        { class: "tools", "data-key": "tools" },
        make("div", { class: "tabs", role: "group", "aria-label": "State" }, ...this.#tabs(all)),
        ...this.#tools(),
      ),
      make("p", { class: "sr", role: "status", "data-key": "summary" }, summary),
      ...(shown.length ? [] : [note("No change has these words in this lane.")]),
      changeTable(this, listed.first, this.order),
      ...listed.more,
    ];
  }

  #none() {
    return [
      make(
        "div",
        { class: "empty", "data-key": "empty" },
        make("h2", { textContent: "No open changes" }),
        make("p", {}, "A change is a folder with a proposal and a list of tasks."),
        make("button", { type: "button", "data-do": "new-change" }, icon(PLUS, 14), "New change"),
        make(
          "p",
          {},
          "Or ask your coding agent: ",
          make("code", { textContent: "/opsx:propose add-something" }),
          ", or write ",
          make("code", { textContent: "geometry-ws openspec new change add-something" }),
          ".",
        ),
      ),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "filter" && event.type === "input") this.text = element.value;
    else if (what === "group") this.group = element.value;
    else if (what === "sort" || (what === "order" && event.type === "change")) {
      this.order = element.value;
      remember("order", this.order);
    } else {
      if (what === "answer" || what === "answer-own") answer(this, element.value);
      else if (what === "archive") new Archiving(this.app, element.value).open();
      return;
    }
    const query = /** @type {Record<string, string>} */ ({});
    if (this.text) query.filter = this.text;
    if (this.group) query.state = this.group;
    this.app.go(this.to("project", { name: this.project.id, query }), { replace: true });
  }

  /** @param {string} key */
  onKey(key) {
    if (key === "j" || key === "k")
      return this.app.step(".changes .row-name", key === "j" ? 1 : -1);
    return false;
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    this.text = route.query.get("filter") ?? "";
    this.group = route.query.get("state") ?? "";
  }
}
