/**
 * A link's token, which stands behind `#t=` in the address, becomes this browser's login.
 *
 * It leaves the address before anything else happens, so that nobody reads it there, bookmarks it
 * or shares it. The login is a cookie that no script can read.
 */

const TOKEN = /^#t=([0-9A-Za-z_-]{1,200})$/;

/**
 * Log in by the link that has brought us here, if one has. A link that was used already changes
 * nothing: whoever is logged in stays so, and to anybody else the session says it.
 */
export async function logInByLink() {
  const token = TOKEN.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
  } catch {
    // no connection: the session says so as well
  }
}
