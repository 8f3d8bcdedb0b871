/** Videos in a plane store: which decoder gets what, in which order, and when it ends. */

import assert from "node:assert/strict";
import test from "node:test";
import { PlaneStore } from "../../geometry_ws/web/src/painter/planes.js";
import { usableVideos } from "../../geometry_ws/web/src/painter/videos.js";

const place = (plane, side = 4) => ({ plane, x: 0, y: 0, z: 1, width: side, height: side });
const keyframe = (seq, planes) => ({
  epoch: "e1",
  seq,
  base: 0,
  time_us: 1,
  keyframe: true,
  planes,
});
const frame = (seq, more) => ({ epoch: "e1", seq, base: seq - 1, time_us: 1, ...more });
const video = (plane, number, side = 4, codec = "fake") => [
  "video",
  plane,
  [0, 0, side, side],
  codec,
  Uint8Array.of(number),
  number === 0,
];
const first = (store, plane) => store.planes.get(plane).buffer()[0];

/** Openers of a codec whose pictures are full of their number, and all that was asked of them. */
function studio(wait = 0) {
  const log = [];
  const fake = () => ({
    async decode(data, begins, width, height) {
      log.push(data[0]);
      if (data[0] === 99) throw new Error("broken");
      await new Promise((resolve) => setTimeout(resolve, wait));
      return new Uint8Array(width * height * 4).fill(data[0]);
    },
    close: () => log.push("closed"),
  });
  return { log, openers: { fake, other: fake } };
}

async function begun(planes = [place("s1")], wait = 0) {
  const { log, openers } = studio(wait);
  const store = new PlaneStore({ raw: (data) => data }, openers);
  assert.equal((await store.apply(keyframe(1, planes))).outcome, "applied");
  return { store, log };
}

test("pictures of a video follow each other, whatever is painted between them", async () => {
  const { store, log } = await begun();
  assert.equal((await store.apply(frame(2, { ops: [video("s1", 0)] }))).outcome, "applied");
  await store.apply(frame(3, { ops: [["fill", "s1", [0, 0, 4, 4], [9, 9, 9, 9]]] }));
  assert.equal(first(store, "s1"), 9);
  assert.equal((await store.apply(frame(4, { ops: [video("s1", 1)] }))).outcome, "applied");
  assert.equal(first(store, "s1"), 1);
  assert.deepEqual(log, [0, 1]);
});

test("decoders get pictures in the order of frames, also where some have to wait", async () => {
  const side = 2048; // 16 MiB each: four at a time
  const { store, log } = await begun([place("s1", side), place("s2")], 2);
  const answers = Array.from({ length: 12 }, (_, at) =>
    store.apply(
      frame(at + 2, {
        ops: [at % 4 === 3 ? video("s2", at === 3 ? 0 : at) : video("s1", at, side)],
      }),
    ),
  );
  const outcomes = (await Promise.all(answers)).map((answer) => answer.outcome);
  assert.deepEqual(outcomes, Array(12).fill("applied"));
  assert.deepEqual(log, [0, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(store.waiting, 0);
  assert.equal(store.ahead, 0);
});

test("a picture without a beginning, in another codec or broken is refused", async () => {
  const { store } = await begun();
  assert.equal(
    (await store.apply(frame(2, { base: 1, ops: [video("s1", 1)] }))).outcome,
    "refused",
  );
  await store.apply(frame(2, { ops: [video("s1", 0)] }));
  for (const op of [
    video("s1", 1, 4, "other"),
    video("s1", 1, 4, "unknown"),
    video("s1", 99),
    ["video", "s1", [0, 0, 4, 3], "fake", Uint8Array.of(1), false],
    ["video", "s1", [0, 0, 4, 4], "fake", Uint8Array.of(1), 0],
    ["video", "s1", [0, 0, 4, 4], "fake", "text", false],
  ]) {
    assert.equal((await store.apply(frame(3, { base: 2, ops: [op] }))).outcome, "refused", op[3]);
  }
  assert.equal(first(store, "s1"), 0);
  assert.equal(
    (await store.apply(frame(4, { base: 2, ops: [video("s1", 0)] }))).outcome,
    "applied",
  );
});

test("a decoder ends with its plane, and with another codec", async () => {
  const { store, log } = await begun([place("s1"), place("s2")]);
  await store.apply(frame(2, { ops: [video("s1", 0), video("s2", 0)] }));
  await store.apply(frame(3, { ops: [video("s1", 0, 4, "other")] }));
  assert.deepEqual(log, [0, 0, "closed", 0]);
  await store.apply(frame(4, { removed: ["s1"] }));
  assert.deepEqual(log, [0, 0, "closed", 0, "closed"]);
  await store.apply(keyframe(5, [place("s3")]));
  assert.equal(log.length, 6);
  assert.equal(store.videos.size, 0);
});

test("a new plane's video may be decoded before the plane is painted", async () => {
  const { store } = await begun();
  const answers = [
    store.apply(frame(2, { planes: [place("s2", 8)] })),
    store.apply(frame(3, { ops: [video("s2", 0, 8)] })),
    store.apply(frame(4, { planes: [place("s2", 6)], ops: [video("s2", 0, 6)] })),
    store.apply(frame(5, { ops: [video("s2", 1, 6)] })),
  ];
  for (const answer of await Promise.all(answers)) assert.equal(answer.outcome, "applied");
});

test("of more videos than a node has at a time the oldest are forgotten", async () => {
  const planes = Array.from({ length: 20 }, (_, at) => place(`s${at}`));
  const { store } = await begun(planes);
  for (const [at, { plane }] of planes.entries()) {
    const answer = await store.apply(frame(at + 2, { base: 1, ops: [video(plane, 0)] }));
    assert.equal(answer.outcome, "applied");
  }
  assert.equal(store.videos.size, 16);
  const newest = await store.apply(frame(30, { base: 1, ops: [video("s4", 1)] }));
  assert.equal(newest.outcome, "applied");
  assert.equal(
    (await store.apply(frame(31, { base: 1, ops: [video("s3", 1)] }))).outcome,
    "refused",
  );
});

test("a codec that fails twice in a row is broken, and isn't where a picture comes between", async () => {
  let works = true;
  const decode = async (_, __, width, height) => {
    if (!works) throw new Error("no picture");
    return new Uint8Array(width * height * 4);
  };
  const store = new PlaneStore({}, { h264: () => ({ decode, close() {} }) });
  await store.apply(keyframe(1, [place("s1")]));
  const next = (seq) => store.apply(frame(seq, { base: 1, ops: [video("s1", 0, 4, "h264")] }));
  for (const [seq, good] of [false, true, false].entries()) {
    works = good;
    await next(seq + 2);
    assert.deepEqual(store.broken, []);
  }
  await next(9);
  assert.deepEqual(store.broken, ["h264"]);
});

test("a codec is named only where a known picture came out right", async () => {
  const sample = (left, right) => () => ({
    decode: async () => {
      const pixels = new Uint8Array(64 * 64 * 4);
      for (let at = 0; at < pixels.length; at += 4)
        pixels.set((at >> 2) % 64 < 32 ? left : right, at);
      return pixels;
    },
    close() {},
  });
  const good = sample([42, 198, 30, 255], [198, 60, 182, 255]);
  const wrong = sample([30, 200, 40, 255], [180, 60, 200, 255]);
  const broken = () => ({ decode: () => Promise.reject(new Error("no")), close() {} });
  assert.deepEqual(await usableVideos({ h264: good, vp8: wrong }), ["h264"]);
  assert.deepEqual(await usableVideos({ h264: broken, vp8: good }), ["vp8"]);
  assert.deepEqual(await usableVideos(), []);
});
