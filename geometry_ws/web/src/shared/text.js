/** Numbers and times in words. Pure. */

/** @param {number} bytes per second */
export function rate(bytes) {
  if (bytes < 1000) return `${Math.round(bytes)} B/s`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(bytes < 1e4 ? 1 : 0)} kB/s`;
  return `${(bytes / 1e6).toFixed(1)} MB/s`;
}

/** @param {number} ms */
export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** How long something is ago, in one unit: "just now", "38 min", "4 h", "6 d".
 * @param {number} ms */
export function ago(ms) {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  if (!minutes) return "just now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** The time of a day: "15:17". @param {number} at milliseconds since 1970 */
export const clock = (at) =>
  new Date(at).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A moment as people say since when: "15:17", on another day "29 Nov, 15:17".
 * @param {number} at milliseconds since 1970 @param {number} [now] */
export function moment(at, now = Date.now()) {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return clock(at);
  return `${then.getDate()} ${then.toLocaleDateString("en", { month: "short" })}, ${clock(at)}`;
}

/** @param {number} count @param {string} singular @param {string} [plural] */
export function counted(count, singular, plural = `${singular}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? singular : plural}`;
}

/**
 * The pieces of a task's text: code between backticks, strong between double asterisks, and the
 * rest as it is.
 *
 * @param {string} text
 * @returns {{kind: "text" | "code" | "strong", text: string}[]}
 */
export function inline(text) {
  const pieces = [];
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*/g;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push({ kind: "text", text: text.slice(end, match.index) });
    pieces.push(
      match[1] === undefined
        ? { kind: "strong", text: match[2] }
        : { kind: "code", text: match[1] },
    );
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: "text", text: text.slice(end) });
  return /** @type {any} */ (pieces);
}

const OPERATION = /^(?:ADDED|MODIFIED|REMOVED|RENAMED) (?=“)/u;
const END = /“|”|`|(?<!\b\w)[.!?](?=\s+[A-Z“`(]|\s*$)/gu;

/** Straight quotes as typographic ones. @param {string} text */
export const curly = (text) => text.replace(/(^|[\s([])"/gu, "$1“").replaceAll('"', "”");

/**
 * What a text says first: its first sentence without the full stop, and without the operation
 * before a name; how many more there are stays. `board/notes.py` says it so on cards.
 *
 * @param {string} text
 */
export function inShort(text) {
  const said = curly(text.trim());
  const more = / \([^()]*\)$/u.exec(said)?.[0] ?? "";
  let quotes = 0;
  let code = false;
  for (const { 0: mark, index } of said.matchAll(END)) {
    if (mark === "`") code = !code;
    else if (mark === "“" || mark === "”") quotes += mark === "“" ? 1 : -1;
    else if (!quotes && !code) {
      const first = said.slice(0, mark === "." ? index : index + 1).replace(OPERATION, "");
      return first.endsWith(more) ? first : first + more;
    }
  }
  return said.replace(OPERATION, "");
}
