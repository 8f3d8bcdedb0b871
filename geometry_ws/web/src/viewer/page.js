/**
 * The page `/view`: one surface, a board or the world and nothing round it. Its address says which:
 * `?surface=TITLE`, `?board=PROJECT`, with `theme=dark` and `input=0`.
 */

import { view } from "./index.js";

const words = new URLSearchParams(location.search);
const theme = /** @type {"light" | "dark" | "auto"} */ (
  ["light", "dark"].includes(words.get("theme") ?? "") ? words.get("theme") : "auto"
);
const board = words.get("board");
const surface = words.get("surface") ?? "";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`html, body { height: 100%; margin: 0; overflow: hidden; }`);
document.adoptedStyleSheets = [sheet];
if (theme !== "auto") document.documentElement.style.colorScheme = theme;
document.title = surface || (board === null ? "geometry_ws" : board || "Board");

const shown = view(document.body, {
  theme,
  input: words.get("input") !== "0",
  ...(surface
    ? { surface, id: words.get("id") ?? "" }
    : board !== null && { board: board || true }),
});

// For tests and the curious, as on the board's page.
Object.defineProperty(window, "geometry_ws_view", { value: shown });
