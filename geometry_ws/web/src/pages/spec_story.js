/** Where a spec's requirements come from, and what open changes do to them. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE, GIT_BRANCH, PENCIL } from "../shared/icons.js";
import { shownState } from "../shared/states.js";
import { deltaId } from "./deltas.js";
import { name, section, stateSign } from "./parts.js";

/** @import { Page } from "./page.js" */

const DOES = /** @type {Readonly<Record<string, string>>} */ (
  Object.freeze({
    ADDED: "adds it",
    MODIFIED: "rewrites it",
    REMOVED: "removes it",
    RENAMED: "renames it",
  })
);
/** What archived changes did, the latest first. */
const DID = Object.freeze({ changed: "changed it", renamed: "renamed it", brought: "brought it" });

/** The day of an archived change. @param {{date: string}} step */
export const dayOf = ({ date }) =>
  date
    ? new Date(`${date}T12:00:00`).toLocaleDateString("en", {
        year: date.slice(0, 4) === String(new Date().getFullYear()) ? undefined : "numeric",
        month: "short",
        day: "numeric",
      })
    : "";

/** Which open changes touch a requirement, and which archived ones it comes from.
 * @param {Page} page the spec's @param {string} requirement @param {any[]} touching
 * @param {any} known where requirements come from */
export function story(page, requirement, touching, known) {
  const rows = touching
    .filter((touch) => touch.requirement === requirement)
    .map(({ change, operation }) => {
      const open = page.project.changes.get(change);
      const hash = deltaId(page.route.name, requirement);
      const { tone = "", word = "" } = open ? shownState(open) : {};
      return make(
        "li",
        { class: `open ${tone}`, "data-key": change },
        ...(open ? [stateSign(open, 14)] : [icon(GIT_BRANCH, 14)]),
        make(
          "a",
          { class: "quiet", href: page.to("change", { name: change, hash }) },
          name(change),
        ),
        make("span", {
          class: "soft",
          textContent: [DOES[operation] ?? operation, word.toLowerCase()]
            .filter(Boolean)
            .join("; "),
        }),
      );
    });
  const origin = known?.requirements.find(
    (/** @type {any} */ each) => each.requirement === requirement,
  );
  for (const [key, words] of Object.entries(DID)) {
    const step = origin?.[key];
    if (step) rows.push(archivedStep(page, step, words));
  }
  if (origin?.edited) rows.push(make("li", { class: "soft" }, icon(PENCIL, 14), "written by hand"));
  return make("ul", { class: "touches", "aria-label": `What touches ${requirement}` }, ...rows);
}

/** @param {Page} page @param {any} step @param {string} words */
function archivedStep(page, step, words) {
  const title = step.by ? `by ${step.by}` : "";
  return make(
    "li",
    { "data-key": `${words} ${step.archived}`, title },
    icon(ARCHIVE, 14),
    make(
      "a",
      { class: "quiet", href: page.to("archived", { name: step.archived }) },
      name(step.change),
    ),
    make("span", { class: "soft", textContent: [words, dayOf(step)].filter(Boolean).join(", ") }),
  );
}

/** Requirements that archived changes have removed. @param {Page} page the spec's
 * @param {any} known where requirements come from */
export function removed(page, known) {
  const gone = known?.gone ?? [];
  if (!gone.length) return [];
  const listed = page.portion("gone", gone, 20, () => "");
  const rows = listed.first.map(({ requirement, removed: step }) =>
    make(
      "li",
      { "data-key": requirement },
      icon(ARCHIVE, 14),
      make("del", {}, name(requirement)),
      make(
        "a",
        { class: "quiet", href: page.to("archived", { name: step.archived }) },
        name(step.change),
      ),
      make("span", { class: "number-of", textContent: dayOf(step) }),
    ),
  );
  const count = make("span", { class: "count", textContent: String(gone.length) });
  return [
    section(
      "gone",
      "What was here before",
      [" ", count],
      [make("ul", { class: "linked" }, ...rows), ...listed.more],
    ),
  ];
}
