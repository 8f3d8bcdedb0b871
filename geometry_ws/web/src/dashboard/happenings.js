/**
 * What has happened, in sentences, from what changes were and have become. Pure.
 *
 * @typedef {{change: string, text: string, state?: boolean}} Happening `state`: it has another one
 */

import { shownState } from "../shared/states.js";
import { counted } from "../shared/text.js";

/** @import { Change, Task } from "../shared/project.js" */

const LONGEST = 48; // letters of a task that has no number

/** What a task is called in a sentence. @param {Task} task */
export function nameOf({ text, number }) {
  const numbered = number || /^\d+(\.\d+)*/.exec(text)?.[0];
  if (numbered) return numbered;
  return text.length > LONGEST ? `“${text.slice(0, LONGEST - 1).trimEnd()}…”` : `“${text}”`;
}

/**
 * @param {{kind: string, name?: string, detail?: Change}} event of a project
 * @param {Change | undefined} before what the change was
 * @returns {Happening[]} the most important first
 */
export function happeningsOf({ kind, name = "", detail }, before) {
  if (kind === "change_archived") return [{ change: name, text: `${name} was archived` }];
  if (kind === "change_removed") return [{ change: name, text: `${name} was removed` }];
  if (kind === "change_added") return [{ change: name, text: `${name} was begun` }];
  if (kind !== "change_changed" || !detail || !before) return [];
  const tasks = tickedIn(name, before, detail);
  const [was, is] = [shownState(before), shownState(detail)];
  const turned = was.word !== is.word && (is.tone !== "accent" || !tasks.length);
  const state = turned
    ? [{ change: name, text: `${name}: ${is.word.toLowerCase()}`, state: true }]
    : [];
  return [...state, ...tasks];
}

/** @param {string} change @param {Change} before @param {Change} after @returns {Happening[]} */
function tickedIn(change, before, after) {
  const was = new Map(before.tasks.map((task) => [task.text, task.done]));
  const turned = after.tasks.filter(({ text, done }) => was.has(text) && was.get(text) !== done);
  const say = (/** @type {Task[]} */ tasks, /** @type {string} */ verb) => {
    if (!tasks.length) return [];
    const what = tasks.length === 1 ? nameOf(tasks[0]) : counted(tasks.length, "task");
    return [{ change, text: `${what} of ${change} ${verb}` }];
  };
  return [
    ...say(
      turned.filter(({ done }) => done),
      "ticked",
    ),
    ...say(
      turned.filter(({ done }) => !done),
      "opened again",
    ),
  ];
}

/** How long ago something was, in few words. @param {number} ms */
export function ago(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  return minutes < 60 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}
