/** The open changes as a table that sorts; on a phone the same rows are two lines each. */

import { absent, discs } from "../shared/discs.js";
import { make } from "../shared/dom.js";
import { daysOld, movedAt, shownState } from "../shared/states.js";
import { branchBadge } from "../shared/trees.js";
import { name, segments, since, stateSign, titleBeside } from "./parts.js";
import { listed } from "./specs.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Page } from "./page.js" */

const COLUMNS = Object.freeze([
  { title: "Change", order: "name", kind: "change" },
  { title: "State", order: "attention", kind: "state" },
  { title: "Tasks", order: "progress", kind: "tasks" },
  { title: "Specs", order: "", kind: "specs" },
  { title: "Who", order: "", kind: "who" },
  { title: "Moved", order: "recent", kind: "moved" },
  { title: "Age", order: "", kind: "age" },
]);
const MOST_SPECS = 3;

/**
 * @param {Page} page @param {Change[]} changes in their order @param {string} order that is shown
 */
export function changeTable(page, changes, order) {
  const { presence } = page.app.header;
  const { id } = page.project;
  const anybody = changes.some(
    ({ moved, change }) => moved?.by || presence.at(id, change).length > 0,
  );
  const aged = changes.some(({ created }) => created);
  const shown = { who: anybody, age: aged };
  const columns = COLUMNS.filter(({ kind }) => shown[/** @type {"who" | "age"} */ (kind)] ?? true);
  return make(
    "table",
    { class: "changes", "data-key": "changes" },
    make("thead", {}, make("tr", {}, ...columns.map((column) => head(column, order)))),
    make("tbody", {}, ...changes.map((change) => row(page, change, shown))),
  );
}

/** @param {{title: string, order: string, kind: string}} column @param {string} order */
function head({ title, order: key, kind }, order) {
  const here = key && order.replace(/^-/, "") === key;
  const sorted = here ? { "aria-sort": order.startsWith("-") ? "descending" : "ascending" } : {};
  const label = key
    ? make("button", {
        type: "button",
        class: "sort",
        "data-do": "sort",
        value: here && !order.startsWith("-") ? `-${key}` : key,
        textContent: title,
      })
    : title;
  return make("th", { class: kind, scope: "col", ...sorted }, label);
}

/** @param {Page} page @param {Change} change @param {{who: boolean, age: boolean}} shown columns */
function row(page, change, shown) {
  const { change: id, moved, specs = [] } = change;
  const href = page.to("change", { name: id });
  const title = titleBeside(change);
  const summary = title ? [make("span", { class: "title" }, name(title))] : [];
  const links = specs
    .slice(0, MOST_SPECS)
    .map((spec) =>
      make("a", { class: "quiet", href: page.to("spec", { name: spec }) }, name(spec)),
    );
  const more = specs.length - links.length;
  const at = movedAt(change);
  const begun = change.created ? `begun on ${change.created}` : "";
  return make(
    "tr",
    { "data-key": id },
    make(
      "th",
      { class: "change", scope: "row" },
      make(
        "div",
        {},
        stateSign(change),
        make("a", { class: "row-name", href, title: id }, name(id)),
        ...branchBadge(change),
        ...summary,
      ),
    ),
    make("td", { class: "state-word", textContent: shownState(change).word }),
    make(
      "td",
      { class: "tasks" },
      make(
        "div",
        {},
        segments(change),
        make("span", { class: "done", textContent: counts(change) }),
      ),
    ),
    make("td", { class: "specs" }, ...listed(links), ...(more > 0 ? [` + ${more}`] : [])),
    ...(shown.who ? [make("td", { class: "who" }, ...who(page, change))] : []),
    make("td", { class: "moved" }, ...(at ? [since(at)] : [])),
    ...(shown.age ? [make("td", { class: "age", title: begun, textContent: oldOf(change) })] : []),
  );
}

/** Who is at a change now, or who was last. @param {Page} page @param {Change} change */
function who(page, { change, moved }) {
  const here = page.app.header.presence.at(page.project.id, change);
  if (here.length) return [discs(here, { size: 20 })];
  if (!moved?.by) return [];
  const last = make("span", { class: "last", title: `${moved.by} was last at it` });
  last.append(absent(moved.by, 20), name(moved.by));
  return [last];
}

/** How many days old a change is. @param {Change} change */
function oldOf(change) {
  const days = daysOld(change);
  return change.created ? (days ? `${days} d` : "today") : "";
}

/** @param {Change} change */
const counts = ({ done, total }) => (total ? `${done}/${total}` : "–");
