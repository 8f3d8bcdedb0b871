/**
 * The worker that reads Markdown and compares texts: one thing after the other, its pieces as they
 * are made.
 */

import { portions } from "./diff.js";
import { read } from "./markdown.js";

const TELL_MS = 100;

/** @type {any} its types are those of pages */
const worker = self;

worker.onmessage = (/** @type {MessageEvent} */ { data }) => {
  const { id, text, level, before } = data;
  let lastSaid = performance.now();
  const tell = (/** @type {number} */ share) => {
    if (performance.now() - lastSaid < TELL_MS) return;
    lastSaid = performance.now();
    worker.postMessage({ id, share });
  };
  try {
    if (before === undefined)
      read(text, level, (piece, elements) => worker.postMessage({ id, piece, elements }), tell);
    else
      portions(before, text, (rows) =>
        worker.postMessage({ id, piece: rows, elements: rows.length * 3 }),
      );
    worker.postMessage({ id, done: true });
  } catch {
    // such as too many lists within each other
    worker.postMessage({ id, failed: true });
  }
};
worker.postMessage({ ready: true });
