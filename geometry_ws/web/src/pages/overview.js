/** A project at a glance: numbers, what needs attention, and its open changes. */

import { make } from "../shared/dom.js";
import { recall, remember } from "../shared/memory.js";
import { GROUPS } from "../shared/project.js";
import { archivingOf, notice, remarksOn } from "../shared/remarks.js";
import { remarkLine, sign } from "../shared/signs.js";
import { counted } from "../shared/text.js";
import { choose, ORDERS } from "./filter.js";
import { Page } from "./page.js";
import { name, note, progress, stateBadge, stateOf, trouble, verdictBadge, when } from "./parts.js";

/** @import { Change } from "../shared/project.js" */
/** @import { SignName, Tone } from "../shared/remarks.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const PAUSE_MS = 500; // between two counts while much happens

export class OverviewPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.counts = this.live("project_counts", {}, PAUSE_MS);
    this.overlaps = this.live("project_overlaps", {}, PAUSE_MS);
    this.text = route.query.get("filter") ?? "";
    this.group = route.query.get("state") ?? "";
    this.order = route.query.get("order") ?? recall("order") ?? "attention";
  }

  get title() {
    return "Changes";
  }

  onEvents() {
    this.counts.refresh();
    this.overlaps.refresh();
  }

  view() {
    const { project } = this;
    const problem = project.failure || project.problem;
    return [
      make("h1", { tabIndex: -1 }, name(project.title || project.id || "Project")),
      ...(problem ? [note(problem, "trouble")] : []),
      ...(project.notice ? [remarkLine(notice(project.notice))] : []),
      this.#numbers(),
      this.#needed(),
      ...(project.ready ? this.#changes() : [trouble(null, "Reading the project…")]),
    ];
  }

  #numbers() {
    const counts = this.counts.value;
    if (!counts) return make("dl", { class: "numbers" });
    const { deltas, changes } = counts;
    const scenarios = counted(counts.scenarios, "scenario");
    const requirements = `${counted(counts.requirements, "requirement")}, ${scenarios}`;
    const touched = ["added", "modified", "removed", "renamed"]
      .filter((key) => deltas[key])
      .map((key) => `${deltas[key]} ${key}`)
      .join(", ");
    const share = counts.total ? Math.floor((counts.done / counts.total) * 100) : 0;
    return make(
      "dl",
      { class: "numbers" },
      number("Open changes", changes.total, touched && `requirements: ${touched}`),
      number(
        "Tasks done",
        `${counts.done.toLocaleString("en")} of ${counts.total.toLocaleString("en")}`,
        `${share} %`,
      ),
      number("Specs", counts.specs, requirements, this.to("specs")),
      number("Archived", counts.archived, "the timeline", this.to("archive")),
    );
  }

  /** What needs attention. */
  #needed() {
    const changes = [...this.project.changes.values()];
    const invalid = changes.filter((change) => stateOf(change.state).group === "attention").length;
    const specs = [...this.project.specs.values()].filter(
      (spec) => spec.verdict && !spec.verdict.valid,
    ).length;
    const conflicts = (this.overlaps.value?.requirements ?? []).filter(
      (/** @type {any} */ overlap) => overlap.kind === "conflict",
    ).length;
    /** @type {Node[]} */
    const items = [];
    /** @param {number} count @param {string} words @param {string} href
     * @param {Tone} tone @param {SignName} shape */
    const add = (count, words, href, tone = "bad", shape = "problem") => {
      if (!count) return;
      const link = make("a", { href, class: tone }, sign(shape), " ", words);
      items.push(make("li", {}, link));
    };
    add(
      conflicts,
      counted(conflicts, "conflict between open changes", "conflicts between open changes"),
      this.to("overlaps"),
      "warn",
      "conflict",
    );
    const moved = changes.filter((change) => change.base_moved?.length).length;
    add(
      moved,
      counted(moved, "change written against an older spec", "changes written against older specs"),
      this.to("overlaps"),
      "warn",
      "moved",
    );
    add(
      invalid,
      counted(invalid, "invalid change"),
      this.to("project", { name: this.project.id, query: { state: "attention" } }),
    );
    add(specs, counted(specs, "invalid spec"), this.to("specs", { query: { state: "attention" } }));
    const complete = this.to("project", { name: this.project.id, query: { state: "complete" } });
    const refused = changes.filter((change) => archivingOf(change) === "refused").length;
    const words = ["complete change", "that archiving would refuse"];
    add(
      refused,
      counted(refused, words.join(" "), `${words[0]}s ${words[1]}`),
      complete,
      "warn",
      "refused",
    );
    const ready = changes.filter((change) => archivingOf(change) === "ready").length;
    const archivable = counted(ready, "change ready to archive", "changes ready to archive");
    add(ready, archivable, complete, "good", "ready");
    return make("ul", { class: "needed", "aria-label": "Needs attention" }, ...items);
  }

  /** @param {Change[]} all */
  #chips(all) {
    const groups = GROUPS.map((group) => ({
      ...group,
      count: all.filter((change) => stateOf(change.state).group === group.key).length,
    }));
    return [{ key: "", title: "All", count: all.length }, ...groups].map((group) =>
      make(
        "button",
        {
          type: "button",
          class: "chip",
          "data-do": "group",
          value: group.key,
          "data-key": `chip-${group.key}`,
          "aria-pressed": String(this.group === group.key),
          disabled: !group.count && this.group !== group.key,
        },
        group.title,
        " ",
        make("span", { class: "count", textContent: String(group.count) }),
      ),
    );
  }

  #changes() {
    const all = [...this.project.changes.values()];
    const shown = choose(all, this);
    const order = make(
      "select",
      { "data-do": "order", "data-key": "order" },
      ...ORDERS.map(({ key, title }) => make("option", { value: key, textContent: title })),
    );
    order.value = this.order;
    const filter = make("input", {
      type: "search",
      value: this.text,
      "data-do": "filter",
      "data-own": "",
      "data-key": "filter",
      placeholder: "Filter by name",
      autocomplete: "off",
      spellcheck: false,
      "aria-label": "Filter by name",
    });
    const summary =
      shown.length === all.length
        ? counted(all.length, "open change")
        : `${shown.length} of ${counted(all.length, "open change")}`;
    return [
      make(
        "div",
        { class: "tools" },
        filter,
        make("div", { class: "chips", role: "group", "aria-label": "State" }, ...this.#chips(all)),
        make("label", { class: "order" }, "Order ", order),
      ),
      make("h2", { class: "soft", role: "status", textContent: summary }),
      make("ul", { class: "rows changes" }, ...shown.map((change) => this.#row(change))),
      ...(all.length
        ? []
        : [
            note(
              "No open changes. Ask your coding agent for one, or: " +
                "openspec new change add-something",
            ),
          ]),
    ];
  }

  /** @param {Change} change */
  #row(change) {
    const title =
      change.title && bare(change.title) !== bare(change.change)
        ? [make("p", { class: "soft title" }, name(change.title))]
        : [];
    return make(
      "li",
      { class: "row", "data-key": change.change },
      make(
        "div",
        { class: "row-head" },
        make(
          "a",
          { class: "row-name", href: this.to("change", { name: change.change }) },
          name(change.change),
        ),
        stateBadge(change),
        ...(change.verdict && stateOf(change.state).group !== "attention" && !change.verdict.strict
          ? [verdictBadge(change.verdict)]
          : []),
      ),
      ...title,
      ...remarksIn(change),
      make(
        "div",
        { class: "row-foot" },
        progress(change.done, change.total),
        make("span", {
          class: "done",
          textContent: change.total ? `${change.done} of ${change.total}` : "no tasks",
        }),
        ...(change.modified ? [make("span", { class: "when" }, when(change.modified))] : []),
      ),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "filter" && event.type === "input") this.text = element.value;
    else if (what === "group") this.group = element.value;
    else if (what === "order" && event.type === "change") {
      this.order = element.value;
      remember("order", this.order);
    } else return;
    const query = /** @type {Record<string, string>} */ ({});
    if (this.text) query.filter = this.text;
    if (this.group) query.state = this.group;
    this.app.go(this.to("project", { name: this.project.id, query }), { replace: true });
  }

  /** @param {Route} route */
  onRoute(route) {
    super.onRoute(route);
    this.text = route.query.get("filter") ?? "";
    this.group = route.query.get("state") ?? "";
  }
}

/** @param {Change} change */
function remarksIn(change) {
  // that it is ready says its badge
  const remarks = remarksOn(change).filter((remark) => remark.sign !== "ready");
  return remarks.length ? [make("div", { class: "remarks" }, ...remarks.map(remarkLine))] : [];
}

/** A name in lower case, with one space for each run of separators. @param {string} text */
const bare = (text) => text.toLowerCase().replace(/[\s_-]+/g, " ");

/** @param {string} term @param {string | number} value @param {string} more
 * @param {string} [href] */
function number(term, value, more, href) {
  const shown = typeof value === "number" ? value.toLocaleString("en") : value;
  return make(
    "div",
    {},
    make("dt", { textContent: term }),
    make(
      "dd",
      {},
      make("strong", {}, href ? make("a", { href, textContent: shown }) : shown),
      make("span", { class: "soft", textContent: more }),
    ),
  );
}
