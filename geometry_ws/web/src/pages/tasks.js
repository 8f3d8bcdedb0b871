/**
 * The tasks of a change, to tick and to write: ticks are shown at once as they will be, and undone
 * where that fails.
 */

import { make } from "../shared/dom.js";
import { disc } from "../shared/discs.js";
import { Wishes } from "../shared/wishes.js";
import { name, rich, when } from "./parts.js";
import { TaskEdits, placeOf } from "./task_edits.js";
import { TaskGroups } from "./task_groups.js";

/** @import { Run } from "../shared/activity.js" */
/** @import { Task } from "../shared/project.js" */
/** @import { App } from "./app.js" */

const REFUSED_MS = 12_000;

export class Ticks {
  /**
   * @param {App} app
   * @param {string} change
   */
  constructor(app, change) {
    this.app = app;
    this.change = change;
    this.wishes = new Wishes();
    /** @type {Map<number, string>} why a wish wasn't granted */
    this.refused = new Map();
    this.edits = new TaskEdits(app, change, (id, why) => this.#refuse(id, why));
    this.groups = new TaskGroups(app, change);
  }

  /** Say below a task for a while what wasn't done. @param {number} id @param {string} why */
  #refuse(id, why) {
    this.refused.set(id, why);
    setTimeout(() => {
      this.refused.delete(id);
      this.app.redraw();
    }, REFUSED_MS);
    this.app.redraw();
  }

  /** Groups with their tasks; those in which all is done begin closed.
   * @param {Task[]} tasks @param {boolean} still whether nothing can be ticked
   * @param {any} [listed] the tasks with when each has moved
   * @param {any} [happened] notes on them */
  view(tasks, still, listed, happened) {
    this.moved = new Map(
      (listed?.tasks ?? []).map((/** @type {Task} */ task, /** @type {number} */ index) => [
        `${task.done} ${task.text}`,
        listed.moved?.[index],
      ]),
    );
    this.notes = notesOf(happened?.runs ?? []);
    /** @type {{place: string, tasks: Task[]}[]} */
    const groups = [];
    for (const task of tasks) {
      const place = placeOf(task);
      if (groups.at(-1)?.place === place) groups.at(-1)?.tasks.push(task);
      else groups.push({ place, tasks: [task] });
    }
    if (!groups.length && !still) groups.push({ place: "", tasks: [] });
    const rows = groups.map((group, index) => this.#group(group, index, still));
    const more = still || !tasks.length ? [] : [this.groups.view()];
    return make("div", { class: "tasks" }, ...rows, ...more);
  }

  /** @param {{place: string, tasks: Task[]}} group @param {number} index @param {boolean} still */
  #group({ place, tasks }, index, still) {
    const rows = make("ul", {}, ...tasks.map((task) => this.#row(task, still)));
    const foot = still ? [] : [this.edits.foot(place, tasks)];
    if (!place) return make("div", { "data-key": `group-${index}` }, rows, ...foot);
    const done = tasks.filter((task) => task.done).length;
    const all = done === tasks.length;
    return make(
      "details",
      { class: `group${all ? " full" : ""}`, open: !all, "data-key": `group-${index}` },
      make(
        "summary",
        {},
        make("h3", {}, name(place)),
        make("span", { class: "number-of", textContent: `${done}/${tasks.length}` }),
      ),
      rows,
      ...foot,
    );
  }

  /** @param {Task} task @param {boolean} still */
  #row(task, still) {
    const wish = this.wishes.get(task.id);
    const done = wish ?? task.done;
    const box = make("input", {
      type: "checkbox",
      checked: done,
      disabled: still,
      "data-do": "tick",
      "data-task": String(task.id),
    });
    const refusal = this.refused.get(task.id);
    const depth = Math.min(4, Math.floor((task.indent ?? 0) / 2));
    const waits = wish === undefined ? "" : " waits";
    const refs = refsOf(this.change, task);
    const holder = this.#holder(refs);
    const classes = `task depth-${depth}${done ? " done" : ""}${waits}${holder ? " held" : ""}`;
    return make(
      "li",
      { class: classes, "data-key": `task-${task.id}`, id: `task:${task.id}` },
      ...(this.edits.rewords(task)
        ? []
        : [
            make(
              "label",
              {},
              box,
              ...marked(task),
              make("span", { class: "text" }, ...rich(task.text)),
              ...(holder ? [disc(holder, 20, Date.now())] : []),
            ),
            ...this.#said(task, refs),
          ]),
      ...(task.body ? [make("p", { class: "more" }, ...rich(task.body))] : []),
      ...(refusal
        ? [make("p", { class: "note trouble", role: "alert", textContent: refusal })]
        : []),
      ...(still ? [] : this.edits.below(task)),
    );
  }

  /** Who has taken a task. @param {string[]} refs */
  #holder(refs) {
    const { header, project } = this.app;
    const here = header.presence.at(project.id, this.change);
    return here.find(({ holds }) => holds?.some((held) => refs.includes(held)));
  }

  /** When it was ticked and by whom, and the last note on it. @param {Task} task
   * @param {string[]} refs */
  #said(task, refs) {
    const moved = this.moved?.get(`${task.done} ${task.text}`);
    const note = refs.map((ref) => this.notes?.get(ref)).find(Boolean);
    const last =
      moved?.at && task.done
        ? [
            make(
              "p",
              { class: "more moved" },
              "ticked ",
              when(moved.at),
              ...(moved.by ? [" by ", name(moved.by)] : []),
            ),
          ]
        : [];
    const said = note
      ? [
          make(
            "p",
            { class: "more said" },
            make("b", {}, name(note.who ?? "")),
            ": ",
            name(note.text ?? ""),
          ),
        ]
      : [];
    return [...last, ...said];
  }

  /** @param {any} box */
  async set(box) {
    const { project, session } = this.app;
    const id = Number(box.dataset.task);
    const task = project.changes.get(this.change)?.tasks.find((listed) => listed.id === id);
    if (!task) return;
    this.refused.delete(id);
    const fulfilled = this.wishes.fulfil(id, box.checked, async (done) => {
      const answer = await session.call("task_set", {
        project: project.id,
        change: this.change,
        task: id,
        done,
        expect: task.text,
      });
      project.ticked(this.change, answer.task, answer);
    });
    this.app.redraw();
    try {
      await fulfilled;
    } catch (problem) {
      this.#refuse(id, `Not changed: ${/** @type {Error} */ (problem).message}`);
      project.take();
    }
    this.app.redraw();
  }
}

/** How agents call a task: add-login/1.2, or add-login#3. @param {string} change
 * @param {Task} task */
export const refsOf = (change, { number, id }) => [`${change}#${id}`, `${change}/${number}`];

/** The last note on each task. @param {Run[]} runs the newest first */
function notesOf(runs) {
  /** @type {Map<string, Run>} */
  const notes = new Map();
  for (const run of runs) {
    const [task] = run.tasks ?? [];
    if (run.what === "noted" && task && !notes.has(task)) notes.set(task, run);
  }
  return notes;
}

/** A mark other than that of a task that is done. @param {Task} task */
const marked = ({ mark = "" }) =>
  mark && !/^x$/i.test(mark)
    ? [make("span", { class: "mark-in-box", title: `marked [${mark}]`, textContent: mark })]
    : [];
