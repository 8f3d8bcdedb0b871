import assert from "node:assert/strict";
import test from "node:test";
import {
  VIEWER_TITLES,
  milliseconds,
  ofStream,
  ofViewers,
  ofWays,
  size,
} from "../../geometry_ws/web/src/dashboard/figures.js";

const never = { count: 0, p50_ms: 0, p95_ms: 0, max_ms: 0 };

/** An answer of stream.stats. */
function stats(more = {}) {
  return {
    stream: "world",
    epoch: "e",
    seq: 3,
    uptime_s: 10,
    fps: 29.6,
    surfaces: 1234,
    cached_bytes: 5000,
    transfer_bytes: 0,
    totals: {
      frames: 9,
      publishes: 9,
      bytes: 1000,
      keyframes: 1,
      encodings: 20,
      encoded_bytes: 1,
      forwarded: 0,
      videos: 0,
      refined: 2,
      attaches: 1,
      resumes: 0,
      refreshes: 0,
      stuck: 0,
      dropped: 0,
      acks: 5,
    },
    ledger: {
      input_commit: never,
      commit_frame: never,
      frame_ack: never,
      input_ack: never,
      encode: never,
    },
    viewers: [],
    ...more,
  };
}

function viewer(name, more = {}) {
  return {
    viewer: name,
    quality: "sharp",
    state: "live",
    fps: 30,
    frames: 9,
    skipped: 0,
    messages: 9,
    bytes: 25000,
    in_flight_bytes: 100,
    window_bytes: 512000,
    bandwidth: 0,
    lag_ms: 12.34,
    round_trip_ms: 1,
    draw_us: 100,
    acks: 9,
    stale_planes: 0,
    rough_planes: 0,
    shrink: 1,
    attached_s: 3,
    codecs: [],
    ...more,
  };
}

const value = (pairs, name) => pairs.find(([key]) => key === name)[1];

test("rates are of the time between two answers", () => {
  const before = stats();
  const totals = { ...before.totals, bytes: 5000, encodings: 80 };
  const pairs = ofStream(stats({ uptime_s: 12, totals }), before);
  assert.equal(value(pairs, "sent to all"), "2.0 kB/s");
  assert.equal(value(pairs, "encoded"), "30 /s");
  assert.equal(value(pairs, "surfaces"), "1,234");
});

test("without an answer before, or after a restart, nothing is made up", () => {
  for (const before of [null, stats({ epoch: "older", uptime_s: 1 }), stats()]) {
    assert.equal(value(ofStream(stats(), before), "sent to all"), "0 B/s");
  }
});

test("only steps that were measured are told, in the order of the way", () => {
  assert.deepEqual(ofWays(stats()), []);
  const lags = { count: 4, p50_ms: 1.25, p95_ms: 22, max_ms: 130 };
  const { ledger } = stats();
  const ways = ofWays(stats({ ledger: { ...ledger, frame_ack: lags, commit_frame: lags } }));
  assert.deepEqual(ways, [
    ["answer → frame", "1.3 ms", "22 ms", "130 ms"],
    ["frame → painted", "1.3 ms", "22 ms", "130 ms"],
  ]);
});

test("each viewer has all columns, and whoever is behind comes first", () => {
  const rows = ofViewers(
    stats({
      viewers: [
        viewer("v1"),
        viewer("v2", { state: "behind", quality: "fast", rough_planes: 2 }),
        viewer("v3", { state: "paused" }),
      ],
    }),
  );
  assert.equal(rows[0][0], "v2");
  assert.equal(rows[0][2], "fast, 2 with loss");
  for (const row of rows) assert.equal(row.length, VIEWER_TITLES.length);
  const far = viewer("v4", { quality: "thumbnail", shrink: 4 });
  assert.equal(ofViewers(stats({ viewers: [far] }))[0][2], "thumbnail 1:4");
});

test("figures are short", () => {
  assert.deepEqual(
    [size(0), size(512000), milliseconds(0), milliseconds(9.96)],
    ["0 B", "512 kB", "–", "10.0 ms"],
  );
});
