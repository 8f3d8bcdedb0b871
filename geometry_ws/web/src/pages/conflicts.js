/** The requirements on which a change contradicts other open ones, on that change's page. */

import { make } from "../shared/dom.js";
import { counted } from "../shared/text.js";
import { name, section } from "./parts.js";
import { listed } from "./specs.js";

/** @import { Conflict } from "../shared/project.js" */
/** @import { Page } from "./page.js" */

/** @param {Page} page @param {Conflict[]} all */
export function conflictSection(page, all) {
  if (!all.length) return [];
  return [
    section(
      "conflicts",
      "Conflicts",
      [" ", make("span", { class: "count", textContent: String(all.length) })],
      [
        make(
          "p",
          { class: "lead" },
          "Other open changes contradict this one. ",
          make("a", { href: page.to("overlaps") }, "All overlaps"),
        ),
        ...all.map((conflict) => card(page, conflict)),
      ],
    ),
  ];
}

/** @param {Page} page @param {Conflict} conflict */
function card(page, { spec, requirement, changes, why, more = 0 }) {
  const links = changes.map((change) =>
    make("a", { href: page.to("change", { name: change, hash: "conflicts" }) }, name(change)),
  );
  const others = more ? [make("span", {}, counted(more, "other change"))] : [];
  return make(
    "article",
    { class: "card conflict", "data-key": `${spec}\n${requirement}` },
    make(
      "h3",
      {},
      name(requirement),
      " ",
      make("span", { class: "soft" }, "in "),
      make("a", { href: page.to("spec", { name: spec }) }, name(spec)),
    ),
    make("p", {}, "Also touched by ", ...listed([...links, ...others]), "."),
    make("p", { class: "soft", textContent: why }),
  );
}
