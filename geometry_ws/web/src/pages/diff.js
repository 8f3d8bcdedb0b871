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
const MOST_COMPARED = 5_000; // characters of a line whose words are compared
export const MOST_ROWS = 150; // of a portion
export const MOST_TEXT = 8_000; // characters of a portion
const WORDS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}_]+|\s+|./gsu;

/** A text's words, spaces and signs; one for each character where words have no spaces.
 * @param {string} text @returns {string[]} */
export function words(text) {
  return text.match(WORDS) ?? [];
}

/**
 * The longest common parts of two lists, as pairs of indices in order (Myers' greedy algorithm,
 * linear where little differs). Null where it would take too long.
 *
 * @param {string[]} before @param {string[]} after
 * @returns {[number, number][] | null}
 */
export function matches(before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const inner = middle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  if (!inner) return null;
  /** @type {[number, number][]} */
  const pairs = [];
  for (let index = 0; index < head; index++) pairs.push([index, index]);
  for (const [x, y] of inner) pairs.push([x + head, y + head]);
  for (let index = tail; index > 0; index--)
    pairs.push([before.length - index, after.length - index]);
  return pairs;
}

/** @param {string[]} before @param {string[]} after @returns {[number, number][] | null} */
function middle(before, after) {
  if (!before.length || !after.length) return [];
  const most = before.length + after.length;
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
      while (
        x < before.length &&
        x - diagonal < after.length &&
        before[x] === after[x - diagonal]
      ) {
        x++;
        work++;
      }
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length)
        return back(trail, before.length, after.length);
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
  const pairs = [];
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits];
    const diagonal = x - y;
    const from = stepDown(furthest, diagonal, edits) ? diagonal + 1 : diagonal - 1;
    const startX = furthest.get(from) ?? 0;
    const startY = startX - from;
    while (x > Math.max(startX, 0) && y > Math.max(startY, 0) && edits >= 0) {
      if (x === startX || y === startY) break;
      pairs.push([--x, --y]);
    }
    x = startX;
    y = startY;
  }
  return pairs.reverse();
}

/** Pieces of the same kind side by side are one. @param {Piece[]} pieces @returns {Piece[]} */
function joined(pieces) {
  /** @type {Piece[]} */
  const merged = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else if (piece.text) merged.push({ ...piece });
  }
  return merged;
}

/**
 * The words of two texts: what was removed from the first, what was added in the second.
 *
 * @param {string} before @param {string} after
 * @returns {{before: Piece[], after: Piece[]}}
 */
export function wordDiff(before, after) {
  const oldWords = words(before);
  const newWords = words(after);
  const same = matches(oldWords, newWords) ?? [];
  const unchanged = [new Set(same.map(([x]) => x)), new Set(same.map(([, y]) => y))];
  return {
    before: joined(
      oldWords.map((text, index) => ({ kind: unchanged[0].has(index) ? "same" : "removed", text })),
    ),
    after: joined(
      newWords.map((text, index) => ({ kind: unchanged[1].has(index) ? "same" : "added", text })),
    ),
  };
}

/** How much of two lines is the same, from 0 to 1. @param {string} before @param {string} after */
function likeness(before, after) {
  const bare = (/** @type {string} */ text) => words(text).filter((word) => word.trim());
  const [first, second] = [bare(before), bare(after)];
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
  const oldLines = before.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const newLines = after.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  /** @type {Row[]} */
  const rows = [];
  let [x, y] = [0, 0];
  const pairs = matches(oldLines, newLines) ?? [];
  pairs.push([oldLines.length, newLines.length]);
  for (const [nextX, nextY] of pairs) {
    for (const row of replaced(oldLines.slice(x, nextX), newLines.slice(y, nextY))) rows.push(row);
    if (nextX < oldLines.length) {
      const same = [{ kind: /** @type {const} */ ("same"), text: oldLines[nextX] }];
      rows.push({ kind: "same", before: same, after: same });
    }
    [x, y] = [nextX + 1, nextY + 1];
  }
  return rows;
}

/** Lines that stand where others stood: the alike ones side by side.
 * @param {string[]} oldLines @param {string[]} newLines @returns {Row[]} */
function replaced(oldLines, newLines) {
  /** @type {Row[]} */
  const rows = [];
  let next = 0;
  for (const line of oldLines) {
    const near = oldLines.length > MOST_ALIKE ? [] : newLines.slice(next, next + 8);
    const partner =
      line.length > MOST_COMPARED
        ? -1
        : near.findIndex((other) => other.length <= MOST_COMPARED && likeness(line, other) > 0.4);
    if (partner < 0) {
      rows.push({ kind: "removed", before: [{ kind: "removed", text: line }], after: null });
      continue;
    }
    for (const added of near.slice(0, partner)) rows.push(addition(added));
    const both = wordDiff(line, near[partner]);
    rows.push({ kind: "changed", before: both.before, after: both.after });
    next += partner + 1;
  }
  for (const added of newLines.slice(next)) rows.push(addition(added));
  return rows;
}

/** @param {string} line @returns {Row} */
function addition(line) {
  return { kind: "added", before: null, after: [{ kind: "added", text: line }] };
}

/**
 * Two texts as rows, in portions that are small whatever the texts are like: what is longer than
 * a portion is several rows.
 *
 * @param {string} before @param {string} after
 * @param {(rows: Row[]) => void} give
 */
export function portions(before, after, give) {
  /** @type {Row[]} */
  let portion = [];
  let text = 0;
  for (const row of lineDiff(before, after)) {
    for (const part of parted(row)) {
      const size = sizeOf(part.before) + sizeOf(part.after);
      if (portion.length && (portion.length >= MOST_ROWS || text + size > MOST_TEXT)) {
        give(portion);
        portion = [];
        text = 0;
      }
      portion.push(part);
      text += size;
    }
  }
  give(portion);
}

/** @param {Piece[] | null} pieces */
const sizeOf = (pieces) => pieces?.reduce((sum, { text }) => sum + text.length + 20, 0) ?? 0;

/** @param {Row} row @returns {Row[]} */
function parted(row) {
  if (sizeOf(row.before) + sizeOf(row.after) <= MOST_TEXT) return [row];
  const [left, right] = [row.before, row.after].map((pieces) => pieces && slices(pieces));
  const count = Math.max(left?.length ?? 0, right?.length ?? 0);
  return Array.from({ length: count }, (_, index) => ({
    kind: row.kind,
    before: left && (left[index] ?? []),
    after: right && (right[index] ?? []),
  }));
}

/** Pieces of a line, by a good part of a portion. @param {Piece[]} pieces @returns {Piece[][]} */
function slices(pieces) {
  const most = MOST_TEXT / 4;
  /** @type {Piece[][]} */
  const lines = [[]];
  for (const { kind, text } of pieces) {
    for (let at = 0; at < text.length; at += most) {
      const line = /** @type {Piece[]} */ (lines.at(-1));
      const piece = { kind, text: text.slice(at, at + most) };
      if (line.length && sizeOf(line) + piece.text.length > most) lines.push([piece]);
      else line.push(piece);
    }
  }
  return lines;
}
