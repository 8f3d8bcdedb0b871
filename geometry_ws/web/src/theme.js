/** Light or dark: as the system, unless somebody chose otherwise on this device. */

import { byId } from "./dom.js";

const KEY = "geometry_ws.theme";
const NEXT = /** @type {Record<string, string>} */ ({ system: "light", light: "dark", dark: "system" });
const NAMES = /** @type {Record<string, string>} */ ({
  system: "as the system", light: "light", dark: "dark",
});

function stored() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system"; // storage is switched off
  }
}

export function startTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let choice = Object.hasOwn(NEXT, stored()) ? stored() : "system";
  const button = byId("theme");
  const show = () => {
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Theme: ${NAMES[choice]}`);
    button.title = `Theme: ${NAMES[choice]}`;
  };
  dark.addEventListener("change", show);
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // it holds until the page is closed
    }
    show();
  });
  show();
}
