/**
 * The requirements on which a change contradicts other open ones: both texts beside each other, on
 * that change's page.
 */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { rows } from "./deltas.js";
import { name, section, trouble } from "./parts.js";
import { listed } from "./specs.js";

/** @import { Change, Conflict } from "../shared/project.js" */
/** @import { Live } from "./live.js" */
/** @import { Lazy } from "./morph.js" */
/** @import { Page } from "./page.js" */

const MOST = 3; // others whose texts are compared

/** @typedef {Page & {deltas: Live, others: Map<string, Live>}} Comparing */

/** @param {Comparing} page @param {Change} change */
export function conflictSection(page, { conflicts = [] }) {
  if (!conflicts.length) return [];
  return [
    section(
      "conflicts",
      "Conflicts",
      [" ", make("span", { class: "count", textContent: String(conflicts.length) })],
      [
        make(
          "p",
          { class: "lead" },
          "Other open changes contradict this one. ",
          make("a", { href: page.to("overlaps"), textContent: "Where changes meet" }),
        ),
        ...conflicts.map((conflict) => card(page, conflict)),
      ],
    ),
  ];
}

/** @param {Comparing} page @param {Conflict} conflict */
function card(page, { spec, requirement, changes, why, more = 0 }) {
  const links = changes.map((change) =>
    make("a", { href: page.to("change", { name: change, hash: "conflicts" }) }, name(change)),
  );
  const others = more ? [make("span", {}, counted(more, "other change"))] : [];
  return make(
    "article",
    { class: "card conflict", "data-key": `${spec}\n${requirement}` },
    make(
      "div",
      { class: "about" },
      make(
        "h3",
        {},
        "“",
        name(requirement),
        "” is also changed by ",
        ...listed([...links, ...others]),
      ),
      make("p", { class: "soft", textContent: why }),
    ),
    ...changes.slice(0, MOST).map((other) => compared(page, spec, requirement, other)),
  );
}

/** What this change makes of a requirement, beside what another one does.
 * @param {Comparing} page @param {string} spec @param {string} requirement @param {string} other */
function compared(page, spec, requirement, other) {
  const live = page.others.get(other) ?? page.live("change_deltas", { change: other }, 500);
  page.others.set(other, live);
  if (!page.deltas.value || !live.value) return trouble(live.problem, "Reading both texts…");
  const ours = textOf(page.deltas.value, spec, requirement);
  const theirs = textOf(live.value, spec, requirement);
  const box = make("div", { class: "compared", "data-memo": `${other}\n${ours}\n\n${theirs}` });
  /** @type {Lazy} */ (box).fill = () => [rows(ours, theirs, ["This change", other])];
  return box;
}

/** What a change makes of a requirement, in words where it has no text.
 * @param {any} value of change.deltas @param {string} spec @param {string} requirement */
function textOf(value, spec, requirement) {
  const delta = value.deltas
    .find((/** @type {any} */ each) => each.spec === spec)
    ?.requirements.find((/** @type {any} */ each) =>
      [each.requirement, each.renamed_from].includes(requirement),
    );
  if (!delta) return "It doesn't touch it any more.";
  return delta.after ?? (delta.operation === "REMOVED" ? "It is removed." : "");
}
