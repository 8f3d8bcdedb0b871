/**
 * The changes and tasks as plain HTML: headings, disclosure elements and real check boxes, for
 * keyboards, screen readers, find-in-page and copying. Elements stay the same while what they
 * show changes, so that focus, selection and scrolling survive every event.
 */

import { byId, make, setText } from "../shared/dom.js";
import { GROUPS, grouped } from "../shared/project.js";
import { notice, remarksOn } from "../shared/remarks.js";
import { address } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { counted, inline } from "../shared/text.js";
import { Wishes } from "../shared/wishes.js";

/** @import { Change, Project, Task } from "../shared/project.js" */
/** @import { PageName } from "../shared/routes.js" */

const OPEN_AT_FIRST = new Set(["in_progress", "attention"]);
const MANY = 12; // open changes; from then on all begin closed, so that the list is one
const GLYPHS = /** @type {Record<string, string>} */ ({
  attention: "!",
  in_progress: "◐",
  not_started: "○",
  complete: "✓",
});

/** @param {Element} element @param {string} text */
function setRich(element, text) {
  if (/** @type {any} */ (element).shown === text) return;
  /** @type {any} */ (element).shown = text;
  const tags = /** @type {const} */ ({ code: "code", strong: "strong" });
  element.replaceChildren(
    ...inline(text).map((piece) =>
      piece.kind === "text" ? piece.text : make(tags[piece.kind], { textContent: piece.text }),
    ),
  );
}

/** A name in lower case, with one space for each run of separators. @param {string} name */
const bare = (name) => name.toLowerCase().replace(/[\s_-]+/g, " ");

/** Put the children into this order, touching only what isn't there already.
 * @param {Element} parent @param {Element[]} children */
function arrange(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child)
      parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}

export class ChangeList {
  /**
   * @param {Project} project
   * @param {(change: string, task: Task, done: boolean) => Promise<any>} tick
   * @param {(sentence: string) => void} complain
   */
  constructor(project, tick, complain) {
    this.project = project;
    this.tick = tick;
    this.complain = complain;
    this.root = byId("changes");
    /** @type {Map<string, ReturnType<typeof makeGroup>>} */
    this.groups = new Map(GROUPS.map((group) => [group.key, makeGroup(group)]));
    /** @type {Map<string, any>} */
    this.items = new Map();
    this.wishes = new Wishes();
    project.addEventListener("change", () => this.#schedule());
    this.show();
  }

  /** Several events within one frame of the screen are shown once. */
  #schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      this.show();
    }, 16);
  }

  show() {
    const { project } = this;
    const groups = grouped(project.changes.values());
    const filled = groups.filter((group) => group.changes.length);
    for (const group of groups) this.#showGroup(group);
    arrange(
      this.root,
      filled.map((group) => /** @type {any} */ (this.groups.get(group.key)).element),
    );
    for (const name of this.items.keys()) {
      if (!project.changes.has(name)) this.items.delete(name);
    }
    this.#showRest(filled.length > 0);
  }

  /** The address of a page of this project.
   * @param {PageName} page @param {string} [name] */
  #address(page, name = "") {
    const several = document.body.classList.contains("several");
    return address(page, { name, project: several ? this.project.id : "" });
  }

  /** @param {boolean} any whether there are open changes */
  #showRest(any) {
    const { project } = this;
    const trouble = project.failure || project.problem;
    const note = byId("list-note");
    setText(note, trouble || (project.ready ? "" : "Reading the project…"));
    note.hidden = !note.textContent;
    note.classList.toggle("trouble", Boolean(trouble));
    const remark = byId("list-notice");
    remark.hidden = !project.notice;
    if (remark.textContent !== project.notice)
      remark.replaceChildren(remarkLine(notice(project.notice)));
    for (const link of byId("pages").querySelectorAll("a")) {
      const page = /** @type {any} */ (link.dataset.page);
      link.setAttribute("href", this.#address(page, page === "project" ? project.id : ""));
    }
    byId("pages").hidden = !project.ready;
    byId("next").hidden = any || !project.ready || Boolean(trouble);
    const archived = byId("archived");
    archived.hidden = !project.ready || !project.archived.length;
    setText(archived, `${counted(project.archived.length, "change")} archived`);
    let done = 0;
    let total = 0;
    for (const change of project.changes.values()) {
      done += change.done;
      total += change.total;
    }
    const overall = byId("overall");
    overall.hidden = !total;
    const bar = /** @type {HTMLProgressElement} */ (byId("overall-bar"));
    bar.max = total || 1;
    bar.value = done;
    const changes = counted(project.changes.size, "open change");
    setText(
      byId("overall-text"),
      `${done.toLocaleString("en")} of ${counted(total, "task")} done in ${changes}`,
    );
  }

  /** @param {ReturnType<typeof grouped>[number]} group */
  #showGroup(group) {
    const shown = this.groups.get(group.key);
    if (!shown) return;
    setText(shown.count, String(group.changes.length));
    const elements = group.changes.map((change) => this.#showChange(change, group.key));
    arrange(shown.list, elements);
  }

  /** @param {Change} change @param {string} group */
  #showChange(change, group) {
    let item = this.items.get(change.change);
    if (!item) {
      item = makeChange(
        change.change,
        OPEN_AT_FIRST.has(group) && this.project.changes.size < MANY,
      );
      this.items.set(change.change, item);
    }
    if (item.change !== change) {
      item.change = change;
      item.page.href = this.#address("change", change.change);
      setText(item.progress, change.total ? `${change.done}/${change.total}` : "no tasks");
      item.bar.max = change.total || 1;
      item.bar.value = change.done;
      const title = bare(change.title) === bare(change.change) ? "" : change.title;
      setText(item.title, title);
      item.title.hidden = !title;
      const remarks = remarksOn(change);
      item.remarks.replaceChildren(...remarks.map(remarkLine));
      item.remarks.hidden = !remarks.length;
      this.#showTasks(item, change);
    }
    item.element.dataset.group = group;
    return item.element;
  }

  /** @param {any} item @param {Change} change */
  #showTasks(item, change) {
    /** @type {Element[]} */
    const rows = [];
    let section = "";
    for (const task of change.tasks) {
      if ((task.section ?? "") !== section) {
        section = task.section ?? "";
        if (section) rows.push(this.#sectionRow(item, section, rows.length));
      }
      rows.push(this.#taskRow(item, change, task));
    }
    arrange(item.list, rows);
    for (const id of item.rows.keys()) if (id > change.tasks.length) item.rows.delete(id);
  }

  /** @param {any} item @param {string} section @param {number} index */
  #sectionRow(item, section, index) {
    const key = `${section}\n${index}`;
    if (!item.sections.has(key)) {
      item.sections.set(key, make("li", { class: "section", textContent: section }));
    }
    return item.sections.get(key);
  }

  /** @param {any} item @param {Change} change @param {any} task */
  #taskRow(item, change, task) {
    let row = item.rows.get(task.id);
    if (!row) {
      row = makeTask((/** @type {boolean} */ done) => this.#set(change.change, task.id, done));
      item.rows.set(task.id, row);
    }
    setRich(row.text, task.text);
    const wish = this.wishes.get(`${change.change}\n${task.id}`);
    row.box.checked = wish ?? task.done;
    row.element.classList.toggle("done", row.box.checked);
    row.element.classList.toggle("waits", wish !== undefined);
    return row.element;
  }

  /** A check box was used. @param {string} name @param {number} id @param {boolean} done */
  async #set(name, id, done) {
    const task = this.project.changes.get(name)?.tasks.find((listed) => listed.id === id);
    if (!task) return;
    try {
      await this.wishes.fulfil(`${name}\n${id}`, done, async (wish) => {
        const answer = await this.tick(name, task, wish);
        this.project.ticked(name, answer.task, answer);
      });
    } catch (problem) {
      this.complain(`“${task.text}” was not changed: ${/** @type {any} */ (problem).message}`);
      this.project.take();
    }
    const change = this.project.changes.get(name);
    const item = this.items.get(name);
    if (change && item) this.#showTasks(item, change);
  }
}

/** @param {{key: string, title: string}} group */
function makeGroup({ key, title }) {
  const count = make("span", { class: "count" });
  const glyph = make("span", { class: "glyph", "aria-hidden": "true", textContent: GLYPHS[key] });
  const list = make("ul", { class: "changes" });
  const heading = make("h3", { id: `group-${key}` }, glyph, title, " ", count);
  const element = make("section", { class: "group", "aria-labelledby": heading.id }, heading, list);
  element.dataset.group = key;
  return { element, list, count };
}

/** @param {string} name @param {boolean} open */
function makeChange(name, open) {
  const progress = make("span", { class: "progress" });
  const bar = make("progress", { "aria-hidden": "true" });
  const title = make("p", { class: "title" });
  const remarks = make("span", { class: "remarks" });
  const list = make("ul", { class: "tasks" });
  const head = make("span", { class: "name", textContent: name });
  const summary = make("summary", {}, head, progress, bar, remarks);
  const page = make("a", { class: "open-page", textContent: "Open its page" });
  const details = make("details", { open }, summary, title, page, list);
  const element = make("li", { class: "change" }, details);
  return {
    element,
    progress,
    bar,
    title,
    remarks,
    list,
    page,
    change: null,
    rows: new Map(),
    sections: new Map(),
  };
}

/** @param {(done: boolean) => void} onTick */
function makeTask(onTick) {
  const box = make("input", { type: "checkbox" });
  const text = make("span", { class: "text" });
  const label = make("label", {}, box, text);
  const element = make("li", { class: "task" }, label);
  label.addEventListener("click", (event) => {
    // a user who has just marked text wants to copy it
    if (event.target !== box && !getSelection()?.isCollapsed) event.preventDefault();
  });
  box.addEventListener("change", () => {
    element.classList.toggle("done", box.checked);
    onTick(box.checked);
  });
  return { element, box, text };
}
