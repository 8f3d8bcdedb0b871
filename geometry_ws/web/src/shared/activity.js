/**
 * What happened, in sentences. Pure.
 *
 * @typedef {{what: string, first: number, last: number, count?: number, who?: string,
 *   project?: string, change?: string, tasks?: string[], text?: string, maybe?: string,
 *   machine?: string, forwarded?: string, kind?: string}} Run
 */

import { clock, counted } from "./text.js";

/** @type {Readonly<Record<string, string>>} */
const VERBS = Object.freeze({
  ticked: "ticked",
  unticked: "took back",
  claimed: "claimed",
  released: "released",
  lapsed: "left behind",
});
/** @type {Readonly<Record<string, string>>} */
const PLAIN = Object.freeze({
  created: "began the change",
  archived: "archived it",
  removed: "removed the change",
  reopened: "opened it again",
  invalid: "made it invalid",
  valid: "made it valid again",
  came: "came",
  left: "left",
  lost: "was lost",
});
/** What is shown only where it is asked for: who comes and goes, and claims. */
export const QUIET = new Set(["came", "left", "lost", "claimed", "released"]);
const MOST_NAMED = 3;
const MOST_LISTED = 20; // tasks that the node names
const ORDER = new Intl.Collator("en", { numeric: true });

/** Who it was; nothing is known of what an editor did, but who held that task.
 * @param {Run} run */
export function whoOf({ who, maybe }) {
  return who || (maybe ? `An editor, perhaps ${maybe},` : "An editor");
}

/** What a task is called within its change. @param {string} task @param {string} change */
export function labelOf(task, change) {
  const label = task.startsWith(change) ? task.slice(change.length) : task;
  return label.replace(/^\//, "");
}

/** Several tasks in few words: "1.1, 1.2 and 1.3", "7 in 1.x", "9 tasks, 1.1 to 3.2".
 * @param {string[]} named the first of them @param {number} count of all that was done */
export function tasksInShort(named, count) {
  const labels = [...named].sort((left, right) => ORDER.compare(left, right));
  // the same task may have been done twice
  const number = labels.length < MOST_LISTED ? labels.length : Math.max(count, labels.length);
  if (!number) return count > 1 ? counted(count, "task") : "";
  if (number === 1) return labels[0];
  if (number <= MOST_NAMED) return `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
  const groups = new Set(labels.map((label) => /^(\d+)\./.exec(label)?.[1] ?? label));
  if (groups.size === 1 && /^\d+\./.test(labels[0])) return `${number} in ${[...groups][0]}.x`;
  return `${number} tasks, ${labels[0]} to ${labels.at(-1)}`;
}

/** What was done, without who and where: words, and a text that is somebody's own.
 * @param {Run} run @returns {{words: string, text: string}} */
export function doneOf({ what, count = 1, change = "", tasks = [], text = "" }) {
  const labels = tasks.map((task) => labelOf(task, change));
  if (Object.hasOwn(VERBS, what)) {
    const named = tasksInShort(labels, count);
    const title = labels.length === 1 && count <= 1 ? withoutLabel(text, labels[0]) : "";
    return { words: `${VERBS[what]} ${named || "it"}`.trim(), text: title };
  }
  const about = labels[0] ? ` on ${labels[0]}` : "";
  if (what === "noted") return { words: `noted${about}`, text };
  if (what === "asked") return { words: `asked${about}`, text: text.replace(/^q\d+: /, "") };
  if (what === "answered") return { words: `answered${about}`, text: text.replace(/^q\d+: /, "") };
  if (what === "edited") return { words: `wrote ${text}`, text: "" };
  return { words: PLAIN[what] ?? what, text: "" };
}

/** A task's text without the number that it is called by. @param {string} text
 * @param {string} label */
const withoutLabel = (text, label) =>
  text.startsWith(`${label} `) ? text.slice(label.length + 1) : text;

/** Words about a change as a whole: those before its name and those behind it.
 * @type {Readonly<Record<string, [string, string]>>} */
const ROUND = Object.freeze({
  created: ["began", ""],
  archived: ["archived", ""],
  removed: ["removed", ""],
  reopened: ["opened", "again"],
  invalid: ["made", "invalid"],
  valid: ["made", "valid again"],
});

/** What stands before and behind the name of a run's change. @param {Run} run */
export function roundOf(run) {
  if (Object.hasOwn(ROUND, run.what)) return ROUND[run.what];
  return [`${doneOf(run).words}${run.change ? " in" : ""}`, ""];
}

/** Who did what where, in a line. @param {Run} run */
export function sentenceOf(run) {
  const { words, text } = doneOf(run);
  const said = run.what === "noted" || run.what === "asked" || run.what === "answered";
  const named = run.what === "created" || run.what === "removed" ? ` ${run.change}` : "";
  const of = said && !/ on /.test(words) ? "on" : "of";
  const where = run.change && !named ? ` ${of} ${run.change}` : named;
  if (run.what === "archived") return `${whoOf(run)} archived ${run.change}`;
  if (["invalid", "valid", "reopened"].includes(run.what))
    return `${whoOf(run)} ${words.replace(" it", ` ${run.change}`)}`;
  return `${whoOf(run)} ${words}${where}${said && text ? `: ${text}` : ""}`;
}

/** When it was, as times of a day: "10:02", "10:02 to 10:19". @param {Run} run */
export function spanOf({ first, last }) {
  return last - first >= 60_000 ? `${clock(first)} to ${clock(last)}` : clock(last);
}
