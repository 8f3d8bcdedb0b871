/**
 * What is different between two texts: by lines, and by words within lines that were changed.
 * Pure; never slower than the texts are long times a fixed number.
 *
 * @typedef {{kind: "same" | "removed" | "added", text: string}} Piece
 * @typedef {{kind: "same" | "changed" | "removed" | "added", before: Piece[] | null,
 *   after: Piece[] | null}} Row
 */

const MOST_WORK = 400_000; // comparisons; beyond it the rest counts as replaced
const MOST_ALIKE = 300; // lines that are replaced at once; of more, none are set side by side
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** A text's words, spaces and signs; one for each character where words have no spaces.
 * @param {string} text @returns {string[]} */
export function words(text) {
  return text.match(WORDS) ?? [];
}

/**
 * The longest common parts of two lists, as pairs of indices in order (Myers' greedy algorithm,
 * linear where little differs). Null where it would take too long.
 *
 * @param {string[]} one @param {string[]} other
 * @returns {[number, number][] | null}
 */
export function matches(one, other) {
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head++;
  let tail = 0;
  const most = Math.min(one.length, other.length) - head;
  while (tail < most && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  const inner = middle(one.slice(head, one.length - tail), other.slice(head, other.length - tail));
  if (!inner) return null;
  /** @type {[number, number][]} */
  const found = [];
  for (let index = 0; index < head; index++) found.push([index, index]);
  for (const [x, y] of inner) found.push([x + head, y + head]);
  for (let index = tail; index > 0; index--) found.push([one.length - index, other.length - index]);
  return found;
}

/** @param {string[]} one @param {string[]} other @returns {[number, number][] | null} */
function middle(one, other) {
  if (!one.length || !other.length) return [];
  const most = one.length + other.length;
  const furthest = new Map([[1, 0]]);
  /** @type {Map<number, number>[]} */
  const trail = [];
  let work = 0;
  for (let edits = 0; edits <= most; edits++) {
    work += 2 * edits + 1;
    if (work > MOST_WORK) return null;
    trail.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = stepDown(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (x < one.length && x - diagonal < other.length && one[x] === other[x - diagonal]) {
        x++;
        work++;
      }
      furthest.set(diagonal, x);
      if (x >= one.length && x - diagonal >= other.length)
        return back(trail, one.length, other.length);
    }
  }
  return [];
}

/** Whether the furthest way comes from above. @param {Map<number, number>} furthest
 * @param {number} diagonal @param {number} edits */
function stepDown(furthest, diagonal, edits) {
  if (diagonal === -edits) return true;
  if (diagonal === edits) return false;
  return (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0);
}

/** @param {Map<number, number>[]} trail @param {number} x @param {number} y
 * @returns {[number, number][]} */
function back(trail, x, y) {
  /** @type {[number, number][]} */
  const found = [];
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits];
    const diagonal = x - y;
    const from = stepDown(furthest, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const startX = furthest.get(from) ?? 0;
    const startY = startX - from;
    while (x > Math.max(startX, 0) && y > Math.max(startY, 0) && edits >= 0) {
      if (x === startX || y === startY) break;
      found.push([--x, --y]);
    }
    x = startX;
    y = startY;
  }
  return found.reverse();
}

/** Pieces of the same kind side by side are one. @param {Piece[]} pieces @returns {Piece[]} */
function joined(pieces) {
  /** @type {Piece[]} */
  const found = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else if (piece.text) found.push({ ...piece });
  }
  return found;
}

/**
 * The words of two texts: what was removed from the first, what was added in the second.
 *
 * @param {string} before @param {string} after
 * @returns {{before: Piece[], after: Piece[]}}
 */
export function wordDiff(before, after) {
  const one = words(before);
  const other = words(after);
  const same = matches(one, other) ?? [];
  const kept = [new Set(same.map(([x]) => x)), new Set(same.map(([, y]) => y))];
  return {
    before: joined(
      one.map((text, index) => ({ kind: kept[0].has(index) ? "same" : "removed", text })),
    ),
    after: joined(
      other.map((text, index) => ({ kind: kept[1].has(index) ? "same" : "added", text })),
    ),
  };
}

/** How much of two lines is the same, from 0 to 1. @param {string} one @param {string} other */
function likeness(one, other) {
  const bare = (/** @type {string} */ text) => words(text).filter((word) => word.trim());
  const [first, second] = [bare(one), bare(other)];
  if (!first.length || !second.length) return 0;
  return ((matches(first, second)?.length ?? 0) * 2) / (first.length + second.length);
}

/**
 * Two texts as rows: a line of both, a changed line with its words, or a line of one of them.
 *
 * @param {string} before @param {string} after
 * @returns {Row[]}
 */
export function lineDiff(before, after) {
  const one = before.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const other = after.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  /** @type {Row[]} */
  const rows = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...(matches(one, other) ?? []), [one.length, other.length]]) {
    rows.push(...replaced(one.slice(x, nextX), other.slice(y, nextY)));
    if (nextX < one.length) {
      const same = [{ kind: /** @type {const} */ ("same"), text: one[nextX] }];
      rows.push({ kind: "same", before: same, after: same });
    }
    [x, y] = [nextX + 1, nextY + 1];
  }
  return rows;
}

/** Lines that stand where others stood: the alike ones side by side.
 * @param {string[]} one @param {string[]} other @returns {Row[]} */
function replaced(one, other) {
  /** @type {Row[]} */
  const rows = [];
  let next = 0;
  for (const line of one) {
    const near = one.length > MOST_ALIKE ? [] : other.slice(next, next + 8);
    const found = near.findIndex((candidate) => likeness(line, candidate) > 0.4);
    if (found < 0) {
      rows.push({ kind: "removed", before: [{ kind: "removed", text: line }], after: null });
      continue;
    }
    for (const added of near.slice(0, found)) rows.push(addition(added));
    const both = wordDiff(line, near[found]);
    rows.push({ kind: "changed", before: both.before, after: both.after });
    next += found + 1;
  }
  for (const added of other.slice(next)) rows.push(addition(added));
  return rows;
}

/** @param {string} line @returns {Row} */
function addition(line) {
  return { kind: "added", before: null, after: [{ kind: "added", text: line }] };
}
