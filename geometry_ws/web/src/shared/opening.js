/**
 * What a phone shows first: what needs somebody. It holds once for each tab, and only where the
 * address names nothing on the board: whoever comes from a page or by a link sees what was meant.
 */

import { here } from "./base.js";

const [LEAST, MOST] = [300, 760]; // a phone's width in CSS pixels; below it is a watch
const KEY = "geometry_ws.opened";

/** Whether the board gives way to what needs somebody. Pure.
 * @param {{width: number, finger: boolean, search: string, hash: string, opened: boolean}} of */
export function opensOnNow({ width, finger, search, hash, opened }) {
  const named = [...new URLSearchParams(search).keys()].some((name) => name !== "project");
  return finger && !opened && !hash && !named && width >= LEAST && width < MOST;
}

/** Whether this tab has shown something of this node before; from now on it has. */
export function wasOpened() {
  try {
    const before = sessionStorage.getItem(KEY) !== null;
    sessionStorage.setItem(KEY, "1");
    return before;
  } catch {
    return true; // what can't be remembered would be so for ever
  }
}

/** On a phone, go to what needs somebody if this tab has just been opened for the whole board. */
export function openOnNow() {
  const { search, hash } = location;
  const opened = wasOpened();
  const finger = matchMedia("(pointer: coarse)").matches; // a narrow window is no phone
  if (opensOnNow({ width: innerWidth, finger, search, hash, opened })) {
    location.replace(here("/now") + search);
  }
}
