/** The tasks of one change as check boxes below their groups' names. Elements stay the same while
 * what they show changes, so that focus and selection survive. */

import { make, setText } from "../shared/dom.js";
import { inline } from "../shared/text.js";

/** @import { Change, Task } from "../shared/project.js" */
/** @import { Ticking } from "./ticking.js" */

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

/** Put the children into this order, touching only what isn't there already.
 * @param {Element} parent @param {Element[]} children */
export function arrange(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child)
      parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}

export class TaskList {
  /** @param {string} change its name @param {Ticking} ticking */
  constructor(change, ticking) {
    this.change = change;
    this.ticking = ticking;
    this.element = make("ul", { class: "tasks" });
    /** @type {Map<number, ReturnType<typeof makeTask>>} */
    this.rows = new Map();
    /** @type {Map<string, {element: Element, count: Element}>} */
    this.sections = new Map();
  }

  /** @param {Change} change */
  show({ tasks }) {
    /** @type {Element[]} */
    const rows = [];
    let section = "";
    for (const task of tasks) {
      if ((task.section ?? "") !== section) {
        section = task.section ?? "";
        if (section) rows.push(this.#section(section, rows.length, tasks));
      }
      rows.push(this.#row(task));
    }
    arrange(this.element, rows);
    for (const id of this.rows.keys()) if (id > tasks.length) this.rows.delete(id);
  }

  /** @param {string} name @param {number} index @param {Task[]} tasks */
  #section(name, index, tasks) {
    const key = `${name}\n${index}`;
    let section = this.sections.get(key);
    if (!section) {
      const count = make("span", { class: "num" });
      section = { element: make("li", { class: "section" }, make("span", {}, name), count), count };
      this.sections.set(key, section);
    }
    const members = tasks.filter((task) => task.section === name);
    setText(section.count, `${members.filter(({ done }) => done).length}/${members.length}`);
    return section.element;
  }

  /** @param {Task} task */
  #row(task) {
    let row = this.rows.get(task.id);
    if (!row) {
      row = makeTask((done) => this.ticking.set(this.change, task.id, done), this.ticking.away);
      this.rows.set(task.id, row);
    }
    setRich(row.text, task.text);
    const wish = this.ticking.wish(this.change, task.id);
    row.box.checked = wish ?? task.done;
    row.element.classList.toggle("done", row.box.checked);
    row.element.classList.toggle("waits", wish !== undefined);
    const why = this.ticking.against();
    row.box.disabled = Boolean(why);
    row.label.title = why;
    if (this.ticking.away()) row.box.setAttribute("aria-disabled", "true");
    else row.box.removeAttribute("aria-disabled");
    const failure = this.ticking.failure(this.change, task.id);
    setText(row.failure, failure);
    row.failure.hidden = !failure;
    return row.element;
  }
}

/** @param {(done: boolean) => void} onTick @param {() => boolean} away */
function makeTask(onTick, away) {
  const box = make("input", { type: "checkbox" });
  const text = make("span", { class: "text" });
  const label = make("label", {}, box, text);
  const failure = make("p", { class: "failure", role: "alert", hidden: true });
  const element = make("li", { class: "task" }, label, failure);
  label.addEventListener("click", (event) => {
    // a user who has just marked text wants to copy it
    const marks = event.target !== box && !getSelection()?.isCollapsed;
    if (marks || away()) event.preventDefault();
  });
  box.addEventListener("change", () => {
    element.classList.toggle("done", box.checked);
    onTick(box.checked);
  });
  return { element, label, box, text, failure };
}
