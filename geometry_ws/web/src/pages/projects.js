/** The projects of this node, and what an address shows that leads nowhere. */

import { boardAddress } from "../shared/base.js";
import { make } from "../shared/dom.js";
import { notice } from "../shared/remarks.js";
import { address } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { moment } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note } from "./parts.js";

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

export class ProjectsPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    /** @type {Map<string, number>} what needs somebody, by project */
    this.counts = new Map();
  }

  get title() {
    return "Projects";
  }

  view() {
    const { projects } = this.app;
    const wanted = this.route.project;
    const lost = wanted && !projects.some((project) => project.project === wanted);
    return [
      make("h1", { tabIndex: -1, textContent: "Projects" }),
      ...(lost ? [note(`This node serves no project “${wanted}”.`, "trouble")] : []),
      ...(projects.length ? [] : [note("This node serves no project.")]),
      ...(projects.length ? [this.#table(projects)] : []),
    ];
  }

  /** @param {any[]} projects */
  #table(projects) {
    const several = projects.length > 1;
    const heads = [
      ["", "Project"],
      ["needing", "Needs you"],
      ["number", "Open changes"],
      ["number", "Specs"],
      ["number", "Archived"],
      ["links", ""],
    ];
    return make(
      "table",
      { class: "projects" },
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          ...heads.map(([kind, textContent]) =>
            textContent
              ? make("th", { class: kind, scope: "col", textContent })
              : make("td", { class: kind }),
          ),
        ),
      ),
      make("tbody", {}, ...projects.map((project) => this.#row(project, several))),
    );
  }

  /** @param {any} project @param {boolean} several */
  #row(project, several) {
    const id = project.project;
    const to = (/** @type {any} */ page) =>
      address(page, { project: several ? id : "", name: page === "project" ? id : "" });
    const where = [project.machine, project.away && `away since ${moment(project.away)}`];
    const said = where.filter(Boolean).join(", ");
    const number = (/** @type {number} */ count) =>
      make("td", { class: "number", textContent: count.toLocaleString("en") });
    const board = new URLSearchParams({ project: id });
    return make(
      "tr",
      { "data-key": id },
      make(
        "th",
        { scope: "row" },
        make("a", { class: "row-name", href: to("project") }, name(project.title || id)),
        ...(said ? [make("span", { class: "soft", textContent: said })] : []),
        ...(project.problem ? [note(project.problem, "trouble")] : []),
        ...(project.notice ? [remarkLine(notice(project.notice))] : []),
      ),
      make("td", { class: "needing" }, ...this.#needs(id, to("project"))),
      number(project.changes),
      number(project.specs),
      number(project.archived),
      make(
        "td",
        { class: "links" },
        make("a", { class: "button quiet", href: boardAddress(board), textContent: "Board" }),
        make("a", { class: "button quiet", href: to("specs"), textContent: "Specs" }),
        make("a", { class: "button quiet", href: to("archive"), textContent: "Archive" }),
      ),
    );
  }

  /** How much needs somebody in a project. @param {string} id @param {string} href */
  #needs(id, href) {
    const { attention } = this.app.header;
    if (id !== this.project.id) this.#ask(id);
    const count = id === this.project.id ? attention.count : (this.counts.get(id) ?? 0);
    if (!count) return [make("span", { class: "soft", textContent: "–" })];
    const words = `${count.toLocaleString("en")} ${count === 1 ? "needs" : "need"} you`;
    return [make("a", { class: "badge warned", href: `${href}#needs-you`, textContent: words })];
  }

  /** Another project's number is asked for once, when the page is opened. @param {string} id */
  async #ask(id) {
    if (this.counts.has(id)) return;
    this.counts.set(id, 0);
    try {
      const { items, more = 0 } = await this.app.session.call("attention_list", { project: id });
      this.counts.set(id, items.length + more);
      this.app.redraw();
    } catch {
      // a project that is away says nothing of it
    }
  }

  onEvents() {}
}

export class MissingPage extends Page {
  get title() {
    return "Nothing here";
  }

  view() {
    return [
      make(
        "div",
        { class: "nothing" },
        this.heading("There is nothing here"),
        make("p", { class: "lead", textContent: "No page has this address." }),
        make(
          "p",
          { class: "buttons" },
          make("a", {
            class: "button main",
            href: this.to("project", { name: this.project.id }),
            textContent: "All changes",
          }),
        ),
      ),
    ];
  }
}
