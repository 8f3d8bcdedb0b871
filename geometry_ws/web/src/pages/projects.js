/** The projects of this node, and what an address shows that leads nowhere. */

import { make } from "../shared/dom.js";
import { notice } from "../shared/remarks.js";
import { address } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { counted, moment } from "../shared/text.js";
import { Page } from "./page.js";
import { name, note } from "./parts.js";

export class ProjectsPage extends Page {
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
      make("ul", { class: "rows" }, ...projects.map((project) => this.#row(project))),
    ];
  }

  /** @param {any} project */
  #row(project) {
    const numbers = [
      ...(project.away ? [`away since ${moment(project.away)}`] : []),
      counted(project.changes, "open change"),
      counted(project.specs, "spec"),
      `${project.archived} archived`,
    ];
    const link = make(
      "a",
      { class: "row-name", href: address("project", { name: project.project }) },
      name(project.title || project.project),
    );
    const words = project.problem
      ? note(project.problem, "trouble")
      : make("p", { class: "soft", textContent: numbers.join(" · ") });
    const more = project.notice ? [remarkLine(notice(project.notice))] : [];
    return make("li", { class: "row", "data-key": project.project }, link, words, ...more);
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
