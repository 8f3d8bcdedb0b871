/** What is wrong with a diagram, as far as somebody who wrote it can mend it. Pure. */

/**
 * @typedef {object} Problem
 * @property {"unknown" | "large" | "syntax"} kind
 * @property {number} line from 1 on; 0 where it isn't known
 */

/** What Mermaid complained of. @param {any} error @returns {Problem} */
export function problemOf(error) {
  const words = String(error?.message ?? error);
  if (/no diagram type detected|UnknownDiagramError/i.test(words))
    return { kind: "unknown", line: 0 };
  if (/edge limit|too many edges|maximum text size|maxEdges/i.test(words))
    return { kind: "large", line: 0 };
  const line = Number(/\bline:? (\d{1,5})\b/i.exec(words)?.[1] ?? 0);
  return { kind: "syntax", line };
}

/** @param {Problem} problem */
export function sentence({ kind, line }) {
  if (kind === "unknown")
    return "It isn't said which kind of diagram this is, or it is one that isn't drawn here.";
  if (kind === "large") return "The diagram has too many parts to be drawn.";
  return line > 0
    ? `The diagram can't be drawn: something isn't understood in its line ${line}.`
    : "The diagram can't be drawn: something in it isn't understood.";
}
