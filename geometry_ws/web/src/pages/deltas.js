/** What a change does to the specs: each requirement before and after. */

import { make } from "../shared/dom.js";
import { spot } from "../shared/routes.js";
import { counted } from "../shared/text.js";
import { lineDiff } from "./diff.js";
import { View, difference, reader } from "./reading.js";
import { badge, name, note, operationBadge } from "./parts.js";

/** @import { Lazy } from "./morph.js" */
/** @import { Page } from "./page.js" */

const MOST_AT_ONCE = 4_000; // characters that are compared here

/** A name for an element, of any text. @param {string} spec @param {string} requirement */
export const deltaId = (spec, requirement) => `delta:${spec}:${requirement}`;

/**
 * @param {Page} page
 * @param {any} delta a SpecDelta
 * @param {(text: string) => Node} read Markdown as elements
 * @param {boolean} open whether all its requirements are open at first, not only modified ones
 * @param {Node[]} edit the button to write it
 */
export function specDelta(page, delta, read, open, edit) {
  const listed = page.portion(
    `delta-${delta.spec}`,
    /** @type {any[]} */ (delta.requirements),
    50,
    ({ requirement: name }) => deltaId(delta.spec, name),
  );
  const file = make("a", {
    class: "place",
    href: `#${encodeURIComponent(spot(delta.document))}`,
    textContent: delta.document,
  });
  return make(
    "section",
    { class: "spec-delta", "data-key": delta.spec },
    make(
      "h3",
      {},
      make("a", { href: page.to("spec", { name: delta.spec }) }, name(delta.spec)),
      " ",
      ...(delta.is_new ? [badge("new spec", "complete", "+")] : []),
      " ",
      file,
      ...edit,
    ),
    ...(delta.refused
      ? [
          make(
            "p",
            { class: "note trouble" },
            make("strong", { textContent: "Can't be merged now. " }),
            delta.refused,
          ),
        ]
      : []),
    ...listed.first.map((requirementDelta) =>
      requirement(page, delta, requirementDelta, read, open),
    ),
    ...listed.more,
    ...(delta.requirements.length ? [] : [note("It says nothing about requirements.")]),
  );
}

/** @param {Page} page @param {any} delta @param {any} requirementDelta
 * @param {(text: string) => Node} read @param {boolean} open */
function requirement(page, delta, requirementDelta, read, open) {
  const { operation, before, after } = requirementDelta;
  const id = deltaId(delta.spec, requirementDelta.requirement);
  const title = requirementDelta.renamed_from
    ? [
        make("del", {}, name(requirementDelta.renamed_from)),
        " → ",
        make("ins", {}, name(requirementDelta.requirement)),
      ]
    : [name(requirementDelta.requirement)];
  const summary = make(
    "summary",
    {},
    operationBadge(operation),
    " ",
    make("span", { class: "requirement" }, ...title),
  );
  const body = make("div", {
    class: "body",
    "data-memo": `${operation}\n${before ?? ""}\n${after ?? ""}`,
  });
  /** @type {Lazy} */ (body).fill = () => compared(requirementDelta, read);
  return make(
    "details",
    { class: "delta", open: open || operation === "MODIFIED", id, "data-key": id },
    summary,
    ...scenarios(requirementDelta),
    body,
  );
}

/** What becomes of the scenarios. @param {any} requirementDelta */
function scenarios(requirementDelta) {
  const unchanged = requirementDelta.scenarios_kept ?? [];
  const added = requirementDelta.scenarios_added ?? [];
  const missing = requirementDelta.scenarios_missing ?? [];
  if (requirementDelta.operation === "ADDED" || !(unchanged.length + added.length + missing.length))
    return [];
  const words = [
    unchanged.length ? `${counted(unchanged.length, "scenario")} kept` : "",
    added.length ? `added: ${added.join("; ")}` : "",
  ].filter(Boolean);
  const lost =
    missing.length && requirementDelta.operation !== "REMOVED"
      ? [
          make("p", {
            class: "note trouble",
            textContent: `These scenarios would be lost: ${missing.join("; ")}`,
          }),
        ]
      : [];
  return [
    ...(words.length
      ? [make("p", { class: "soft scenarios", textContent: words.join(" · ") })]
      : []),
    ...lost,
  ];
}

/** @param {any} requirementDelta @param {(text: string) => Node} read @returns {Node[]} */
function compared(requirementDelta, read) {
  const [before, after] = withoutName(requirementDelta);
  if (typeof before === "string" && typeof after === "string") {
    if (before === after)
      return [note("The text stays as it is."), make("div", { class: "prose" }, read(after))];
    return [rows(before, after)];
  }
  if (typeof after === "string") return [make("div", { class: "prose added" }, read(after))];
  if (typeof before === "string") return [make("div", { class: "prose removed" }, read(before))];
  return [note("The spec has no such requirement now, and none would come.")];
}

/**
 * Two texts beside each other, line by line: what is removed is struck through, what is added is
 * underlined.
 *
 * @param {string} before @param {string} after @param {string[]} [heads]
 */
export function rows(before, after, heads = ["Before", "After"]) {
  const table = make("div", {
    class: "diff",
    role: "table",
    "aria-label": `${heads[0]} and ${heads[1]}`,
  });
  table.append(
    make(
      "div",
      { class: "diff-row heads", role: "row" },
      ...heads.map((textContent) => make("div", { role: "columnheader", textContent })),
    ),
  );
  // what is long is compared in the worker
  const long = before.length + after.length > MOST_AT_ONCE;
  if (long) table.append(new View(reader.compare(before, after)).element);
  else table.append(...lineDiff(before, after).map(difference));
  return table;
}

/** The texts without the lines of their names, which are said above; both have them or none.
 * @param {any} requirementDelta @returns {(string | undefined)[]} */
function withoutName({ before, after, renamed_from }) {
  const named = /^### Requirement:[^\n]*\n+/u;
  if (renamed_from) return [before, after];
  return [before?.replace(named, ""), after?.replace(named, "")];
}
