/**
 * Where this node's addresses begin: at the root of its host, or at a path of it behind a proxy.
 * The scripts lie right there.
 */

const script = new URL(import.meta.url);

/** A path that begins and ends with a slash; under test, where scripts are files, the root. */
export const BASE = script.protocol === "file:" ? "/" : new URL(".", script).pathname;

/** The address here of a page of the node, which is given from its root on.
 * @param {string} page such as /changes/add-login */
export const here = (page) => BASE + page.replace(/^\/+/, "");

/** The address of the board. @param {URLSearchParams | string} [query] */
export function boardAddress(query = "") {
  const asked = String(query);
  return asked ? `${BASE}?${asked}` : BASE;
}

/** The address of the node's socket. */
export function socketAddress() {
  const address = new URL(here("/ws"), location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
