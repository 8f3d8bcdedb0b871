/**
 * Ends of lines: a text field of a browser knows one, documents have others; an edit keeps them.
 * Pure.
 */

const LINE = /([^\r\n]*)(\r\n|\n|\r|$)/gy;

/** A text's lines, each with its end. @param {string} text */
function lines(text) {
  return [...text.matchAll(LINE)]
    .map(([, words, end]) => ({ words, end }))
    .filter(({ words, end }) => words || end);
}

/** A text as a text field holds it. @param {string} text */
export function plain(text) {
  return text.replace(/\r\n?/g, "\n");
}

/**
 * A text from a text field with the ends of lines that the document has: lines that stay keep
 * theirs, others get that of the line before them.
 *
 * @param {string} text the text, with plain ends
 * @param {string} base the document before
 */
export function withEndsOf(text, base) {
  if (!base.includes("\r")) return text;
  const old = lines(base);
  const now = lines(plain(text));
  let same = 0;
  while (same < now.length && same < old.length && now[same].words === old[same].words) same++;
  let tail = 0;
  while (
    tail < now.length - same &&
    tail < old.length - same &&
    now[now.length - 1 - tail].words === old[old.length - 1 - tail].words
  ) {
    tail++;
  }
  const shift = old.length - now.length;
  let at = same;
  let last = old.find(({ end }) => end)?.end ?? "\n";
  let ended = "";
  return now
    .map(({ words, end }, number) => {
      let before = "";
      if (number < same) before = old[number].end;
      else if (number >= now.length - tail) before = old[number + shift].end;
      else {
        const stop = old.length - tail;
        const match = old.findIndex(
          (line, place) => place >= at && place < stop && line.words === words,
        );
        // A line that was changed has the place of the old one where as many lines are there.
        const place = match >= 0 ? match : shift === 0 ? number : -1;
        if (match >= 0) at = match + 1;
        before = place >= 0 ? old[place].end : "";
      }
      if (end && before) last = before;
      // Two ends of lines must not become one.
      const split = ended === "\r" && !words && last === "\n";
      ended = end && (split ? "\r" : last);
      return words + ended;
    })
    .join("");
}
