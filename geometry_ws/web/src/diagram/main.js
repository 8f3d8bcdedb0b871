/**
 * The frame that draws Mermaid. It has no origin and its policy lets it fetch nothing, so that
 * whatever a diagram makes of it, it has only that diagram. It gets a text and colours, and gives
 * back a picture: an SVG as text, without anything that only a page could show.
 */

import { variables } from "./look.js";
import { problemOf } from "./problem.js";

const MOST_TEXT = 8_000; // characters
const MOST_EDGES = 200;
const MOST_PICTURE = 2_000_000; // characters
const FONT = "system-ui, sans-serif"; // a picture can have no font of the page's
/** What a diagram may not say of itself. */
const OURS = [
  "secure",
  "securityLevel",
  "startOnLoad",
  "maxTextSize",
  "maxEdges",
  "suppressErrorRendering",
  "htmlLabels",
  "theme",
  "themeVariables",
  "themeCSS",
  "darkMode",
  "fontFamily",
  "layout",
  "look",
];

let count = 0;

/** @param {string} text @param {any} colours @param {boolean} dark */
async function draw(text, colours, dark) {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    maxTextSize: MOST_TEXT,
    maxEdges: MOST_EDGES,
    secure: OURS,
    theme: "base",
    themeVariables: { ...variables(colours, dark), fontFamily: FONT },
    fontFamily: FONT,
    // a picture has no elements of a page in it
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    sequence: { actorFontSize: 14, messageFontSize: 14, noteFontSize: 14 },
  });
  const { svg } = await mermaid.render(`diagram-${++count}`, text);
  const box = document.createElement("div");
  box.innerHTML = svg;
  const element = /** @type {SVGSVGElement | null} */ (box.querySelector("svg"));
  const [, , width = 0, height = 0] = (element?.getAttribute("viewBox") ?? "")
    .split(" ")
    .map(Number);
  if (!element || !(width > 0 && height > 0)) throw new Error("nothing was drawn");
  element.setAttribute("width", String(width));
  element.setAttribute("height", String(height));
  element.removeAttribute("style");
  const picture = new XMLSerializer().serializeToString(element);
  if (picture.length > MOST_PICTURE) return { problem: { kind: "large", line: 0 } };
  return { picture, width, height };
}

addEventListener("message", async ({ source, data }) => {
  if (source !== parent) return;
  const { id, text, colours, dark } = data;
  let answer;
  try {
    answer = await draw(text, colours, dark);
  } catch (error) {
    answer = { problem: problemOf(error) };
  }
  document.body.replaceChildren();
  parent.postMessage({ id, ...answer }, "*");
});
parent.postMessage({ ready: true }, "*");
