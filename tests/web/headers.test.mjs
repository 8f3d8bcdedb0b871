import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { declaredSize } from "../../geometry_ws/web/src/painter/headers.js";
import { DECODERS, usableCodecs } from "../../geometry_ws/web/src/painter/decoders.js";
import { reliable, toBgra } from "../../geometry_ws/web/src/painter/pictures.js";

const FOLDER = new URL("../../geometry_ws/testing/vectors/", import.meta.url);

/** The picture files that the vectors paint. */
const files = readdirSync(FOLDER)
  .filter((name) => /^image_(files|jpeg)/.test(name))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")).steps)
  .flatMap((step) => step.frame.ops ?? [])
  .filter((op) => ["png", "webp", "jpeg"].includes(op[3]))
  .map((op) => ({
    rect: op[2],
    codec: op[3],
    bytes: new Uint8Array(Buffer.from(op[4], "base64")),
  }));

test("each kind of file tells its size before it is decoded", () => {
  assert.deepEqual(new Set(files.map(({ codec }) => codec)), new Set(["png", "webp", "jpeg"]));
  for (const { codec, rect, bytes } of files) {
    assert.deepEqual(declaredSize(codec, bytes), rect.slice(2), codec);
  }
});

test("a file of another kind, or one that is cut off in its header, has no size", () => {
  for (const { codec, bytes } of files) {
    for (const other of ["png", "webp", "jpeg"]) {
      if (other !== codec) assert.equal(declaredSize(other, bytes), null);
    }
    for (let length = 0; length < 16; length++) {
      assert.equal(declaredSize(codec, bytes.subarray(0, length)), null);
    }
  }
});

test("canvas bytes become plane bytes: red and blue change places", () => {
  const rgba = Uint8ClampedArray.of(1, 2, 3, 4, 250, 251, 252, 253);
  assert.deepEqual([...toBgra(rgba)], [3, 2, 1, 4, 252, 251, 250, 253]);
});

test("a viewer names the codecs that it can rely on, and none that comes out stirred", async () => {
  assert.deepEqual(await usableCodecs(), Object.keys(DECODERS));
  const colours = Uint8Array.from({ length: 64 }, (_, at) =>
    at % 4 === 3 ? 255 : ((at >> 2) * 3 + 2 - (at % 4)) * 37 + 11,
  );
  const stirred = colours.with(5, colours[5] ^ 1);
  const good = () => colours;
  const bad = () => stirred;
  const broken = () => Promise.reject(new Error("no"));
  const names = (...row) => reliable({ raw: null, png: row[0], webp: row[1], jpeg: bad }, row[2]);
  assert.deepEqual(await names(good, good, good), ["raw", "png", "webp", "jpeg"]);
  assert.deepEqual(await names(good, bad, good), ["raw", "png", "jpeg"]);
  assert.deepEqual(await names(good, good, bad), ["raw", "png"]);
  assert.deepEqual(await names(broken, good, broken), ["raw"]);
});
