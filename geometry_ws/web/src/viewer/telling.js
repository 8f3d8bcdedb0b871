/** What is told of a view's state, and where its node is. Pure. */

/** @import { Aim } from "./aims.js" */

/**
 * @typedef {"connecting" | "starting" | "waiting" | "live" | "lost" | "version" | "refused" |
 *   "closed"} State `waiting`: the node is there, and what is to be shown isn't
 */

/**
 * A node's addresses, from the one that is given: of its page, of a page below it or its socket.
 *
 * @param {string} text
 * @returns {{page: string, socket: string, host: string}}
 */
export function addressOf(text) {
  const address = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  const secure = address.protocol === "https:" || address.protocol === "wss:";
  const { host } = address;
  if (!host || !/^(https?|wss?):$/.test(address.protocol))
    throw new TypeError(`url: ${text} is no address of a node, such as http://localhost:8081.`);
  const plain = secure ? "" : "s";
  const page = `http${secure ? "s" : ""}://${host}/`;
  return { page, socket: `ws${plain ? "" : "s"}://${host}/ws`, host };
}

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
