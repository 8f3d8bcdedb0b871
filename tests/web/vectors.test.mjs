/** The vectors that every painter of frames is held to, whatever its language. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import zlib from "node:zlib";
import { DECODERS } from "../../geometry_ws/web/src/painter/decoders.js";
import { PlaneStore } from "../../geometry_ws/web/src/painter/planes.js";
import { VIDEOS } from "../../geometry_ws/web/src/painter/videos.js";

const FOLDER = new URL("../../geometry_ws/testing/vectors/", import.meta.url);

/** Base64 becomes bytes. */
function frameOf(step) {
  for (const op of step.frame.ops ?? []) {
    if (op[0] === "image" || op[0] === "video")
      op[4] = new Uint8Array(Buffer.from(op[4], "base64"));
  }
  return step.frame;
}

/** The planes are those of the step: by hash, or nearly where decoders may differ. */
async function compare(store, planes, message) {
  assert.deepEqual([...store.planes.keys()].sort(), Object.keys(planes).sort(), message);
  for (const [id, plane] of Object.entries(planes)) {
    if (typeof plane === "string") {
      assert.equal(await store.hash(id), plane, message);
      continue;
    }
    const near = zlib.inflateSync(Buffer.from(plane.near, "base64"));
    const pixels = store.planes.get(id).buffer();
    assert.ok(
      pixels.every((byte, at) => Math.abs(byte - near[at]) <= plane.most),
      message,
    );
  }
}

/** Node.js has no decoders for picture files and videos; in tests/browser a browser runs these. */
const needsBrowser = (steps) =>
  steps.some(({ frame, outcome }) =>
    (frame.ops ?? []).some(
      (op) =>
        (op[0] === "image" && outcome === "applied" && !Object.hasOwn(DECODERS, op[3])) ||
        (op[0] === "video" && outcome === "applied" && !Object.hasOwn(VIDEOS, op[3])),
    ),
  );

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".json"))) {
  const { title, steps } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
  const skip = needsBrowser(steps) && "no decoders for these here";

  test(`${name}: ${title}`, { skip }, async () => {
    const store = new PlaneStore();
    for (const [number, step] of steps.entries()) {
      const { outcome } = await store.apply(frameOf(step));
      assert.deepEqual([number, outcome, store.seq], [number, step.outcome, step.seq]);
      await compare(store, step.planes, `step ${number}`);
      for (const { theme, scale, shown } of step.looks ?? []) {
        [store.theme, store.faceScale] = [theme, scale];
        const ids = store.stacked().map(({ id }) => id);
        assert.deepEqual([number, theme, scale, ids], [number, theme, scale, shown]);
      }
    }
  });
}
