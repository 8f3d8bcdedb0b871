/**
 * The changes as rows by lane, each with its tasks as check boxes below it when it is opened: for
 * the eye beside the board, and for keyboards, screen readers, find-in-page and copying. Elements
 * stay the same while what they show changes, so that focus, selection and scrolling survive.
 */

import { answerForm, questionOf } from "../shared/answering.js";
import { discs } from "../shared/discs.js";
import { byId, make, setText } from "../shared/dom.js";
import { icon, stateIcon } from "../shared/icon.js";
import { CHEVRON_RIGHT } from "../shared/icons.js";
import { notice } from "../shared/remarks.js";
import { address } from "../shared/routes.js";
import { remarkLine } from "../shared/signs.js";
import { LANES, progressOf, shownState } from "../shared/states.js";
import { counted } from "../shared/text.js";
import { branchBadge } from "../shared/trees.js";
import { lanesOf, ownRemarks, sums } from "./lanes.js";
import { matches } from "./matching.js";
import { TaskList, arrange } from "./task_list.js";

/** @import { Attention } from "../shared/attention.js" */
/** @import { Presence } from "../shared/presence.js" */
/** @import { Change, Project } from "../shared/project.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Lane } from "./lanes.js" */
/** @import { Selection } from "./selection.js" */
/** @import { Status } from "./status.js" */
/** @import { Ticking } from "./ticking.js" */

const WIDE = 320; // CSS pixels of the panel
const FEW = 4; // open changes; so many begin opened where they need somebody or are worked on
const OPEN_AT_FIRST = new Set(["in_progress", "attention"]);

/** A name in lower case, with one space for each run of separators. @param {string} name */
const bare = (name) => name.toLowerCase().replace(/[\s_-]+/g, " ");

export class ChangeList {
  /**
   * @param {{project: Project, selection: Selection, ticking: Ticking, status: Status,
   *   presence: Presence, attention: Attention, session: Session}} of
   */
  constructor({ project, selection, ticking, status, presence, attention, session }) {
    this.presence = presence;
    this.attention = attention;
    this.session = session;
    this.project = project;
    this.selection = selection;
    this.ticking = ticking;
    this.root = byId("changes");
    this.lanes = new Map(LANES.map(({ key }) => [key, makeLane(key)]));
    /** @type {Map<string, ReturnType<ChangeList["makeItem"]>>} */
    this.items = new Map();
    for (const source of [project, presence, attention])
      source.addEventListener("change", () => this.#schedule());
    ticking.addEventListener("change", () => this.#schedule());
    status.addEventListener("change", () => this.#schedule());
    selection.addEventListener("filter", () => this.show());
    selection.addEventListener("change", () => this.#showSelected(true));
    selection.addEventListener("hover", () => this.#showHovered());
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
    const lanes = lanesOf(project.changes.values());
    for (const lane of lanes) this.#showLane(lane);
    for (const [name, item] of this.items) {
      if (project.changes.has(name)) continue;
      item.element.remove();
      this.items.delete(name);
    }
    arrange(
      this.root,
      lanes
        .filter(({ changes }) => changes.some((change) => matches(change, this.selection.filter)))
        .map(({ key }) => /** @type {any} */ (this.lanes.get(key)).element),
    );
    this.#showRest();
    this.#showSelected(false);
  }

  /** @param {Lane} lane */
  #showLane({ key, title, changes, notices }) {
    const shown = this.lanes.get(key);
    if (!shown) return;
    setText(shown.title, title);
    const { filter } = this.selection;
    const meant = changes.filter((change) => matches(change, filter));
    setText(shown.count, filter ? `${meant.length} of ${changes.length}` : `${changes.length}`);
    const lines = filter ? [] : notices;
    shown.notices.replaceChildren(
      ...lines.map(({ text, tone, count }) =>
        make("li", { class: `shared ${tone}`, title: text }, make("b", {}, `${count}`), ` ${text}`),
      ),
    );
    arrange(
      shown.list,
      meant.map((change) => this.#showChange(change, key, notices)),
    );
  }

  /** @param {Change} change @param {string} lane @param {Lane["notices"]} notices */
  #showChange(change, lane, notices) {
    let item = this.items.get(change.change);
    if (!item) {
      item = this.makeItem(change.change);
      this.items.set(change.change, item);
      const few = this.project.changes.size < FEW;
      this.#open(item, few && OPEN_AT_FIRST.has(lane), change);
    }
    const shared = notices.map(({ text }) => text).join("\n");
    if (item.change !== change || item.notices !== shared) {
      item.change = change;
      item.notices = shared;
      const { sign, word } = shownState(change);
      item.sign.replaceChildren(stateIcon(sign, 16, progressOf(change)));
      setText(item.word, `${word}: `);
      setText(item.progress, change.total ? `${change.done}/${change.total}` : "–");
      item.progress.setAttribute(
        "aria-label",
        change.total ? `${change.done} of ${counted(change.total, "task")} done` : "no tasks",
      );
      item.link.href = this.#address(change.change);
      const title = bare(change.title) === bare(change.change) ? "" : change.title;
      item.link.title = title ? `${change.change}: ${title}` : change.change;
      setText(item.title, title);
      item.title.hidden = !title;
      item.branch.replaceChildren(...branchBadge(change));
      const remarks = ownRemarks(change, notices);
      item.remarks.replaceChildren(...remarks.map(remarkLine));
      item.remarks.hidden = !remarks.length;
    }
    this.#showPeople(item, change.change);
    if (!item.more.hidden) item.tasks.show(change);
    return item.element;
  }

  /** Who is at it, and what is asked there. @param {any} item @param {string} change */
  #showPeople(item, change) {
    const here = this.presence.at(this.project.id, change);
    // a narrow panel has room for a name or for discs
    const most = this.root.clientWidth > WIDE ? 3 : here.length > 2 ? 1 : 2;
    const shown = here.length ? discs(here, { size: 18, most }) : null;
    const before = item.people.firstElementChild;
    if (shown ? !before?.isEqualNode(shown) : before)
      item.people.replaceChildren(...(shown ? [shown] : []));
    const asked = this.attention.needs.filter(
      (need) => need.kind === "question" && need.change === change,
    );
    const ids = asked.map(({ id }) => id).join();
    if (ids === item.asked) return;
    item.asked = ids;
    item.questions.replaceChildren(
      ...asked.map((need) =>
        make(
          "div",
          { class: "question" },
          make("p", {}, make("b", {}, need.who ?? ""), ` asks: ${questionOf(need).text}`),
          answerForm(this.session, need),
        ),
      ),
    );
    item.questions.hidden = !asked.length;
    if (asked.length) this.#open(item, true, this.project.changes.get(change));
  }

  /** @param {string} name */
  #address(name) {
    const several = document.body.classList.contains("several");
    return address("change", { name, project: several ? this.project.id : "" });
  }

  #showRest() {
    const { project } = this;
    const note = byId("list-note");
    setText(note, project.failure || project.problem);
    note.hidden = !note.textContent;
    const remark = byId("list-notice");
    remark.hidden = !project.notice;
    if (remark.textContent !== project.notice)
      remark.replaceChildren(remarkLine(notice(project.notice)));
    const any = project.changes.size > 0;
    const { filter } = this.selection;
    /** @type {HTMLAnchorElement} */ (byId("next-begin")).href = address("project", {
      name: project.id,
    });
    byId("next").hidden = any || !project.ready || Boolean(project.problem);
    byId("list-waits").hidden = project.ready;
    const none = byId("list-none");
    none.hidden = !any || !filter || this.root.childElementCount > 0;
    if (!none.hidden) setText(none, `No change has “${filter}”.`);
    const meant = [...project.changes.values()].filter((change) => matches(change, filter));
    byId("hits").hidden = !filter || !meant.length;
    setText(byId("hits-text"), filter ? `${meant.length} of ${project.changes.size}` : "");
    const archived = byId("archived");
    archived.hidden = !project.ready || !project.archived.length;
    setText(archived, `${counted(project.archived.length, "change")} archived`);
    const [done, total] = sums(project.changes.values());
    byId("overall").hidden = !total;
    const bar = /** @type {HTMLProgressElement} */ (byId("overall-bar"));
    bar.max = total || 1;
    bar.value = done;
    setText(
      byId("overall-text"),
      `${done.toLocaleString("en")} of ${total.toLocaleString("en")} tasks`,
    );
  }

  /** @param {boolean} scroll whether its row comes into view */
  #showSelected(scroll) {
    for (const [name, item] of this.items) {
      const selected = name === this.selection.change;
      item.element.classList.toggle("selected", selected);
      if (selected) item.link.setAttribute("aria-current", "true");
      else item.link.removeAttribute("aria-current");
      if (selected && scroll) item.element.scrollIntoView({ block: "nearest" });
    }
  }

  #showHovered() {
    for (const [name, { element }] of this.items) {
      element.classList.toggle("hovered", name === this.selection.hovered);
    }
  }

  /** @param {ReturnType<ChangeList["makeItem"]>} item @param {boolean} open
   * @param {Change} [change] */
  #open(item, open, change) {
    item.more.hidden = !open;
    item.fold.setAttribute("aria-expanded", String(open));
    if (open && change) item.tasks.show(change);
  }

  /** @param {string} name */
  makeItem(name) {
    const sign = make("span", { class: "sign-of" });
    const word = make("span", { class: "sr" });
    const text = make("span", { class: "name", textContent: name });
    const link = make("a", { class: "to", draggable: false }, word, text);
    const progress = make("span", { class: "num", role: "img" });
    const fold = make("button", {
      type: "button",
      class: "fold",
      "aria-label": `Tasks of ${name}`,
      "aria-expanded": "false",
    });
    fold.append(icon(CHEVRON_RIGHT, 14));
    const title = make("p", { class: "title" });
    const people = make("span", { class: "at-it" });
    const questions = make("div", { class: "questions", hidden: true });
    const remarks = make("div", { class: "remarks" });
    const tasks = new TaskList(name, this.ticking);
    const more = make("div", { class: "inside", hidden: true }, title, remarks);
    more.append(questions, tasks.element);
    const branch = make("span", { class: "branch-of" });
    const row = make("div", { class: "row" }, sign, link, branch, people, progress, fold);
    const element = make("li", { class: "change" }, row, more);
    const parts = { element, row, sign, word, link, branch, progress, fold };
    const item = {
      ...parts,
      title,
      remarks,
      tasks,
      more,
      people,
      questions,
      asked: "",
      change: /** @type {Change | null} */ (null),
      notices: "",
    };
    this.#listen(name, item);
    return item;
  }

  /** @param {string} name @param {any} item */
  #listen(name, item) {
    const { row, link, fold, more } = item;
    const current = () => this.project.changes.get(name);
    const onFold = (/** @type {Event} */ event) => fold.contains(event.target);
    fold.addEventListener("click", () => this.#open(item, more.hidden, current()));
    row.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      if (onFold(event)) return;
      // by the keyboard a link leads to its page, and with a modifier where browsers lead then
      const native = event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey;
      if (native) return;
      event.preventDefault();
      if (innerWidth < 760) this.#open(item, more.hidden, current());
      else this.selection.select(name, true);
    });
    row.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => {
      if (innerWidth >= 760 && !onFold(event)) location.assign(link.href);
    });
    row.addEventListener("pointerenter", () => this.selection.hover(name));
    row.addEventListener("pointerleave", () => this.selection.hover(""));
  }
}

/** @param {string} key */
function makeLane(key) {
  const title = make("span");
  const count = make("span", { class: "num" });
  const heading = make("h3", { id: `lane-${key}` }, title, count);
  const notices = make("ul", { class: "notices" });
  const list = make("ul", { class: "changes" });
  const element = make(
    "section",
    { class: "lane", "aria-labelledby": heading.id },
    heading,
    notices,
    list,
  );
  element.dataset.lane = key;
  return { element, title, count, notices, list };
}
