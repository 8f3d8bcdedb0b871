/**
 * When this page's reader last looked at what happened in a project. It is noted whenever that is
 * left: by going elsewhere, by closing the window, or by turning to another one.
 */

import { recall, remember } from "../shared/memory.js";

/** @param {string} project */
const keyOf = (project) => `looked.${project}`;

/** In milliseconds since 1970; 0 where that was never. @param {string} project */
export const lookedAt = (project) => Number(recall(keyOf(project)) ?? 0);

/**
 * Note it from now on, whenever it is left.
 *
 * @param {string} project @param {() => boolean} seen whether there was something to be seen
 * @param {() => void} back called when somebody turns to it again
 * @returns {() => void} what ends it, and notes it the last time
 */
export function noteLooks(project, seen, back) {
  const note = () => seen() && remember(keyOf(project), String(Date.now()));
  const turned = () => (document.hidden ? note() : back());
  addEventListener("pagehide", note);
  document.addEventListener("visibilitychange", turned);
  return () => {
    removeEventListener("pagehide", note);
    document.removeEventListener("visibilitychange", turned);
    note();
  };
}
