/** Where tasks can go: one step up or down, and behind which one a new one comes. Pure. */

/** @import { Task } from "../shared/project.js" */

/**
 * Beside which task one comes that goes a step up or down, with all that is nested in it; null
 * where it is the first or the last of those beside it. From the edge of a group it goes into the
 * next one.
 *
 * @param {Task[]} tasks all of the change, in their order
 * @param {number} index @param {boolean} down
 * @returns {{beside: Task, side: "before" | "after"} | null}
 */
export function stepFrom(tasks, index, down) {
  const task = tasks[index];
  const by = down ? 1 : -1;
  let at = index + by;
  while (at in tasks && isBeside(tasks[at], task) && indentOf(tasks[at]) > indentOf(task)) at += by;
  const beside = tasks[at];
  if (!beside || !isBeside(beside, task) || indentOf(beside) < indentOf(task)) return null;
  const same = beside.section === task.section;
  return { beside, side: same === down ? "after" : "before" };
}

/** The task that a new one comes behind, as the last of those of a group; null in an empty one.
 * @param {Task[]} tasks of the group */
export function lastOf(tasks) {
  const least = Math.min(...tasks.map(indentOf));
  return tasks.findLast((task) => indentOf(task) === least) ?? null;
}

/** What a task behind another one begins with: the next number, where they are numbered.
 * @param {string} text of that one */
export function numberAfter(text) {
  const [, before, last, point] = /^((?:\d+\.)*)(\d{1,6})(\.?)\s/.exec(text) ?? [];
  return last === undefined ? "" : `${before}${Number(last) + 1}${point} `;
}

/** A document of tasks with one more group at its end, numbered where the others are.
 * @param {string} text @param {string} name @param {string} task its first one */
export function withGroup(text, name, task) {
  const numbers = [...text.matchAll(/^##[ \t]+(\d{1,6})\./gm)].map(([, number]) => Number(number));
  const number = numbers.length ? Math.max(...numbers) + 1 : 0;
  const line = text.includes("\r\n") ? "\r\n" : "\n";
  const head = number ? `## ${number}. ${name}` : `## ${name}`;
  const first = number ? `- [ ] ${number}.1 ${task}` : `- [ ] ${task}`;
  return [text.trimEnd(), "", head, "", first, ""].join(line);
}

/** How many tasks are nested in one. @param {Task[]} tasks @param {number} index */
export function nestedIn(tasks, index) {
  const { indent = 0, file } = tasks[index];
  let count = 0;
  while (tasks[index + 1 + count]?.file === file && indentOf(tasks[index + 1 + count]) > indent) {
    count++;
    if (tasks[index + count].section !== tasks[index].section) return count - 1;
  }
  return count;
}

/** @param {Task} task */
const indentOf = ({ indent = 0 }) => indent;

/** @param {Task} other @param {Task} task */
const isBeside = (other, task) => (other.file ?? "") === (task.file ?? "");
