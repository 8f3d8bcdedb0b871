/**
 * People, agents and programs as all screens show them: initials, one of six colours, how long ago
 * something of theirs moved, and a sentence. The board's cards say the same; see
 * `geometry_ws/board/people.py`. Pure.
 *
 * @typedef {{project: string, change: string, why: "holds" | "looks" | "moved"}} Whereabouts
 * @typedef {{name: string, kind: "person" | "agent" | "program", since: number, seen: number,
 *   moved: number, client?: string, machine?: string, address?: string,
 *   forwarded?: string, project?: string, activity?: string, tool?: string, page?: string,
 *   change?: string, lost?: number, holds?: string[],
 *   at?: Whereabouts[]}} Member
 */

import { ago, clock, counted } from "./text.js";

const MINUTE = 60_000;
/** Minutes without a movement, after each of which a disc is one step fainter. */
export const STEPS = Object.freeze([2, 5, 12, 30]);
export const FULL = STEPS.length + 1;
/** From then on it is said that nothing moves. */
const QUIET_MS = 12 * MINUTE;
const COLOURS = 6;
const MOST_HELD = 3;

/** Two or three letters for a name: "alex" is AL, "otter-12" O12, "ann/tests" AT.
 * @param {string} name */
export function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ["?"];
  const [first] = words[0];
  const last = words.length > 1 ? words[words.length - 1] : "";
  if (/^\p{N}+$/u.test(last)) return `${first}${[...last].slice(-2).join("")}`.toUpperCase();
  const second = last ? [...last][0] : ([...words[0]][1] ?? "");
  return `${first}${second}`.toUpperCase();
}

/** The colour of a name, from 1 to 6: the same everywhere and always. Names that differ in their
 * number alone, or in having none, have other ones. @param {string} name */
export function colourOf(name) {
  const [, base, number] = /^(.+)-([0-9]{1,9})$/su.exec(name) ?? ["", name, "0"];
  let hash = 0;
  for (const letter of base) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 2147483647;
  return ((hash + Math.floor((Number(number) * 7) / 3)) % COLOURS) + 1;
}

/** How strong a disc is: 5 while something moves, then fainter down to 1; 0 for who is away.
 * @param {Member} member @param {number} now */
export function strengthOf({ moved, lost }, now) {
  if (lost) return 0;
  return FULL - STEPS.filter((minutes) => now - moved >= minutes * MINUTE).length;
}

/** Whether somebody holds something or works, and nothing has moved for long.
 * @param {Member} member @param {number} now */
export const isQuiet = ({ kind, moved, lost, holds = [] }, now) =>
  !lost && (kind === "agent" || holds.length > 0) && now - moved >= QUIET_MS;

/** Since when somebody is there; a day that isn't today is named. @param {number} since
 * @param {number} now */
function there(since, now) {
  const day = new Date(since);
  const today = day.toDateString() === new Date(now).toDateString();
  const date = today ? "" : `${day.toLocaleDateString("en", { month: "short", day: "numeric" })}, `;
  return `there since ${date}${clock(since)}`;
}

/** Both clocks: since when somebody is there, and when something of theirs last moved.
 * @param {Member} member @param {number} now */
export function clocksOf(member, now) {
  const { since, moved, lost } = member;
  if (lost) return `gone since ${clock(lost)}`;
  const passed = ago(now - moved);
  if (moved <= since && member.kind === "person") return there(since, now);
  if (now - moved >= QUIET_MS) return `${there(since, now)}, nothing moved for ${passed}`;
  return `${there(since, now)}, moved ${passed === "just now" ? passed : `${passed} ago`}`;
}

/** What somebody does, as far as it is known; "" where nothing is. @param {Member} member */
export function doingOf({ activity, tool, holds = [], lost }) {
  const parts = [];
  if (holds.length) {
    const more = holds.length - MOST_HELD;
    parts.push(
      `holds ${holds.slice(0, MOST_HELD).join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    );
  }
  if (activity === "waiting") parts.push(`waits for a permission${tool ? ` to use ${tool}` : ""}`);
  else if (activity === "failed") parts.push("was stopped by an error");
  return lost ? "" : parts.join(", ");
}

/**
 * By which program somebody is here, and from where: what it says of that itself, what the node
 * sees, and what a proxy on the node's machine says.
 * @param {Member} member
 */
export function placeOf({ client, machine, address, forwarded }) {
  const says = machine ? `says it is on ${machine}` : "";
  return [client ?? "", says, fromOf(address, forwarded)].filter(Boolean).join(", ");
}

/** From where somebody calls; "" for the node's own machine.
 * @param {string} [machine] as the node sees it @param {string} [forwarded] as a proxy says */
export function fromOf(machine, forwarded) {
  if (forwarded) return `from ${forwarded}, as a proxy says`;
  return machine && machine !== "localhost" ? `from ${machine}` : "";
}

/** Who it is, and what kind. @param {Pick<Member, "name" | "kind">} member */
export const calledOf = ({ name, kind }) => (kind === "person" ? name : `${name} (${kind})`);

/** All of it in a line. @param {Member} member @param {number} now */
export function saidOf(member, now) {
  const doing = doingOf(member);
  return `${calledOf(member)}: ${clocksOf(member, now)}${doing ? `, ${doing}` : ""}`;
}

/** Those who do something before those who look, then who moved last.
 * @param {Member[]} members @param {(member: Member) => string} [why] they are there */
export function inOrder(members, why = () => "") {
  const rank = (/** @type {Member} */ member) =>
    (member.lost ? 4 : 0) + (why(member) === "looks" ? 2 : 0);
  return [...members].sort(
    (left, right) =>
      rank(left) - rank(right) || right.moved - left.moved || (left.name < right.name ? -1 : 1),
  );
}

/** People who are there before forty agents, in which they would be lost otherwise; who waits for
 * somebody next. @param {Member[]} members in order */
export function peopleFirst(members) {
  const rank = (/** @type {Member} */ { kind, lost, activity }) => {
    if (lost) return 3;
    return kind === "person" ? 0 : activity === "waiting" ? 1 : 2;
  };
  return [...members].sort((left, right) => rank(left) - rank(right));
}

/** How many of each kind, and how many of them nothing was heard of lately or wait.
 * @param {Member[]} members @param {number} now */
export function kindsOf(members, now) {
  const there = members.filter(({ lost }) => !lost);
  const number = (/** @type {string} */ kind) =>
    there.filter((member) => member.kind === kind).length;
  // Several browsers of somebody with access are called ann, ann/2 and so on.
  const people = new Set(
    there.filter(({ kind }) => kind === "person").map(({ name }) => name.split("/")[0]),
  ).size;
  const waiting = there.filter(({ activity }) => activity === "waiting").length;
  const quiet = there.filter((member) => isQuiet(member, now)).length;
  return [
    people ? counted(people, "person", "people") : "",
    number("agent") ? counted(number("agent"), "agent") : "",
    number("program") ? counted(number("program"), "program") : "",
    waiting ? `${waiting} ${waiting === 1 ? "waits" : "wait"} for a permission` : "",
    quiet ? `nothing moves at ${quiet}` : "",
    members.length > there.length ? `${members.length - there.length} gone` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
