/**
 * What stands at the foot of every page on paper: what it is, from when, from where, and which page
 * of how many. A browser that knows no boxes in a page's margin prints its own line instead.
 */

import { BASE } from "./base.js";

/** A text as CSS has it. @param {string} text */
const quoted = (text) =>
  `"${text.replace(/[\\"\n\r\f]/g, (each) => `\\${each.codePointAt(0)?.toString(16)} `)}"`;

/** The rule of a page of paper. @param {{title: string, address: string, when: string}} of */
export function pageRule({ title, address, when }) {
  const from = quoted(`${address} · ${when} · `);
  const boxes = [
    `@bottom-left { content: ${quoted(title)}; color: #15181e; }`,
    `@bottom-right { content: ${from} counter(page) "/" counter(pages); }`,
  ];
  const font = "font: 8.5pt Inter, sans-serif; color: #535a67";
  return `@page { margin: 14mm 14mm 18mm; ${font}; ${boxes.join(" ")} }`;
}

/** An address as people read it. @param {string} path */
function readable(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Keep the foot true whenever this tab prints. */
export function startPrintFoot() {
  if (!("adoptedStyleSheets" in document)) return;
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  addEventListener("beforeprint", () => {
    const { host, pathname, search } = location;
    const address = host + readable(pathname === BASE ? pathname : pathname + search);
    const when = new Date().toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    sheet.replaceSync(pageRule({ title: document.title.replace(/^\(\d+\) /, ""), address, when }));
  });
}
