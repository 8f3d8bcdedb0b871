/** Faces: which planes are shown. The vectors hold the choice itself; here is what is around it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { FaceScale, matches, readShownWhen } from "../../geometry_ws/web/src/painter/faces.js";
import { PlaneStore } from "../../geometry_ws/web/src/painter/planes.js";

const { steps } = JSON.parse(
  readFileSync(new URL("../vectors/face_scale.json", import.meta.url), "utf8"),
);

test("the scale for choosing follows as Python's does", () => {
  const scale = new FaceScale();
  for (const { how, scale: to, at } of steps) {
    assert.equal(scale[how](to), at);
    assert.equal(scale.at, at);
  }
});

test("a surface's word is read as a plane's", () => {
  assert.equal(readShownWhen(undefined), null);
  assert.equal(readShownWhen(null), null);
  assert.ok(matches(null, "dark", 1));
  const far = readShownWhen({ scale: [null, 0.5] });
  assert.ok(matches(far, "dark", 0.49) && !matches(far, "dark", 0.5));
  const night = readShownWhen({ theme: "dark" });
  assert.ok(matches(night, "dark", 64) && !matches(night, "light", 64));
});

const face = (plane, z, shown_when) => ({
  ...{ plane, x: 0, y: 0, z, width: 4, height: 4 },
  ...(shown_when && { shown_when }),
});
const red = (plane) => ["fill", plane, [0, 0, 4, 4], [255, 0, 0, 255]];

test("what lies under the pointer is what is shown", async () => {
  const store = new PlaneStore();
  const planes = [
    face("s1", 1),
    face("s2", 2, { theme: "dark" }),
    face("s3", 3, { scale: [2, null] }),
  ];
  const ops = planes.map(({ plane }) => red(plane));
  await store.apply({ epoch: "e", seq: 1, base: 0, time_us: 1, keyframe: true, planes, ops });
  assert.equal(store.at(1, 1).id, "s1");
  store.theme = "dark";
  assert.equal(store.at(1, 1).id, "s2");
  store.faceScale = 2;
  assert.equal(store.at(1, 1).id, "s3");
  assert.equal(store.at(9, 9), null);
  assert.deepEqual(
    store.stacked().map(({ id }) => id),
    ["s1", "s2", "s3"],
  );
});

test("nothing is chosen anew while nothing changes", async () => {
  const store = new PlaneStore();
  const frame = { epoch: "e", time_us: 1 };
  const planes = [face("s1", 1, { theme: "light" }), face("s2", 2, { theme: "dark" })];
  await store.apply({ ...frame, seq: 1, base: 0, keyframe: true, planes, ops: [red("s1")] });
  const before = store.stacked();
  await store.apply({ ...frame, seq: 2, base: 1, ops: [red("s1")] });
  assert.equal(store.stacked(), before);
  await store.apply({ ...frame, seq: 3, base: 2, ops: [red("s2")] });
  assert.notEqual(store.stacked(), before);
});

test("a face goes as soon as another covers it, whatever else is awaited", async () => {
  const store = new PlaneStore();
  const probe = { ...face("s3", 1, { theme: "dark" }), width: 9, height: 9 };
  const planes = [
    face("s1", 2, { theme: "light" }),
    { ...face("s2", 3, { theme: "dark" }), width: 6 },
    probe,
  ];
  const frame = { epoch: "e", time_us: 1, seq: 1, base: 0, keyframe: true };
  const shown = () => store.stacked().map(({ id }) => id);
  await store.apply({ ...frame, planes, ops: [red("s1")] });
  assert.deepEqual(shown(), ["s1"]);
  store.theme = "dark";
  assert.deepEqual(shown(), ["s1"], "nothing of the dark is there yet");
  await store.apply({
    epoch: "e",
    time_us: 2,
    seq: 2,
    base: 1,
    ops: [["fill", "s2", [0, 0, 6, 4], [9, 9, 9, 255]]],
  });
  assert.deepEqual(shown(), ["s2"], "the probe is never drawn");
});
