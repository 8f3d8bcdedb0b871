/** What of a project can be found by its name. Pure. */

/** @import { Entry } from "./finding.js" */
/** @import { Project } from "./project.js" */

const MOST_TASKS = 20_000;
const ARCHIVED = -60; // what is open comes first
const DONE = -150;

/**
 * The changes, specs and tasks of a project, the archive, and the projects that are served.
 *
 * @param {Pick<Project, "id" | "changes" | "specs" | "archived">} project
 * @param {any[]} projects
 * @returns {Entry[]}
 */
export function entriesOf(project, projects) {
  const changes = [...project.changes.values()];
  /** @type {Entry[]} */
  const entries = changes.map(({ change, title }) => ({
    kind: "change",
    id: change,
    title: change,
    detail: title === change ? "" : title,
  }));
  for (const folder of project.archived)
    entries.push({
      kind: "change",
      id: `archive/${folder}`,
      title: folder.replace(/^\d{4}-\d{2}-\d{2}-/, ""),
      detail: `archived ${/^\d{4}-\d{2}-\d{2}(?=-)/.exec(folder)?.[0] ?? ""}`.trim(),
      rank: ARCHIVED,
    });
  for (const { spec, requirements } of project.specs.values()) {
    const detail = requirements === 1 ? "1 requirement" : `${requirements} requirements`;
    entries.push({ kind: "spec", id: spec, title: spec, detail });
  }
  let room = MOST_TASKS;
  for (const { change, tasks } of changes) {
    for (const { id, text, done } of tasks) {
      if (!room--) return entries;
      const rank = done ? DONE : 0;
      entries.push({ kind: "task", id: `${change}\n${id}`, title: text, detail: change, rank });
    }
  }
  for (const served of projects.length > 1 ? projects : []) {
    const title = served.title || served.project;
    const detail = served.project === project.id ? "shown now" : "";
    entries.push({ kind: "project", id: served.project, title, detail });
  }
  return entries;
}

/**
 * The requirements that a search of the node came upon: those whose name has all the words first.
 *
 * @param {any[]} hits of project.search @param {string[]} words in small letters
 * @returns {Entry[]}
 */
export function requirementsOf(hits, words) {
  /** @type {Map<string, Entry>} */
  const all = new Map();
  for (const { kind, id, heading } of hits) {
    const title = /^Requirement:\s*(.+)$/u.exec(heading ?? "")?.[1];
    if (kind !== "spec" || !title || all.has(`${id}\n${title}`)) continue;
    const named = words.every((word) => title.toLowerCase().includes(word));
    const entry = /** @type {const} */ ({ kind: "requirement", title, detail: `in ${id}` });
    all.set(`${id}\n${title}`, { ...entry, id: `${id}\n${title}`, rank: named ? 0 : -1 });
  }
  return [...all.values()].sort((left, right) => (right.rank ?? 0) - (left.rank ?? 0));
}
