/**
 * The keys of the page and what each does; pure. While a program has the keyboard, or text is
 * edited, none of them is ours.
 *
 * @typedef {{keys: string, words: string, single: boolean}} Listed
 */

/** Commands by the keys that give them, as the help lists them.
 * @type {readonly (readonly [string, string, string])[]} */
const TABLE = Object.freeze([
  ["⌘K /", "search", "Search or do something"],
  ["F", "filter", "Filter the changes"],
  ["[", "panel", "Show or hide the list"],
  ["J", "next", "Next card"],
  ["K", "previous", "Previous card"],
  ["H", "left", "Lane to the left"],
  ["L", "right", "Lane to the right"],
  ["↵", "open", "Open the page of the selected change"],
  ["X", "tick", "Tick the next open task of the selected change"],
  ["E", "edit", "Edit the selected change"],
  ["A", "archive", "Archive the selected change"],
  ["I", "needs", "What needs you"],
  ["1", "one", "Zoom to 100 %"],
  ["0", "fit", "Show everything"],
  ["2", "fit-selection", "Show the selection or what the filter means"],
  ["+", "larger", "Zoom in"],
  ["−", "smaller", "Zoom out"],
  ["P", "pointers", "Others' pointers on or off"],
  ["T", "theme", "Light or dark"],
  ["Z", "undo", "Take the last tick back"],
  ["?", "help", "Show these keys"],
  ["Esc", "back", "Back out"],
]);

/** What stands in the table, as the DOM calls it. */
const NAMES = /** @type {Record<string, string>} */ ({ "↵": "enter", Esc: "escape", "−": "-" });

const COMMANDS = new Map(
  TABLE.flatMap(([keys, command]) =>
    keys
      .split(" ")
      .filter((key) => !key.startsWith("⌘"))
      .map((key) => [NAMES[key] ?? key.toLowerCase(), command]),
  ),
);
COMMANDS.set("=", "larger");

/** All keys with their words, for the help. */
export const KEYS = TABLE.map(([keys, , words]) => ({ keys: keys.split(" "), words }));

/** With these a key alone does nothing that a person could miss. */
const ALWAYS = new Set(["back", "larger", "smaller"]);

/**
 * @typedef {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, repeat?: boolean,
 *   isComposing?: boolean}} Pressed
 *
 * @param {Pressed} event
 * @param {{edits: boolean, presses: boolean, single: boolean, program?: boolean}} where whether
 *   text is edited there, whether the focused element is pressed by Enter itself, whether single
 *   keys are ours, and whether a program has the keyboard
 * @returns {string} the command, "" where the key is none
 */
export function commandOf(event, { edits, presses, single, program = false }) {
  if (event.isComposing || event.altKey || program) return "";
  if (event.ctrlKey || event.metaKey) {
    return event.key.toLowerCase() === "k" ? "search" : "";
  }
  if (edits) return "";
  const command = COMMANDS.get(event.key.toLowerCase()) ?? "";
  if (command === "open" && presses) return "";
  if (event.repeat && !["next", "previous", "larger", "smaller"].includes(command)) return "";
  return single || ALWAYS.has(command) ? command : "";
}
