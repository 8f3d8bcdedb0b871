/** What an address shows that names nothing: what may have been meant, and where it is by now. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { ARCHIVE, BOOK_OPEN } from "../shared/icons.js";
import { nearest } from "./nearest.js";
import { Page } from "./page.js";
import { name, stateSign } from "./parts.js";

const MOST = 5;
const KINDS = Object.freeze({ change: "change", spec: "spec", archived: "archived change" });

/** @typedef {keyof typeof KINDS} Kind */

/** @param {Page} page @param {Kind} kind @param {string} wanted @returns {Node[]} */
export function nothingNamed(page, kind, wanted) {
  const { project } = page;
  const plain = wanted.replace(/^\d{4}-\d{2}-\d{2}-/, "");
  const archived = project.archived.filter(
    (folder) => folder === wanted || folder.replace(/^\d{4}-\d{2}-\d{2}-/, "") === plain,
  );
  const near =
    kind === "spec"
      ? nearest(plain, [...project.specs.keys()], MOST).map((spec) => specRow(page, spec))
      : [
          ...nearest(plain, [...project.changes.keys()], MOST).map((id) => changeRow(page, id)),
          ...nearest(
            plain,
            project.archived.filter((folder) => !archived.includes(folder)),
            MOST,
          ).map((folder) => archivedRow(page, folder)),
        ];
  const words =
    kind === "archived"
      ? "It may be open again, or have another date."
      : `It may be archived, renamed, or not saved yet. This page shows it as soon as it's there.`;
  return [
    make(
      "div",
      { class: "nothing", "data-key": "nothing" },
      page.heading(`There is no ${KINDS[kind]} “`, name(wanted), "”"),
      make("p", { class: "lead", textContent: words }),
      ...(archived.length
        ? [
            make("h2", { textContent: "This change was archived" }),
            rows(archived.map((folder) => archivedRow(page, folder))),
          ]
        : []),
      ...(near.length
        ? [make("h2", { textContent: "Did you mean" }), rows(near.slice(0, MOST))]
        : archived.length
          ? []
          : [wholeList(page, kind)]),
      make(
        "p",
        { class: "soft" },
        "All ",
        make("a", { href: page.to("project", { name: project.id }), textContent: "changes" }),
        ", ",
        make("a", { href: page.to("specs"), textContent: "specs" }),
        " and the ",
        make("a", { href: page.to("archive"), textContent: "archive" }),
        ".",
      ),
    ),
  ];
}

/** What leads to all of its kind. @param {Page} page @param {Kind} kind */
const wholeList = (page, kind) =>
  make(
    "p",
    { class: "buttons" },
    make("a", {
      class: "button main",
      href: kind === "spec" ? page.to("specs") : page.to("project", { name: page.project.id }),
      textContent: kind === "spec" ? "All specs" : "All changes",
    }),
  );

/** @param {Node[]} all */
const rows = (all) => make("ul", { class: "needs-list" }, ...all);

/** @param {Node} sign @param {string} title @param {string} more @param {string} state
 * @param {string} href */
function row(sign, title, more, state, href) {
  return make(
    "li",
    { class: "need", "data-key": href },
    sign,
    make("a", { class: "row-name", href }, name(title)),
    make("p", { class: "why", textContent: more }),
    make("span", { class: "since", textContent: state }),
    make(
      "span",
      { class: "actions" },
      make("a", {
        class: "button small",
        href,
        "aria-label": `Open ${title}`,
        textContent: "Open",
      }),
    ),
  );
}

/** @param {Page} page @param {string} id */
function changeRow(page, id) {
  const change = page.project.changes.get(id);
  const { title = "", done = 0, total = 0 } = change ?? {};
  const sign = change ? stateSign(change) : icon(ARCHIVE);
  const href = page.to("change", { name: id });
  return row(sign, id, title === id ? "" : title, total ? `open, ${done}/${total}` : "open", href);
}

/** @param {Page} page @param {string} folder */
function archivedRow(page, folder) {
  const [, date = "", id = folder] = /^(\d{4}-\d{2}-\d{2})-(.+)$/su.exec(folder) ?? [];
  return row(icon(ARCHIVE), id, "", `archived ${date}`, page.to("archived", { name: folder }));
}

/** @param {Page} page @param {string} spec */
function specRow(page, spec) {
  const count = page.project.specs.get(spec)?.requirements ?? 0;
  const words = count === 1 ? "1 requirement" : `${count} requirements`;
  return row(icon(BOOK_OPEN), spec, "", words, page.to("spec", { name: spec }));
}
