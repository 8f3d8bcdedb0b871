/** The head of a change's page, and what stands beside its texts. */

import { boardAddress } from "../shared/base.js";
import { make } from "../shared/dom.js";
import { discs } from "../shared/discs.js";
import { icon } from "../shared/icon.js";
import * as icons from "../shared/icons.js";
import { spot } from "../shared/routes.js";
import { LANES, daysOld, movedAt, shownState } from "../shared/states.js";
import { counted } from "../shared/text.js";
import { branchBadge, copyFacts } from "../shared/trees.js";
import {
  name,
  note,
  section,
  segments,
  stateBadge,
  stateSign,
  titleBeside,
  trouble,
  when,
} from "./parts.js";

/** @import { Change } from "../shared/project.js" */
/** @import { Page } from "./page.js" */

const MOST_NEAR = 8; // changes that touch the same specs

/** @param {Page} page @param {Change} change @param {boolean} gone */
export function changeHead(page, change, gone) {
  const title = titleBeside(change);
  const state = gone
    ? [
        make("span", {
          class: "badge",
          textContent: archivedAs(page, change).length ? "Archived" : "Gone",
        }),
      ]
    : [stateBadge(change), ...branchBadge(change)];
  return [
    make(
      "nav",
      { class: "crumb", "aria-label": "Where this is", "data-key": "crumb" },
      ...crumbs(page, change, gone),
    ),
    make(
      "div",
      { class: "head", "data-key": "head" },
      make(
        "div",
        {},
        make(
          "div",
          { class: "named" },
          gone ? icon(icons.ARCHIVE, 20) : stateSign(change, 20),
          page.heading(name(change.change)),
          ...state,
        ),
        ...(title ? [make("p", { class: "lead" }, name(title))] : []),
      ),
      ...(gone ? [] : [make("div", { class: "actions" }, ...actions(page, change))]),
    ),
    make("ul", { class: "facts", "aria-label": "In numbers" }, ...facts(page, change, gone)),
  ];
}

/** Where the change is: in a lane, and when it is no longer open in the archive or nowhere.
 * @param {Page} page @param {Change} change @param {boolean} gone */
function crumbs(page, change, gone) {
  const { id } = page.project;
  const all = make("a", { href: page.to("project", { name: id }), textContent: "Changes" });
  if (gone && !archivedAs(page, change).length) return [all];
  if (gone) return [make("a", { href: page.to("archive"), textContent: "Archive" })];
  const { lane } = shownState(change);
  const { title } = LANES.find(({ key }) => key === lane) ?? LANES[0];
  return [
    all,
    make("span", { class: "between", "aria-hidden": "true", textContent: "/" }),
    make("a", { href: page.to("project", { name: id, query: { state: lane } }) }, title),
  ];
}

/** @param {Page} page @param {Change} change */
function actions(page, change) {
  const query = new URLSearchParams();
  if (page.app.several) query.set("project", page.project.id);
  query.set("change", change.change);
  const ready = shownState(change).word === "Ready to archive";
  const against = change.archiving?.can === false ? (change.archiving.why ?? "") : "";
  return [
    make(
      "a",
      { class: "button", href: boardAddress(query) },
      icon(icons.COLUMNS_3, 14),
      make("span", { textContent: "Show on board" }),
    ),
    make(
      "button",
      {
        type: "button",
        "data-do": "edit-proposal",
        "data-key": "edit-proposal",
        title: "Edit (E)",
      },
      icon(icons.PENCIL, 14),
      "Edit",
    ),
    make(
      "button",
      {
        type: "button",
        class: ready ? "main" : "quiet",
        "data-do": "archive",
        "data-key": "archive",
        title: against ? `Archive (A). It would be refused now: ${against}` : "Archive (A)",
      },
      icon(icons.ARCHIVE, 14),
      "Archive…",
    ),
  ];
}

/** @param {Page} page @param {Change} change @param {boolean} gone */
function facts(page, change, gone) {
  const { done, total, specs = [], moved, created } = change;
  const at = movedAt(change);
  const days = daysOld(change);
  const words = total ? `${done} of ${counted(total, "task")} done` : "no tasks";
  return [
    make(
      "li",
      { class: "far" },
      ...(total ? [segments(change)] : []),
      make("span", { textContent: words }),
    ),
    ...specs.map((spec) =>
      make(
        "li",
        {},
        icon(icons.BOOK_OPEN, 14),
        make("a", { class: "quiet", href: page.to("spec", { name: spec }) }, name(spec)),
      ),
    ),
    ...(at
      ? [
          make(
            "li",
            {},
            icon(icons.CLOCK, 14),
            make(
              "span",
              { title: created ? `begun on ${created}` : "" },
              ...(created ? [`${days ? `${counted(days, "day")} old` : "begun today"}, `] : []),
              "moved ",
              when(at),
              ...(moved?.by ? [" by ", name(moved.by)] : []),
            ),
          ),
        ]
      : []),
    ...(gone ? [] : copyFacts(change)),
    ...hereOf(page, change.change),
  ];
}

/** Who is at it just now. @param {Page} page @param {string} change */
function hereOf(page, change) {
  const here = page.app.header.presence.at(page.project.id, change);
  if (!here.length) return [];
  const words = here.length === 1 ? [name(here[0].name), " is here"] : [`${here.length} are here`];
  return [make("li", { class: "here" }, discs(here, { size: 20 }), make("span", {}, ...words))];
}

/** The folders in the archive that a change may be, the latest first.
 * @param {Page} page @param {Change} change */
const archivedAs = ({ project }, { change }) =>
  project.archived
    .filter((folder) => folder === change || folder.replace(/^\d{4}-\d{2}-\d{2}-/, "") === change)
    .sort()
    .reverse();

/** What became of a change that was open a moment ago. @param {Page} page @param {Change} change */
export function whereabouts(page, change) {
  const folders = archivedAs(page, change);
  const words = folders.length
    ? [
        "This change was archived: ",
        ...folders.map((folder) =>
          make("a", { href: page.to("archived", { name: folder }) }, name(folder)),
        ),
      ]
    : ["This change is gone: its folder was removed or renamed."];
  return make("p", { class: "note gone", role: "status", "data-key": "gone" }, ...words);
}

const SIGNS = /** @type {Readonly<Record<string, string>>} */ (
  Object.freeze({
    done: icons.CHECK,
    ready: icons.PLUS,
    blocked: icons.CLOCK,
    skipped: icons.MINUS,
  })
);

/** The documents that the schema asks for, and where each stands.
 * @param {any} status of one change @param {any} problem @param {boolean} gone */
export function artifacts(status, problem, gone) {
  if (!status) return section("artifacts", "Documents", [], [trouble(problem)]);
  const rows = status.artifacts.map((/** @type {any} */ artifact) => {
    const { id, status: stands, missing, generates } = artifact;
    const plain = !/[*?[\]{}]/.test(generates);
    const delta = /^specs\/.*\*/.test(generates) && stands !== "blocked";
    const writes = ((stands === "ready" && plain) || delta) && !gone;
    const document = stands === "done" && !/[*?[\]{}]/.test(generates) ? generates : "";
    const label = document
      ? make("a", { class: "quiet", href: `#${encodeURIComponent(spot(document))}` }, id)
      : make("span", { textContent: id });
    const word = stands === "done" ? "Add" : "Write it";
    return make(
      "li",
      { "data-key": id, class: stands },
      icon(SIGNS[stands] ?? icons.MINUS, 14),
      label,
      ...(missing.length
        ? [make("span", { class: "soft", textContent: `waits for ${missing.join(", ")}` })]
        : []),
      ...(writes
        ? [
            make("button", {
              type: "button",
              class: "small",
              "data-do": delta ? "write-delta" : "write",
              value: delta ? "" : generates,
              "aria-label": `${word}: ${id}`,
              textContent: word,
            }),
          ]
        : []),
    );
  });
  const schema = make("span", { class: "count", textContent: status.schema });
  return section(
    "artifacts",
    "Documents",
    [" ", schema],
    [
      ...(status.problem ? [note(status.problem, "trouble")] : []),
      make("ul", { class: "linked" }, ...rows),
    ],
  );
}

/** Other open changes that touch the same specs. @param {Page} page @param {Change} change */
export function near(page, { change: id, specs = [] }) {
  const all = [...page.project.changes.values()].filter(
    (other) => other.change !== id && other.specs?.some((spec) => specs.includes(spec)),
  );
  if (!all.length) return [];
  const where = specs.length === 1 ? `Also touch ${specs[0]}` : "Touch the same specs";
  return [
    section(
      "near",
      where,
      [" ", make("span", { class: "count", textContent: String(all.length) })],
      [
        make(
          "ul",
          { class: "linked" },
          ...all
            .slice(0, MOST_NEAR)
            .map((other) =>
              make(
                "li",
                { "data-key": other.change },
                stateSign(other, 14),
                make(
                  "a",
                  { class: "quiet", href: page.to("change", { name: other.change }) },
                  name(other.change),
                ),
                make("span", { class: "number-of", textContent: `${other.done}/${other.total}` }),
              ),
            ),
        ),
      ],
    ),
  ];
}
