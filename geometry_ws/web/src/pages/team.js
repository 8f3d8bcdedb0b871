/** People on the pages: who is at something, and what happened there. */

import { QUIET, doneOf, roundOf, spanOf, whoOf } from "../shared/activity.js";
import { absent, disc } from "../shared/discs.js";
import { make } from "../shared/dom.js";
import { icon, stateIcon } from "../shared/icon.js";
import { FILE_TEXT } from "../shared/icons.js";
import { answerForm, questionOf } from "../shared/answering.js";
import { calledOf, clocksOf, doingOf, fromOf } from "../shared/people.js";
import { name, rich, section, when } from "./parts.js";

/** @import { Run } from "../shared/activity.js" */
/** @import { Member } from "../shared/people.js" */
/** @import { Page } from "./page.js" */

const MOST_HERE = 6;
const MOST_HISTORY = 8;

/** Somebody with both clocks. @param {Member} member @param {number} [size] */
export function person(member, size = 24) {
  const doing = doingOf(member);
  return make(
    "li",
    { class: "person-row", "data-key": `person-${member.name}` },
    disc(member, size, Date.now()),
    make(
      "div",
      {},
      make("b", {}, name(calledOf(member))),
      make("span", { class: "soft", textContent: clocksOf(member, Date.now()) }),
      ...(doing ? [make("span", { class: "soft", textContent: doing })] : []),
    ),
  );
}

/** The disc of who did something; of an editor's work its own sign.
 * @param {Page} page @param {Run} run */
function discOf(page, run) {
  const member = run.who ? page.app.header.presence.named(run.who) : undefined;
  if (member) return disc(member, 24, Date.now());
  if (run.who) return absent(run.who, 24, run.kind);
  return make("span", { class: "on-disk", "aria-hidden": "true" }, icon(FILE_TEXT, 14));
}

/**
 * A run as a row: who, what, where and when.
 *
 * @param {Page} page @param {Run} run @param {{here?: boolean, day?: boolean}} how whether its
 *   change is named elsewhere, and whether the day is
 */
export function happening(page, run, { here = false, day = false } = {}) {
  const { words, text } = doneOf(run);
  const own = ["noted", "asked", "answered"].includes(run.what);
  const title = text && !own ? [" ", make("q", { class: "soft" }, ...rich(text))] : [];
  const [before, behind] = roundOf(run);
  const link = () =>
    make("a", { href: page.to("change", { name: run.change }) }, name(run.change ?? ""));
  const done =
    run.change && !here
      ? title.length
        ? [` ${words}`, ...title, " in ", link()]
        : [` ${before} `, link(), behind && ` ${behind}`]
      : [` ${words}`, ...title];
  const date = new Date(run.last).toLocaleDateString("en", { month: "short", day: "numeric" });
  const from = fromOf(run.machine, run.forwarded);
  const span = [day ? date : "", spanOf(run), from].filter(Boolean).join(", ");
  return make(
    "li",
    { class: `happening ${run.what}`, "data-key": keyOf(run) },
    discOf(page, run),
    make(
      "div",
      {},
      make("p", {}, make("b", {}, name(whoOf(run))), ...done),
      make("time", {
        class: "soft",
        dateTime: new Date(run.last).toISOString(),
        title: new Date(run.last).toLocaleString(),
        textContent: span,
      }),
      ...(text && own ? [make("blockquote", { dir: "auto" }, ...rich(text))] : []),
    ),
  );
}

/** Who is at a change. @param {Page} page @param {string} change */
export function together(page, change) {
  const here = page.app.header.presence.at(page.project.id, change);
  if (!here.length) return [];
  const listed = page.portion("who", here, MOST_HERE, () => "");
  const rows = listed.first.map((member) => person(member));
  return [section("who", "Who", [], [make("ul", { class: "persons" }, ...rows), ...listed.more])];
}

/** What happened in a change, the last of it. @param {Page} page @param {any} value */
export function history(page, value) {
  const runs = (value?.runs ?? []).filter((/** @type {Run} */ { what }) => !QUIET.has(what));
  if (!runs.length) return [];
  const [{ change }] = runs;
  const all = make("a", {
    class: "quiet",
    href: page.to("activity", { query: { change } }),
    textContent: "All of it",
  });
  const rows = runs
    .slice(0, MOST_HISTORY)
    .map((/** @type {Run} */ run) => happening(page, run, { here: true, day: true }));
  return [
    section(
      "history",
      "History",
      [],
      [
        make("ul", { class: "happenings" }, ...rows),
        ...(runs.length > MOST_HISTORY ? [make("p", { class: "note" }, all)] : []),
      ],
    ),
  ];
}

/** The questions that wait for an answer in a change. @param {Page} page @param {string} change */
export function questions(page, change) {
  const { session, header } = page.app;
  const asked = header.attention.needs.filter(
    (need) => need.kind === "question" && need.change === change,
  );
  if (!asked.length) return [];
  const rows = asked.map((need) =>
    make(
      "li",
      { class: "question", "data-key": need.id },
      stateIcon("question", 16),
      make(
        "div",
        {},
        make("p", {}, make("b", {}, name(questionOf(need).text))),
        make(
          "p",
          { class: "soft" },
          ...(need.who ? [name(need.who), " asked "] : []),
          when(need.since),
          ...(need.task && need.task !== change ? [" on ", name(need.task)] : []),
        ),
        answerForm(session, need),
      ),
    ),
  );
  return [section("questions", "Asked", [], [make("ul", { class: "questions" }, ...rows)])];
}

/** @param {Run} run */
const keyOf = ({ what, first, who = "", change = "", tasks = [] }) =>
  `${what} ${first} ${who} ${change} ${tasks[0] ?? ""}`;
