/**
 * Text that a program offers in answer to what was done in it goes to this computer's clipboard,
 * and that is said. Where the browser doesn't let the page, as it wants a press for it, a button
 * asks for one.
 */

import { counted } from "../shared/text.js";
import { toast } from "../shared/toast.js";

/** @import { Session } from "../shared/session.js" */
/** @import { Surfaces } from "./surfaces.js" */

/** @param {string} text @param {string} title of the surface */
export function wordsOf(text, title) {
  const size = counted([...text].length, "character");
  return title ? `${size} from ${title}` : size;
}

/** @param {Session} session @param {Surfaces} surfaces */
export function followClipboard(session, surfaces) {
  session.subscribe("seat_on_clipboard", async ({ surface, text }) => {
    const words = wordsOf(text, surfaces.known.get(surface)?.title ?? "");
    if (await copy(text)) {
      toast(`Copied ${words}.`);
      return;
    }
    const run = async () =>
      toast((await copy(text)) ? `Copied ${words}.` : "The browser lets no page copy text.");
    toast(`${words} can be copied.`, null, { words: "Copy", run });
  });
}

/** Fill the clipboard; whether the browser has let us. @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByEvent(text);
  }
}

/** The way of pages without TLS. The focus stays where it is. @param {string} text */
function copyByEvent(text) {
  let done = false;
  const fill = (/** @type {ClipboardEvent} */ event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    event.clipboardData?.setData("text/plain", text);
    done = event.clipboardData !== null;
  };
  document.addEventListener("copy", fill, { capture: true, once: true });
  const may = document.execCommand("copy");
  document.removeEventListener("copy", fill, { capture: true });
  return may && done;
}
