import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import zlib from "node:zlib";
import { PlaneStore } from "../../geometry_ws/web/src/painter/planes.js";

const place = (plane, more = {}) => ({ plane, x: 0, y: 0, z: 1, width: 4, height: 3, ...more });
const key = (seq, planes, ops = [], more = {}) => ({
  epoch: "e1",
  seq,
  base: 0,
  time_us: 1,
  keyframe: true,
  planes,
  ops,
  ...more,
});
const next = (seq, base, more) => ({ epoch: "e1", seq, base, time_us: 1, ...more });
const pixel = (store, plane, x, y) => {
  const { pixels, width } = store.planes.get(plane);
  return [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
};
const RED = [255, 0, 0, 255];
const bytes = (count, value) => new Uint8Array(count).fill(value);

async function begun(ops = [["fill", "s1", [0, 0, 4, 3], RED]], planes = [place("s1")]) {
  const store = new PlaneStore();
  assert.equal((await store.apply(key(5, planes, ops))).outcome, "applied");
  return store;
}

test("a keyframe begins: planes are placed, a fill is stored as BGRA", async () => {
  const store = await begun();
  assert.deepEqual(pixel(store, "s1", 3, 2), [0, 0, 255, 255]);
  assert.equal(store.seq, 5);
  assert.equal(store.epoch, "e1");
});

test("without a keyframe nothing applies, and the reason is told", async () => {
  const store = new PlaneStore();
  const answer = await store.apply(next(2, 0, { planes: [place("s1")] }));
  assert.equal(answer.outcome, "refused");
  assert.match(answer.reason, /keyframe/);
  assert.equal(store.planes.size, 0);
});

test("a frame applies when its base was seen, and is refused when it is newer", async () => {
  const store = await begun();
  assert.equal((await store.apply(next(9, 5, {}))).outcome, "applied");
  assert.equal((await store.apply(next(12, 7, {}))).outcome, "applied");
  const answer = await store.apply(next(15, 13, {}));
  assert.equal(answer.outcome, "refused");
  assert.match(answer.reason, /base 13/);
  for (const strange of [next(16, 12), key(16, [])]) {
    assert.equal((await store.apply({ ...strange, epoch: "e2" })).outcome, "refused");
  }
});

test("a keyframe drops the planes that it doesn't name and keeps the pixels of the others", async () => {
  const store = await begun(undefined, [place("s1"), place("s2", { z: 2 })]);
  await store.apply(key(6, [place("s1", { x: 7 })]));
  assert.deepEqual([...store.planes.keys()], ["s1"]);
  assert.equal(store.planes.get("s1").place.x, 7);
  assert.deepEqual(pixel(store, "s1", 0, 0), [0, 0, 255, 255]);
});

test("another buffer size begins a plane anew, another place doesn't", async () => {
  const store = await begun();
  await store.apply(next(6, 5, { planes: [place("s1", { x: 9, z: 4 })] }));
  assert.deepEqual(pixel(store, "s1", 0, 0), [0, 0, 255, 255]);
  await store.apply(next(7, 6, { planes: [place("s1", { scale: 2 })] }));
  assert.equal(store.planes.get("s1").pixels, null);
  assert.equal(store.planes.get("s1").buffer().length, 8 * 6 * 4);
});

test("removed planes are gone", async () => {
  const store = await begun();
  const before = store.layout;
  await store.apply(next(6, 5, { removed: ["s1", "unknown"] }));
  assert.equal(store.planes.size, 0);
  assert.notEqual(store.layout, before);
});

test("copy reads the picture before the frame, even where it overlaps", async () => {
  const store = await begun([
    ["image", "s1", [0, 0, 4, 3], "raw", Uint8Array.from({ length: 48 }, (_, at) => at)],
  ]);
  await store.apply(
    next(6, 5, {
      ops: [
        ["fill", "s1", [0, 0, 4, 1], [9, 9, 9, 9]],
        ["copy", "s1", [0, 0, 4, 2], [0, 1]],
        ["copy", "s1", [0, 1, 1, 1], [3, 0]],
      ],
    }),
  );
  assert.deepEqual(pixel(store, "s1", 0, 1), [0, 1, 2, 3]);
  assert.deepEqual(pixel(store, "s1", 3, 2), [28, 29, 30, 31]);
  assert.deepEqual(pixel(store, "s1", 3, 0), [16, 17, 18, 19]);
  assert.deepEqual(pixel(store, "s1", 0, 0), [9, 9, 9, 9]);
});

test("parts are kept until the last one, then all apply at once", async () => {
  const store = await begun();
  const part = (index, ops, more = {}) => next(6, 5, { part: [index, 3], ops, ...more });
  const fill = (x) => ["fill", "s1", [x, 0, 1, 1], [0, 255, 0, 255]];
  const planes = [place("s2", { z: 2 })];
  assert.equal((await store.apply(part(0, [fill(0)], { planes }))).outcome, "part");
  assert.equal((await store.apply(part(1, [fill(1)]))).outcome, "part");
  assert.deepEqual(pixel(store, "s1", 0, 0), [0, 0, 255, 255]);
  assert.equal(store.planes.size, 1);
  assert.equal((await store.apply(part(2, [fill(2)]))).outcome, "applied");
  for (const x of [0, 1, 2]) assert.deepEqual(pixel(store, "s1", x, 0), [0, 255, 0, 255]);
  assert.equal(store.planes.size, 2);
});

test("another frame drops an unfinished one; its late parts are refused", async () => {
  const store = await begun();
  const ops = [["fill", "s1", [0, 0, 4, 3], [1, 1, 1, 1]]];
  await store.apply(next(6, 5, { part: [0, 2], ops }));
  assert.equal((await store.apply(next(7, 5, {}))).outcome, "applied");
  assert.equal((await store.apply(next(6, 5, { part: [1, 2], ops }))).outcome, "refused");
  assert.deepEqual(pixel(store, "s1", 0, 0), [0, 0, 255, 255]);
});

test("frames apply in the order in which they came, however long decoding takes", async () => {
  const store = new PlaneStore({
    slow: (data) => new Promise((resolve) => setTimeout(() => resolve(data), 20)),
    raw: (data) => data,
  });
  const image = (codec, value) => [["image", "s1", [0, 0, 4, 3], codec, bytes(48, value)]];
  const answers = [
    store.apply(key(1, [place("s1")], image("slow", 1))),
    store.apply(next(2, 1, { ops: image("raw", 2) })),
  ];
  assert.deepEqual(
    (await Promise.all(answers)).map((answer) => answer.seq),
    [1, 2],
  );
  assert.deepEqual(pixel(store, "s1", 0, 0), [2, 2, 2, 2]);
});

test("frames that unfold to more than memory allows are decoded when it is their turn", async () => {
  let running = 0;
  let most = 0;
  const side = 2048; // 16 MiB each
  const pixels = bytes(side * side * 4, 1);
  const store = new PlaneStore({
    big: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return pixels;
    },
  });
  const planes = [place("s1", { width: side, height: side })];
  const ops = [["image", "s1", [0, 0, side, side], "big", bytes(1, 0)]];
  const frames = Array.from({ length: 12 }, (_, at) =>
    store.apply(at ? next(at + 1, at, { ops }) : key(1, planes, ops)),
  );
  const answers = await Promise.all(frames);
  assert.deepEqual(
    answers.map((answer) => answer.outcome),
    Array(12).fill("applied"),
  );
  assert.ok(most <= 5, `${most} at once`);
  assert.equal(store.ahead, 0);
  assert.ok(answers.every((answer) => answer.ms > 0));
});

test("a decoder that gives another size than the rectangle's is believed in nothing", async () => {
  const store = new PlaneStore({ raw: (data) => data, short: () => bytes(8, 0) });
  await store.apply(key(1, [place("s1")]));
  const ops = [["image", "s1", [0, 0, 2, 2], "short", bytes(1, 0)]];
  assert.equal((await store.apply(next(2, 1, { ops }))).outcome, "refused");
});

test("deflated pixels are a zlib stream of exactly the rectangle", async () => {
  const store = await begun();
  const pixels = Uint8Array.from({ length: 16 }, (_, at) => at * 3);
  const image = (data) => [["image", "s1", [1, 1, 2, 2], "deflate", data]];
  await store.apply(next(6, 5, { ops: image(new Uint8Array(zlib.deflateSync(pixels))) }));
  assert.deepEqual(pixel(store, "s1", 2, 2), [36, 39, 42, 45]);
  for (const wrong of [bytes(17, 0), bytes(15, 0), bytes(1 << 22, 0)]) {
    const data = new Uint8Array(zlib.deflateSync(wrong));
    assert.equal((await store.apply(next(7, 6, { ops: image(data) }))).outcome, "refused");
  }
  const rubbish = await store.apply(next(8, 6, { ops: image(bytes(40, 7)) }));
  assert.equal(rubbish.outcome, "refused");
  assert.equal(store.seq, 6);
});

const MALFORMED = {
  "no object": null,
  "no seq": { epoch: "e1", base: 5 },
  "a part outside": next(6, 5, { part: [2, 2] }),
  "an unknown plane": next(6, 5, { ops: [["fill", "s9", [0, 0, 1, 1], RED]] }),
  "a rectangle outside": next(6, 5, { ops: [["fill", "s1", [3, 0, 2, 1], RED]] }),
  "a negative rectangle": next(6, 5, { ops: [["fill", "s1", [-1, 0, 2, 1], RED]] }),
  "half pixels": next(6, 5, { ops: [["fill", "s1", [0.5, 0, 1, 1], RED]] }),
  "no colour": next(6, 5, { ops: [["fill", "s1", [0, 0, 1, 1], [1, 2, 300, 4]]] }),
  "a copy to outside": next(6, 5, { ops: [["copy", "s1", [0, 0, 2, 2], [3, 0]]] }),
  "an unknown codec": next(6, 5, { ops: [["image", "s1", [0, 0, 1, 1], "gif", bytes(4, 0)]] }),
  "a codec named like a method": next(6, 5, {
    ops: [["image", "s1", [0, 0, 1, 1], "toString", bytes(4, 0)]],
  }),
  "too few bytes": next(6, 5, { ops: [["image", "s1", [0, 0, 2, 1], "raw", bytes(4, 0)]] }),
  "bytes as text": next(6, 5, { ops: [["image", "s1", [0, 0, 1, 1], "raw", "AAAA"]] }),
  "an unknown operation": next(6, 5, { ops: [["blur", "s1", [0, 0, 1, 1], 3]] }),
  "a plane without size": next(6, 5, { planes: [place("s2", { width: 0 })] }),
  "a huge plane": next(6, 5, { planes: [place("s2", { width: 1e6, height: 1e6 })] }),
  "an operation on a removed plane": next(6, 5, {
    removed: ["s1"],
    ops: [["fill", "s1", [0, 0, 1, 1], RED]],
  }),
};

for (const [name, frame] of Object.entries(MALFORMED)) {
  test(`a frame with ${name} changes nothing and is refused with a reason`, async () => {
    const store = await begun();
    const good = ["fill", "s1", [0, 0, 4, 3], [1, 1, 1, 1]];
    const whole = frame?.ops ? { ...frame, ops: [good, ...frame.ops] } : frame;
    const answer = await store.apply(whole);
    assert.equal(answer.outcome, "refused");
    assert.ok(answer.reason);
    assert.deepEqual(pixel(store, "s1", 0, 0), [0, 0, 255, 255]);
    assert.deepEqual([...store.planes.keys()], ["s1"]);
    assert.equal((await store.apply(next(7, 5, {}))).outcome, "applied");
  });
}

test("after a restart only a keyframe applies, and the picture stays until then", async () => {
  const store = await begun();
  store.restart();
  assert.equal((await store.apply(next(6, 5, {}))).outcome, "refused");
  assert.equal(store.planes.size, 1);
  assert.equal((await store.apply({ ...key(1, [place("s2")]), epoch: "e2" })).outcome, "applied");
  assert.deepEqual([...store.planes.keys()], ["s2"]);
});

test("damage is what was painted, and many rectangles become their bounding box", async () => {
  const store = await begun();
  const plane = store.planes.get("s1");
  assert.deepEqual(plane.takeDamage(), [[0, 0, 4, 3]]);
  await store.apply(next(6, 5, { ops: [["fill", "s1", [1, 1, 2, 1], RED]] }));
  assert.deepEqual(plane.takeDamage(), [[1, 1, 2, 1]]);
  const ops = Array.from({ length: 60 }, (_, at) => ["fill", "s1", [at % 3, 1, 1, 1], RED]);
  await store.apply(next(7, 6, { ops }));
  assert.ok(plane.damage.length <= 48);
  assert.deepEqual(plane.takeDamage().at(0), [0, 1, 3, 1]);
});

test("the hash of a plane is that of its bytes", async () => {
  const store = await begun();
  const expected = createHash("sha256").update(store.planes.get("s1").buffer()).digest("hex");
  assert.equal(await store.hash("s1"), expected);
  assert.equal(await store.hash("s9"), null);
});

test("the highest plane is hit, and half open rectangles have no common edge", async () => {
  const store = await begun(
    [],
    [place("s1", { z: 3 }), place("s2", { z: 7, x: 2 }), place("s3", { z: 5, x: 2 })],
  );
  assert.equal(store.at(3, 1).id, "s2");
  assert.equal(store.at(1, 1).id, "s1");
  assert.equal(store.at(6, 1), null);
  assert.deepEqual(store.bounds(), [0, 0, 6, 3]);
  assert.deepEqual(
    store.stacked().map((plane) => plane.id),
    ["s1", "s3", "s2"],
  );
});
