/**
 * What the address says of the view: the place with its zoom, the selected change and the filter.
 * The project is the picker's. Pure.
 *
 * @typedef {{x: number, y: number, zoom: number} | "fit" | null} At the world point in the middle
 *   of the screen; null where the page chooses
 * @typedef {{at: At, change: string, filter: string}} Shown
 */

/** @import { Camera, Size } from "./camera.js" */

const MOST = 200; // letters of a name or a filter
const FAR = 1e6; // world pixels

/** @param {string} search @returns {Shown} */
export function readShown(search) {
  const query = new URLSearchParams(search);
  return {
    at: placeOf(query.get("at") ?? ""),
    change: (query.get("change") ?? "").slice(0, MOST),
    filter: (query.get("filter") ?? "").slice(0, MOST),
  };
}

/** @param {string} text @returns {At} */
function placeOf(text) {
  if (text === "fit") return "fit";
  const numbers = text.split(",").map(Number);
  if (numbers.length !== 3 || !text.split(",").every((part) => part.trim())) return null;
  const [x, y, zoom] = numbers;
  const sound = numbers.every(Number.isFinite) && Math.max(Math.abs(x), Math.abs(y)) <= FAR;
  return sound && zoom > 0 ? { x, y, zoom } : null;
}

/** The same query with another view; what else it says stays.
 * @param {string} search @param {Shown} shown @returns {string} "" or with its question mark */
export function writeShown(search, { at, change, filter }) {
  const query = new URLSearchParams(search);
  const place = at && at !== "fit" ? [at.x, at.y, at.zoom].map(rounded).join(",") : (at ?? "");
  for (const [name, value] of Object.entries({ at: place, change, filter })) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

/** @param {number} value @param {number} index */
const rounded = (value, index) =>
  String(index === 2 ? Number(value.toPrecision(4)) : Math.round(value));

/** What is in the middle of the screen. @param {Camera} camera @param {Size} size */
export function middleOf({ x, y, zoom }, { width, height }) {
  return { x: x + width / 2 / zoom, y: y + height / 2 / zoom, zoom };
}

/** The camera that has this in the middle. @param {{x: number, y: number, zoom: number}} middle
 * @param {Size} size @returns {Camera} */
export function cameraAt({ x, y, zoom }, { width, height }) {
  return { x: x - width / 2 / zoom, y: y - height / 2 / zoom, zoom };
}
