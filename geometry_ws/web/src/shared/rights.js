/** Who may call what, as the node's declarations have it, and why somebody may not. Pure. */

import { GIVEN_ROLES, NAMED, NEEDS, RIGHTS } from "./uris.js";

const RIGHT_OF = new Map(Object.entries(NEEDS));
const ONLY_NAMED = new Set(NAMED.split(" "));
// who makes pictures and who brings projects presses nothing
const NOBODY = new Set(["machine", "program"]);

/** @param {string} role @param {string} right */
export function hasRight(role, right) {
  const rights = /** @type {Record<string, string>} */ (RIGHTS)[role] ?? "";
  return rights.split(" ").includes(right);
}

/** Whether a role may call a procedure; as long as it isn't known nothing is held back.
 * @param {string} role @param {string} name such as task_set */
export function mayCall(role, name) {
  if (!role) return true;
  if (ONLY_NAMED.has(name) && !Object.hasOwn(GIVEN_ROLES, role)) return false;
  return hasRight(role, RIGHT_OF.get(name) ?? "look");
}

/** What stands in the place of what a role may not. @param {string} role @param {string} name
 * @param {string} [what] it is */
export function whyNot(role, name, what = "do that") {
  const others = Object.keys(GIVEN_ROLES).filter(
    (other) => !NOBODY.has(other) && mayCall(other, name),
  );
  const who = `Only ${others.map(withArticle).join(" or ") || "the node"} may ${what}`;
  return role === "guest"
    ? `${who}, by a name of access; you are a guest.`
    : `${who}; you are ${withArticle(role)}.`;
}

/** "an agent". @param {string} role */
export const withArticle = (role) => `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
