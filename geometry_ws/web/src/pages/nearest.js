/** Which names are like one that isn't there. Pure. */

const LIKE = 0.4; // of 1, which is the same

/** Pairs of letters that follow each other, with how often. @param {string} text */
function pairsOf(text) {
  /** @type {Map<string, number>} */
  const pairs = new Map();
  const plain = ` ${text.toLowerCase().replace(/[\s_/-]+/g, " ")} `;
  for (let at = 0; at + 1 < plain.length; at++) {
    const pair = plain.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** How much two names are like each other: the share of pairs of letters that both have, 0 to 1.
 * @param {string} left @param {string} right */
export function likeness(left, right) {
  const [first, second] = [pairsOf(left), pairsOf(right)];
  let both = 0;
  let all = 0;
  for (const [pair, count] of first) {
    both += Math.min(count, second.get(pair) ?? 0);
    all += count;
  }
  for (const count of second.values()) all += count;
  return all ? (2 * both) / all : 0;
}

/**
 * The names that are most like the wanted one, the likest first.
 *
 * @param {string} wanted @param {string[]} names @param {number} most
 */
export function nearest(wanted, names, most) {
  return names
    .map((name) => ({ name, like: likeness(wanted, name.replace(/^\d{4}-\d{2}-\d{2}-/, "")) }))
    .filter(({ like }) => like >= LIKE)
    .sort((left, right) => right.like - left.like || (left.name < right.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}
