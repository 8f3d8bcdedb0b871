/** On a tablet held upright: the selected change below the board, with its tasks to tick. */

import { make, setText } from "../shared/dom.js";
import { icon, stateIcon } from "../shared/icon.js";
import { X } from "../shared/icons.js";
import { remarksOn } from "../shared/remarks.js";
import { remarkLine } from "../shared/signs.js";
import { progressOf, shownState, specsOf } from "../shared/states.js";
import { TaskList } from "./task_list.js";

/** @import { Project } from "../shared/project.js" */
/** @import { Selection } from "./selection.js" */
/** @import { Status } from "./status.js" */
/** @import { Ticking } from "./ticking.js" */

export class Sheet {
  /**
   * @param {Project} project
   * @param {Selection} selection
   * @param {Ticking} ticking
   * @param {Status} status
   * @param {(change: string) => string} address of a change's page
   */
  constructor(project, selection, ticking, status, address) {
    this.project = project;
    this.selection = selection;
    this.ticking = ticking;
    this.address = address;
    this.sign = make("span", { class: "sign-of" });
    this.name = make("h2");
    this.badge = make("span");
    this.title = make("p", { class: "sheet-title" });
    this.remarks = make("div", { class: "remarks" });
    this.specs = make("p", { class: "sheet-specs" });
    this.open = make("a", { class: "button" }, "Open page");
    const close = make("button", {
      type: "button",
      class: "plain",
      "aria-label": "Close",
      title: "Back to the list",
    });
    close.append(icon(X));
    close.addEventListener("click", () => selection.select(""));
    this.tasks = make("div");
    const head = make("header", {}, this.sign, this.name, this.badge, this.open, close);
    this.root = make(
      "section",
      { class: "sheet", "aria-label": "Selected change" },
      ...[head, this.title, this.remarks, this.tasks, this.specs],
    );
    document.body.append(this.root);
    /** @type {TaskList | null} */
    this.list = null;
    for (const source of [project, selection, ticking, status]) {
      source.addEventListener("change", () => this.show());
    }
    this.show();
  }

  show() {
    const change = this.project.changes.get(this.selection.change);
    this.root.hidden = !change;
    document.body.classList.toggle("chosen", Boolean(change));
    // where there is no room for it nothing is made
    if (!change || getComputedStyle(this.root).display === "none") return;
    if (this.list?.change !== change.change) {
      this.list = new TaskList(change.change, this.ticking);
      this.tasks.replaceChildren(this.list.element);
      this.root.scrollTop = 0;
    }
    const { sign, word, tone } = shownState(change);
    this.sign.replaceChildren(stateIcon(sign, 20, progressOf(change)));
    setText(this.name, change.change);
    setText(this.badge, word);
    this.badge.className = `badge ${tone}`;
    setText(this.title, change.title);
    this.remarks.replaceChildren(...remarksOn(change).map(remarkLine));
    const specs = specsOf(change);
    this.specs.hidden = !specs.length;
    setText(this.specs, `Touches ${specs.join(", ")}`);
    this.open.href = this.address(change.change);
    this.list.show(change);
  }
}
