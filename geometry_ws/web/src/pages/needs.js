/** What needs somebody, as rows: what it is about, why, since when, and what to do about it. */

import { make } from "../shared/dom.js";
import { stateIcon } from "../shared/icon.js";
import { name, when } from "./parts.js";

/** @import { Need, NeedKind } from "../shared/attention.js" */
/** @import { StateSign } from "../shared/states.js" */
/** @import { Page } from "./page.js" */

/** What is seen of each kind, and where its button leads to on the change's page. */
const KINDS = /** @type {Readonly<Record<NeedKind, [StateSign, string, string]>>} */ (
  Object.freeze({
    conflict: ["conflict", "Compare", "conflicts"],
    base_moved: ["base-moved", "Merge", "bases"],
    refused: ["refused", "Open delta", "deltas"],
    invalid: ["invalid", "Open", "problems"],
    unreadable: ["unreadable", "Open", "problems"],
    ready: ["complete", "Read", ""],
  })
);

/** @param {Page} page @param {Need[]} needs */
export function needsList(page, needs) {
  return make("ul", { class: "needs-list" }, ...needs.map((need) => row(page, need)));
}

/** @param {Page} page @param {Need} need */
function row(page, { id, kind, change, since, why }) {
  const [sign, word, hash] = KINDS[kind];
  const href = page.to("change", { name: change });
  return make(
    "li",
    { class: `need ${kind}`, "data-key": id },
    stateIcon(sign),
    make("a", { class: "row-name", href }, name(change)),
    make("p", { class: "why", textContent: why }),
    make("span", { class: "since" }, ...(since ? [when(since)] : [])),
    make(
      "span",
      { class: "actions" },
      make("a", {
        class: `button small${kind === "ready" ? " quiet" : ""}`,
        href: page.to("change", { name: change, hash }),
        "aria-label": `${word}: ${change}`,
        textContent: word,
      }),
    ),
  );
}
