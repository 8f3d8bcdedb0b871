/** What is told of a view's state, and where its node is. Pure. */

/** @import { Aim } from "./aims.js" */

/**
 * @typedef {"connecting" | "starting" | "waiting" | "live" | "lost" | "version" | "refused" |
 *   "closed"} State `waiting`: the node is there, and what is to be shown isn't
 */

/**
 * A node's addresses, from the one that is given: of its board, of its socket, and in words. It may
 * begin at a path of its host.
 *
 * @param {string} text
 * @returns {{page: string, socket: string, host: string}}
 */
export function addressOf(text) {
  const given = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const address = URL.canParse?.(given) === false ? null : new URL(given);
  if (!address?.host || !/^(https?|wss?):$/.test(address.protocol))
    throw new TypeError(`url: ${text} is no address of a node, such as http://localhost:8081.`);
  const secure = /^(https|wss):$/.test(address.protocol) ? "s" : "";
  const path = address.pathname.replace(/\/(ws|view)?$/, "");
  const place = `${address.host}${path}`;
  return { page: `http${secure}://${place}/`, socket: `ws${secure}://${place}/ws`, host: place };
}

/**
 * The node that is meant where none is named: the one that this module comes from; of a module that
 * was built into something else, the page's own origin.
 *
 * @param {string} module its address @param {string} page
 */
export const usualNode = (module, page) =>
  /\/viewer\.js$/.test(module) && !module.startsWith("file:")
    ? module.slice(0, -"viewer.js".length)
    : new URL("/", page).href;

/**
 * @param {State} state
 * @param {{refusal: string, host: string, aim: Aim, waited: boolean}} more
 * @returns {string} "" where nothing is to be said
 */
export function sentenceOf(state, { refusal, host, aim, waited }) {
  if (state === "refused") return refusal;
  if (state === "version") return `The node at ${host} speaks another version of the protocol.`;
  if (state === "lost") return `The connection to ${host} is lost; trying again.`;
  if (!waited || state === "live" || state === "closed") return "";
  if (state === "connecting") return `No answer from ${host} yet; trying on.`;
  if (state === "starting") return "The node is starting.";
  if (aim.kind === "surface") return `Waiting for “${aim.name}”: nothing is called so just now.`;
  if (aim.kind === "board" && aim.project) return `This node serves no project “${aim.project}”.`;
  return "This node serves no project.";
}

/**
 * Light or dark: as it is wished, else as the page is. A page that says nothing of schemes is
 * light, and one that is for both is what the system is.
 *
 * @param {"light" | "dark" | "auto"} wish
 * @param {{scheme: string, meta: string, dark: boolean}} page the element's computed
 *   `color-scheme`, what the page says in its `<meta name="color-scheme">`, and whether the system
 *   is dark
 * @returns {"light" | "dark"}
 */
export function themeOf(wish, { scheme, meta, dark }) {
  if (wish !== "auto") return wish;
  const said = scheme && scheme !== "normal" ? scheme : meta;
  const words = said.split(/\s+/);
  if (!words.includes("dark")) return "light";
  return words.includes("light") && !dark ? "light" : "dark";
}
