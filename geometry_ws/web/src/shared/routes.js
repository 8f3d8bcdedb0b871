/**
 * The addresses of the pages: what an address shows, and the address of everything. Pure.
 *
 * Names are one part of the path, percent-encoded; a spec's parts stay parts. The project is said
 * by `?project=`, and is left out where only one is served.
 *
 * @typedef {"access" | "projects" | "project" | "now" | "people" | "activity" | "change" |
 *   "specs" | "spec" | "overlaps" | "archive" | "archived" | "search" | "missing"} PageName
 * @typedef {{page: PageName, name: string, project: string, query: URLSearchParams,
 *   hash: string}} Route
 */

import { BASE } from "./base.js";

/** @type {Readonly<Record<string, PageName>>} */
const LISTS = Object.freeze({
  access: "access",
  projects: "projects",
  now: "now",
  people: "people",
  activity: "activity",
  specs: "specs",
  overlaps: "overlaps",
  archive: "archive",
  search: "search",
});
/** @type {Readonly<Record<string, PageName>>} */
const ITEMS = Object.freeze({
  projects: "project",
  changes: "change",
  specs: "spec",
  archive: "archived",
});
const FOLDERS = Object.freeze({
  project: "projects",
  change: "changes",
  spec: "specs",
  archived: "archive",
});

/** @param {string} part @returns {string | null} */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** What an address shows; `base` is where the node's addresses begin.
 * @param {URL} url @param {string} [base] @returns {Route} */
export function parse(url, base = BASE) {
  const query = new URLSearchParams(url.search);
  const project = query.get("project") ?? "";
  const hash = decoded(url.hash.slice(1)) ?? "";
  const [first, ...rest] = pathBelow(url, base).split("/");
  const names = rest.map(decoded);
  /** @type {PageName} */
  let page = "missing";
  if (!rest.length && first === "changes") page = "project";
  else if (!rest.length) page = Object.hasOwn(LISTS, first) ? LISTS[first] : "missing";
  else if (names.every((name) => name) && Object.hasOwn(ITEMS, first)) {
    if (rest.length === 1 || first === "specs") page = ITEMS[first];
  }
  const name = page === "missing" ? "" : names.join("/");
  return { page, name, project: page === "project" && name ? name : project, query, hash };
}

/** The path of an address of ours below the base; "" of any other.
 * @param {URL} url @param {string} base */
const pathBelow = ({ pathname }, base) =>
  pathname.startsWith(base) ? pathname.slice(base.length) : "";

/**
 * The address of a page.
 *
 * @param {PageName} page
 * @param {{name?: string, project?: string, query?: Record<string, string>, hash?: string}} [what]
 */
export function address(page, { name = "", project = "", query = {}, hash = "" } = {}) {
  const folder = /** @type {Record<string, string>} */ (FOLDERS)[page] ?? page;
  const parts = page === "spec" ? name.split("/") : [name];
  const path = [folder, ...(name ? parts : [])].map(encodeURIComponent).join("/");
  const asked = new URLSearchParams(query);
  if (project && page !== "project" && page !== "projects") asked.set("project", project);
  const search = asked.size ? `?${asked}` : "";
  return `${BASE}${path}${search}${hash ? `#${encodeURIComponent(hash)}` : ""}`;
}

/** The fragment that leads to a line of a document.
 * @param {string} document @param {number} [line] */
export function spot(document, line = 0) {
  return line > 0 ? `file:${document}:${line}` : `file:${document}`;
}

/** What such a fragment leads to.
 * @param {string} hash @returns {{document: string, line: number} | null} */
export function spotOf(hash) {
  const match = /^file:(.+?)(?::([0-9]+))?$/su.exec(hash);
  return match && { document: match[1], line: Number(match[2] ?? 0) };
}

/** The address of a picture of the project. @param {string} path see `pictureOf`
 * @param {string} project "" where only one is served */
export function pictureAddress(path, project) {
  const search = project ? `?${new URLSearchParams({ project })}` : "";
  return `${BASE}pictures/${path.split("/").map(encodeURIComponent).join("/")}${search}`;
}

/** The folder of a document. @param {string} folder of its owner @param {string} document */
export const folderOf = (folder, document) =>
  [folder, ...document.split("/").slice(0, -1)].join("/");

/**
 * Where a link in a project's Markdown leads: out of the project by http, https or mailto, to a
 * page of ours when it names a document of the project, to a heading of its page, or nowhere
 * (null).
 *
 * @param {string} href as written
 * @param {string} folder the document's folder below openspec/, such as `changes/add-login`
 * @returns {{kind: "outside", href: string} | {kind: "inside", page: PageName, name: string,
 *   hash: string} | null}
 */
export function follow(href, folder) {
  const plain = bare(href);
  if (/^(https?:\/\/[^/]|mailto:.)/i.test(plain)) return { kind: "outside", href: plain };
  const parts = walked(plain, folder.split("/").filter(Boolean));
  if (!parts) return null;
  if (parts[0] === "openspec") parts.shift();
  return placed(parts);
}

/**
 * The path of a picture that a project's Markdown shows, from the project's folder on; the folder
 * of its planning is called openspec there, whatever its name is. Null where it isn't a picture
 * that could be the project's own.
 *
 * @param {string} href as written @param {string} folder the document's folder below openspec/
 */
export function pictureOf(href, folder) {
  const plain = href.replace(/[\u0000-\u001f\u007f-\u009f]+/g, "").trim();
  const parts = walked(plain, ["openspec", ...folder.split("/").filter(Boolean)]);
  if (!parts?.length || parts.some((part) => part.startsWith("."))) return null;
  return /\.(?:png|jpe?g|gif|webp|svg)$/i.test(parts.at(-1) ?? "") ? parts.join("/") : null;
}

/** A link without what browsers leave out of one. @param {string} href */
const bare = (href) => href.replace(/[\u0000-\u0020\u007f-\u009f]+/g, "");

/** The parts of a path that a link leads to from a folder; null where it isn't such a link, or
 * leads above all that there is.
 * @param {string} href @param {string[]} from */
function walked(href, from) {
  if (!href || /^[^/?#]*:/.test(href) || /^[/\\#?]/.test(href)) return null;
  const path = decoded(href.replace(/[?#].*$/s, ""));
  if (path === null || /[\\\u0000]/.test(path)) return null;
  const parts = [...from];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (!parts.length) return null;
      parts.pop();
    } else if (part && part !== ".") parts.push(part);
  }
  return parts;
}

/** The page of a path below openspec/. @param {string[]} parts
 * @returns {{kind: "inside", page: PageName, name: string, hash: string} | null} */
function placed(parts) {
  const [kind, ...rest] = parts;
  if (kind === "specs" && rest.length) {
    if (rest.at(-1) === "spec.md") rest.pop();
    return rest.length ? { kind: "inside", page: "spec", name: rest.join("/"), hash: "" } : null;
  }
  if (kind !== "changes" || !rest.length) return null;
  const archived = rest[0] === "archive" && rest.length > 1;
  const [name, ...document] = archived ? rest.slice(1) : rest;
  if (name === "archive") return { kind: "inside", page: "archive", name: "", hash: "" };
  const hash = document.length ? spot(document.join("/")) : "";
  return { kind: "inside", page: archived ? "archived" : "change", name, hash };
}
