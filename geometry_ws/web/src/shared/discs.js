/** People as discs: a circle is a person, a rounded square an agent or a program. */

import { make } from "./dom.js";
import { colourOf, initials, isQuiet, saidOf, strengthOf } from "./people.js";

/** @import { Member } from "./people.js" */

const MOST = 3;

/** One of them; its label says everything that is known. @param {Member} member
 * @param {number} size in CSS pixels @param {number} now */
export function disc(member, size, now) {
  const { name, kind } = member;
  const strength = strengthOf(member, now);
  const quiet = isQuiet(member, now) ? " quiet" : "";
  const said = saidOf(member, now);
  const label = initials(name);
  return make("span", {
    class: `disc ${kind} p${colourOf(name)} s${strength}${quiet}${label.length > 2 ? " long" : ""}`,
    "data-size": String(size),
    "data-key": `disc-${name}`,
    role: "img",
    "aria-label": said,
    title: said,
    textContent: label,
  });
}

// where nothing says so: the node gives agents names such as otter-1, ann/tests is somebody's own
const AGENT = /^[a-z]+-\d+$|\/\D/;

/** Whoever was last at something and isn't there now. @param {string} name @param {number} size
 * @param {string} [kind] where it is known */
export const absent = (name, size, kind = AGENT.test(name) ? "agent" : "person") =>
  make("span", {
    class: `disc ${kind} s0`,
    "data-size": String(size),
    "aria-hidden": "true",
    textContent: initials(name),
  });

/** The first of some, and how many more there are.
 * @param {Member[]} members
 * @param {{size: number, most?: number, now?: number, more?: number}} how */
export function discs(members, { size, most = MOST, now = Date.now(), more = 0 }) {
  const all = members.length + more;
  const shown = members.slice(0, all > most ? most : all);
  const rest = all - shown.length;
  return make(
    "span",
    { class: "discs" },
    ...shown.map((member) => disc(member, size, now)),
    ...(rest
      ? [
          make("span", {
            class: "rest",
            "aria-label": `and ${rest} more`,
            role: "img",
            title: members
              .slice(most)
              .map((member) => saidOf(member, now))
              .join("\n"),
            textContent: `+${rest}`,
          }),
        ]
      : []),
  );
}
