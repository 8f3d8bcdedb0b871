/**
 * What is called when something on a page is used, and what becomes of it for those who may not: a
 * button goes, a check box stays and says why.
 *
 * An element says by `data-do` what is done, and by `data-calls` which procedure that leads to
 * where its place doesn't say so.
 */

/** @import { Session } from "../shared/session.js" */

/** What is done, and what is called then. What isn't here is for everybody.
 * @type {Readonly<Record<string, string>>} */
export const CALLS = Object.freeze({
  tick: "task_set",
  "tasks-open": "task_edit",
  "task-add": "task_add",
  "group-add": "document_set",
  "answer-own": "question_answer",
  release: "claim_release",
  archive: "change_archive",
  unarchive: "change_unarchive",
  "new-change": "change_create",
  edit: "document_set",
  "edit-proposal": "document_set",
  write: "document_set",
  "write-delta": "document_set",
  "base-all": "change_rebase",
  "base-merge": "change_rebase",
  "base-edit": "change_rebase",
  "base-ours": "change_rebase",
  give: "access_add",
  role: "access_add",
  link: "access_link",
  revoke: "access_revoke",
});

/** What an element leads to. @param {HTMLElement} element */
const callOf = ({ dataset }) =>
  dataset.calls ?? (Object.hasOwn(CALLS, dataset.do ?? "") ? CALLS[dataset.do ?? ""] : "");

/** Leave only what may be pressed. @param {ParentNode} root
 * @param {Pick<Session, "mayCall" | "whyNot">} session */
export function admit(root, session) {
  for (const element of root.querySelectorAll("[data-do]")) {
    if (!(element instanceof HTMLElement)) continue;
    const call = callOf(element);
    if (!call || session.mayCall(call)) continue;
    if (!element.matches("input, select")) {
      element.remove();
      continue;
    }
    const why = session.whyNot(call);
    /** @type {HTMLInputElement} */ (element).disabled = true;
    element.title = why;
    const label = element.closest("label");
    if (label) label.title = why;
  }
}
