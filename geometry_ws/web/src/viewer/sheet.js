/** How a view looks, whatever the page round it says: the sheet of its shadow tree. */

import { COLOURS } from "./colours.js";

/** @param {"light" | "dark"} theme */
const coloursOf = (theme) =>
  Object.entries(COLOURS[theme])
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");

const RULES = `
.box { ${coloursOf("light")} height: 100%; }
.box.dark { ${coloursOf("dark")} }
.box.plane { background: var(--canvas); }
:host { display: block; position: relative; width: 100%; height: 100%; overflow: hidden;
  contain: layout paint; }
canvas { display: block; position: absolute; top: 0; left: 0; outline: none; touch-action: none;
  user-select: none; -webkit-user-select: none; }
canvas.passive { touch-action: auto; }
.by-keys canvas:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
.lost { opacity: 0; }
.stand-in { pointer-events: none; }
.away canvas { filter: grayscale(1); }
.writer { position: absolute; top: 50%; left: 50%; width: 1px; height: 1px; border: 0; padding: 0;
  opacity: 0; pointer-events: none; font-size: 16px; }
.writer:focus ~ .keys { display: block; }
.keys { display: none; position: absolute; inset: 0; pointer-events: none;
  box-shadow: inset 0 0 0 2px var(--accent); }
.words { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: pre-wrap; }
.note { position: absolute; left: 50%; bottom: 12px; transform: translateX(-50%); margin: 0;
  box-sizing: border-box; max-width: calc(100% - 24px); width: max-content; padding: 6px 12px;
  border-radius: 6px; font: 13px/1.4 system-ui, sans-serif; color: var(--text);
  background: var(--raised); border: 1px solid var(--line); }
.drop { position: absolute; box-sizing: border-box; display: grid; place-items: center;
  pointer-events: none; border: 2px dashed var(--accent); }
.drop.not { border-color: var(--line); }
.drop span { padding: 6px 12px; border-radius: 6px; font: 13px/1.4 system-ui, sans-serif;
  color: var(--text); background: var(--raised); border: 1px solid var(--line); }
.note:empty { display: none; }
`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** The one sheet of all views of a page. */
export function viewSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
  }
  return sheet;
}
