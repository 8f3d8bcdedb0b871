/**
 * Work in small tasks: what is put here is done soon, one thing after the other. After some
 * milliseconds the page has its turn: input is taken, and a frame is shown.
 */

const TURN_MS = 6;

/** @type {(() => void)[]} */
const waiting = [];
let posted = false;
/** @type {MessagePort | null} messages come without the delay of timers */
let outside = null;

function work() {
  const start = performance.now();
  do waiting.shift()?.();
  while (waiting.length && performance.now() - start < TURN_MS);
  posted = waiting.length > 0;
  if (posted) outside?.postMessage(0);
}

/** @param {() => void} task */
export function soon(task) {
  waiting.push(task);
  if (posted) return;
  posted = true;
  if (!outside) {
    const channel = new MessageChannel();
    channel.port1.onmessage = work;
    outside = channel.port2;
  }
  outside.postMessage(0);
}
