/**
 * What needs somebody, as rows: what it is about, why, since when, and what to do about it. The
 * same sentence about many changes is one row.
 */

import { make } from "../shared/dom.js";
import { stateIcon } from "../shared/icon.js";
import { questionOf } from "../shared/answering.js";
import { counted, curly, inShort } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { PROCEDURES } from "../shared/uris.js";
import { Answering } from "./answering.js";
import { name, since } from "./parts.js";

/** @import { Need, NeedAction, NeedKind } from "../shared/attention.js" */
/** @import { StateSign } from "../shared/states.js" */
/** @import { Page } from "./page.js" */

/** What is seen of each kind, and where its button leads to on the change's page. */
const KINDS = /** @type {Readonly<Record<NeedKind, [StateSign, string, string]>>} */ (
  Object.freeze({
    question: ["question", "Open", ""],
    permission: ["question", "Open", ""],
    conflict: ["conflict", "Compare", "conflicts"],
    base_moved: ["base-moved", "Merge", "bases"],
    refused: ["refused", "Open delta", "deltas"],
    invalid: ["invalid", "Open", "problems"],
    unreadable: ["unreadable", "Open", "problems"],
    claim: ["attention", "Open", "tasks"],
    ready: ["complete", "Read", ""],
  })
);
const ANSWERED = new Set(["question", "permission", "claim"]);
const MANY = 4; // the same sentence so often is one row
const MOST_OPTIONS = 2; // answers to choose from in a row; the dialog has all
const MOST = 8; // rows before "Show all"

/**
 * @param {Page} page @param {Need[]} needs
 * @param {{all?: boolean}} [how] whether all are shown, however many there are
 * @returns {Node[]}
 */
export function needsList(page, needs, { all = false } = {}) {
  const rows = together(needs);
  const listed = all ? { first: rows, more: [] } : page.portion("needs", rows, MOST, () => "");
  return [
    make("ul", { class: "needs-list" }, ...listed.first.map((each) => row(page, each))),
    ...listed.more,
  ];
}

/** Needs with the same sentence as one, where they are many.
 * @param {Need[]} needs @returns {Need[][]} */
export function together(needs) {
  /** @type {Map<string, Need[]>} */
  const same = new Map();
  for (const need of needs) {
    const key = ANSWERED.has(need.kind) ? need.id : `${need.kind}\n${need.why}`;
    same.set(key, [...(same.get(key) ?? []), need]);
  }
  return [...same.values()].flatMap((group) =>
    group.length < MANY ? group.map((need) => [need]) : [group],
  );
}

/** @param {Page} page @param {Need[]} needs */
function row(page, needs) {
  const [need] = needs;
  return needs.length > 1 ? rowOfMany(page, needs) : rowOfOne(page, need);
}

/** @param {Page} page @param {Need} need */
function rowOfOne(page, need) {
  const { id, kind, change, since: at, why, who, actions = [] } = need;
  const [sign] = KINDS[kind] ?? KINDS.claim;
  const about = change
    ? make("a", { class: "row-name", href: page.to("change", { name: change }) }, name(change))
    : make("b", { class: "row-name" }, name(who ?? ""));
  return make(
    "li",
    { class: `need ${kind}`, "data-key": id },
    stateIcon(sign),
    about,
    make("p", { class: "why", title: why, textContent: worded(need) }),
    make(
      "span",
      { class: "since" },
      ...(who && change ? [name(who), ", "] : []),
      ...(at ? [since(at)] : []),
    ),
    make("span", { class: "actions" }, ...buttons(page, need, actions)),
  );
}

/** The sentence without the name that stands before it. @param {Need} need */
export function beside({ kind, change, who, why }) {
  if (kind === "question") return questionOf({ why }).text;
  if (!change && who && why.startsWith(`${who} `)) {
    const said = why.slice(who.length + 1);
    return said[0].toUpperCase() + said.slice(1);
  }
  const match = kind === "conflict" && /^(.+) contradict each other in (.+)$/su.exec(why);
  if (!match) return why;
  const names = match[1].split(/, | and /u);
  const others = names.filter((other) => other !== change);
  if (others.length !== names.length - 1 || !others.length) return why;
  const last = others.pop();
  const all = others.length ? `${others.join(", ")} and ${last}` : last;
  return `Contradicts ${all} in ${match[2]}`;
}

/** The sentence as it stands in a row. What is wrong is said as a card says it: what to do about it
 * is said where that is done. @param {Need} need */
export function worded(need) {
  const why = beside(need);
  return need.kind === "invalid" ? inShort(why) : curly(why);
}

/** How many there are to decide and to archive.
 * @param {Need[]} needs @param {number} count of all */
export function summary(needs, count) {
  const ready = needs.filter(({ kind }) => kind === "ready").length;
  const asked = needs.filter(({ kind }) => ANSWERED.has(kind)).length;
  const parts = [
    [needs.length - ready - asked, "to fix"],
    [asked, "to answer"],
    [ready, "to archive"],
    [count - needs.length, "more"],
  ];
  return parts
    .filter(([number]) => number)
    .map((part) => part.join(" "))
    .join(", ");
}

/** @param {Page} page @param {Need} need @param {NeedAction[]} actions */
function buttons(page, need, actions) {
  const { kind, change, id } = need;
  const asks = kind === "question";
  const [, word, hash] = KINDS[kind] ?? KINDS.claim;
  const answers = ANSWERED.has(kind)
    ? actions.map(({ label, call }, index) =>
        make("button", {
          type: "button",
          class: asks ? "small quiet" : "small",
          "data-do": "answer",
          "data-calls": call.replaceAll(".", "_"),
          value: `${id}\n${index}`,
          textContent: label,
        }),
      )
    : [];
  if (asks) {
    const other = make("button", {
      type: "button",
      class: "small",
      "data-do": "answer-own",
      value: id,
      "aria-label": `Answer ${need.who ?? ""}…`,
      textContent: "Answer…",
    });
    return [...answers.slice(0, MOST_OPTIONS), other];
  }
  const archive =
    kind === "ready"
      ? [
          make("button", {
            type: "button",
            class: "small",
            "data-do": "archive",
            value: change,
            "aria-label": `Archive ${change}…`,
            textContent: "Archive…",
          }),
        ]
      : [];
  const quiet = answers.length || archive.length ? " quiet" : "";
  const link = make("a", {
    class: `button small${quiet}`,
    href: page.to("change", { name: change, hash }),
    "aria-label": `${word}: ${change}`,
    textContent: word,
  });
  return [...(change ? [link] : []), ...answers, ...archive];
}

/** @param {Page} page @param {Need[]} needs */
function rowOfMany(page, needs) {
  const [{ kind, why }] = needs;
  const [sign] = KINDS[kind] ?? KINDS.claim;
  const query = { state: kind === "ready" || kind === "refused" ? "complete" : "attention" };
  return make(
    "li",
    { class: `need ${kind}`, "data-key": `${kind}\n${why}` },
    stateIcon(sign),
    make("b", { class: "row-name", textContent: counted(needs.length, "change") }),
    make("p", { class: "why", title: why, textContent: worded(needs[0]) }),
    make("span", { class: "since" }),
    make(
      "span",
      { class: "actions" },
      make("a", {
        class: "button small",
        href: page.to("project", { name: page.project.id, query }),
        textContent: "Show them",
      }),
    ),
  );
}

/** Do what a button of a row says. @param {Page} page @param {string} value of the button */
export async function answer(page, value) {
  if (!value.includes("\n")) {
    const asked = page.app.header.attention.needs.find(({ id }) => id === value);
    if (asked) new Answering(page.app, asked).open();
    return;
  }
  const [id, index] = value.split("\n");
  const need = page.app.header.attention.needs.find((listed) => listed.id === id);
  const action = need?.actions?.[Number(index)];
  const call = action?.call.replaceAll(".", "_");
  if (!action || !call || !Object.hasOwn(PROCEDURES, call)) return;
  try {
    await page.app.session.call(/** @type {keyof typeof PROCEDURES} */ (call), action.kwargs);
    toast(`${action.label}: done.`);
  } catch (problem) {
    page.app.complain(/** @type {Error} */ (problem).message);
  }
}
