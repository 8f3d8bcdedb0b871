/** Light or dark: as the system, unless the user chose otherwise on this device. */

import { byId } from "./dom.js";
import { icon } from "./icon.js";
import { MONITOR, MOON, SUN } from "./icons.js";
import { recall, remember } from "./memory.js";

const NEXT = /** @type {Record<string, string>} */ ({
  system: "light",
  light: "dark",
  dark: "system",
});
const NAMES = /** @type {Record<string, string>} */ ({
  system: "as the system",
  light: "light",
  dark: "dark",
});

const ICONS = /** @type {Record<string, string>} */ ({
  system: MONITOR,
  light: SUN,
  dark: MOON,
});

const TURN_MS = 200; // in which colours go from one theme to the other

/** @param {(theme: "light" | "dark") => void} [tell] which it is, at once and when it changes */
export function startTheme(tell = () => {}) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const known = recall("theme") ?? "";
  let choice = Object.hasOwn(NEXT, known) ? known : "system";
  const button = byId("theme");
  let turning = 0;
  const show = () => {
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Theme: ${NAMES[choice]}`);
    button.title = `Theme: ${NAMES[choice]}`;
    button.replaceChildren(icon(ICONS[choice]));
    tell(/** @type {"light" | "dark"} */ (theme));
  };
  const turn = () => {
    const { classList } = document.documentElement;
    classList.add("turning");
    clearTimeout(turning);
    turning = setTimeout(() => classList.remove("turning"), TURN_MS);
    show();
  };
  dark.addEventListener("change", turn);
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    remember("theme", choice);
    turn();
  });
  show();
}
