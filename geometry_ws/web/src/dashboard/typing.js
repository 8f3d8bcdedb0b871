/** Text on its way to a program; pure. */

export const MOST_TOLD = 10_000; // characters in one message, as the protocol has it
export const MOST_PASTED = 1_000_000;

const clusters =
  typeof Intl.Segmenter === "function"
    ? new Intl.Segmenter(undefined, { granularity: "grapheme" })
    : null;

/** Where to cut at the latest, without cutting a character in two.
 * @param {string} text @param {number} start @param {number} most @param {Intl.Segments} [parts] */
function cutOf(text, start, most, parts) {
  const end = start + most;
  if (end >= text.length) return text.length;
  const whole = parts?.containing(end)?.index ?? end;
  // A character may be longer than a message; a pair never is.
  const cut = whole > start ? whole : end;
  return isLow(text, cut) ? cut - 1 : cut;
}

/** Whether the second half of a pair stands here. @param {string} text @param {number} at */
const isLow = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/**
 * Text as messages: in order, whole, each of at most so many characters; letters with their accents
 * and signs that are joined aren't cut. Ends of lines are line feeds; halves of pairs, which no
 * message can hold, are replaced.
 *
 * @param {string} text @param {number} [most] @returns {string[]}
 */
export function inMessages(text, most = MOST_TOLD) {
  const sound = text.replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\ufffd");
  const parts = sound.length > most ? clusters?.segment(sound) : undefined;
  const messages = [];
  for (let start = 0; start < sound.length;) {
    const end = cutOf(sound, start, most, parts);
    messages.push(sound.slice(start, end));
    start = end;
  }
  return messages;
}

/** Why text from the clipboard isn't pasted; "" when it is.
 * @param {string} text @param {boolean} anything whether the clipboard holds anything at all */
export function refusal(text, anything) {
  if (!text && anything) return "The clipboard holds no text, and only text is pasted.";
  if (text.length <= MOST_PASTED) return "";
  const [size, most] = [text.length, MOST_PASTED].map((count) => count.toLocaleString("en"));
  return `The clipboard holds ${size} characters. Copy at most ${most} at once.`;
}

/** What the field holds between two edits: spaces, as a word has ended before each. */
export const FILLING = "  ";
const DELETES = /^delete(?:Content|Word|SoftLine|HardLine)(Backward|Forward)$/;

/**
 * What an edit of the field means: keys that no key event told of, and text.
 *
 * @param {string} value of the field, which held FILLING before
 * @param {string} inputType what the browser calls the edit
 * @returns {{taps: string[], text: string}}
 */
export function editOf(value, inputType) {
  const deletes = DELETES.exec(inputType);
  if (deletes) {
    const count = Math.max(1, FILLING.length - value.length);
    return { taps: Array(count).fill(deletes[1] === "Forward" ? "Delete" : "Backspace"), text: "" };
  }
  if (inputType.startsWith("history")) return { taps: [], text: "" };
  const text = value.startsWith(FILLING) ? value.slice(FILLING.length) : value.trimStart();
  const breaks = inputType === "insertLineBreak" || inputType === "insertParagraph";
  return breaks ? { taps: ["Enter"], text: text.replace(/\n/, "") } : { taps: [], text };
}
