/**
 * A link's token, which stands behind `#t=` in the address, becomes this browser's login.
 *
 * It leaves the address before anything else happens, so that nobody reads it there, bookmarks it
 * or shares it. The login is a cookie that no script can read.
 */

import { here } from "./base.js";
import { make } from "./dom.js";

/** @import { Session } from "./session.js" */

const TOKEN = /^#t=([0-9A-Za-z_-]{1,200})$/;

/**
 * Log in by the link that has brought us here, if one has. A link that was used already changes
 * nothing: whoever is logged in stays so, and to anybody else the session says it.
 */
async function logInByLink() {
  const token = TOKEN.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    await fetch(here("/session"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
  } catch {
    // no connection: the session says so as well
  }
}

/** Forget this browser's login. The page then says that nobody is let in, or is a guest's. */
export async function logOut() {
  await fetch(here("/session"), { method: "DELETE" });
  location.reload();
}

/**
 * Log in by a link, open the session, and say over the whole page when nobody is let in, or no
 * more: what lies below it may be old, and isn't for everybody.
 *
 * @param {Session} session
 */
export async function begin(session) {
  session.addEventListener("state", () => {
    if (session.state !== "refused") return;
    const words = [make("h1", {}, "geometry_ws"), make("p", {}, session.refusal)];
    document.body.append(make("div", { class: "refused", role: "alert" }, ...words));
  });
  await logInByLink();
  session.start();
}
