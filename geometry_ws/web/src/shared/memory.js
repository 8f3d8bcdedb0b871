/** What this device remembers of its user's choices; nothing where storage is switched off. */

const PREFIX = "geometry_ws.";

/** @param {string} key @returns {string | null} */
export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // it holds until the page is closed
  }
}
