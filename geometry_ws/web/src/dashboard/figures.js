/** What the panel of figures says of a stream's numbers. Pure: from an answer to words. */

import { age, rate } from "../shared/text.js";

/** The steps from an input to the screen, in their order, with their titles. */
const STEPS = /** @type {const} */ ([
  ["input_commit", "input → program's answer"],
  ["commit_frame", "answer → frame"],
  ["encode", "encoding a picture"],
  ["frame_ack", "frame → painted"],
  ["input_ack", "all: input → painted"],
]);

/** @param {number} bytes */
export function size(bytes) {
  return rate(bytes).replace("/s", "");
}

/** @param {number} ms */
export function milliseconds(ms) {
  return ms === 0 ? "–" : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** @param {number} count */
const whole = (count) => count.toLocaleString("en");

/**
 * @typedef {{at: number, frames: number, received: number}} Measured when, in milliseconds, and
 *   counts since the page was opened
 *
 * What a page measures itself, in pairs of a name and a value.
 *
 * @param {Measured} now @param {Measured} before
 * @param {number | null} roundTrip milliseconds to the node and back
 * @returns {[string, string][]}
 */
export function ofPage(now, before, roundTrip) {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  return [
    ["painted here", `${Math.round((now.frames - before.frames) / seconds)} /s`],
    ["received here", rate((now.received - before.received) / seconds)],
    ["to the node and back", roundTrip === null ? "–" : milliseconds(roundTrip)],
  ];
}

/**
 * The stream in pairs of a name and a value.
 *
 * @param {Record<string, any>} stats the answer of stream.stats
 * @param {Record<string, any> | null} before the one before it, for what happened since
 * @returns {[string, string][]}
 */
export function ofStream(stats, before) {
  const { totals } = stats;
  const same = before && before.epoch === stats.epoch && stats.uptime_s > before.uptime_s;
  const seconds = same ? stats.uptime_s - before.uptime_s : 0;
  const each = (/** @type {string} */ key) =>
    same ? (totals[key] - before.totals[key]) / seconds : 0;
  return [
    ["frames", `${stats.fps.toFixed(stats.fps < 10 ? 1 : 0)} /s`],
    ["sent to all", rate(each("bytes"))],
    ["encoded", `${Math.round(each("encodings"))} /s`],
    ["acks", `${Math.round(each("acks"))} /s`],
    ["surfaces", whole(stats.surfaces)],
    ["kept for joiners", size(stats.cached_bytes)],
    ["keyframes", whole(totals.keyframes)],
    ["forwarded as made", whole(totals.forwarded)],
    ["of a video", whole(totals.videos)],
    ["mended without loss", whole(totals.refined)],
    ["given up", whole(totals.dropped)],
    ["stuck viewers", whole(totals.stuck)],
    ["running for", age(stats.uptime_s * 1000)],
  ];
}

/**
 * Where time goes: a step, its median, its 95th of 100, its longest. Only what was measured.
 *
 * @param {Record<string, any>} stats
 * @returns {string[][]}
 */
export function ofWays(stats) {
  return STEPS.filter(([key]) => stats.ledger[key].count > 0).map(([key, words]) => {
    const lag = stats.ledger[key];
    return [words, ...[lag.p50_ms, lag.p95_ms, lag.max_ms].map(milliseconds)];
  });
}

/** Titles of the columns of `ofViewers`. */
export const VIEWER_TITLES = Object.freeze([
  "viewer",
  "state",
  "quality",
  "frames",
  "lag",
  "left out",
  "received",
  "in flight",
  "line",
]);

/** @param {Record<string, any>} viewer */
function quality({ quality: name, shrink, rough_planes: rough }) {
  const small = shrink > 1 ? ` 1:${shrink}` : "";
  return name + small + (rough ? `, ${rough} with loss` : "");
}

/**
 * One row for each viewer, those that are behind first.
 *
 * @param {Record<string, any>} stats
 * @returns {string[][]}
 */
export function ofViewers(stats) {
  const calm = new Set(["live", "hidden", "paused"]);
  const ordered = [...stats.viewers].sort(
    (left, right) =>
      Number(calm.has(left.state)) - Number(calm.has(right.state)) || right.lag_ms - left.lag_ms,
  );
  return ordered.map((viewer) => [
    viewer.viewer,
    viewer.state,
    quality(viewer),
    `${viewer.fps.toFixed(viewer.fps < 10 ? 1 : 0)} /s`,
    milliseconds(viewer.lag_ms),
    whole(viewer.skipped),
    size(viewer.bytes),
    `${size(viewer.in_flight_bytes)} of ${size(viewer.window_bytes)}`,
    viewer.bandwidth ? rate(viewer.bandwidth) : "–",
  ]);
}
