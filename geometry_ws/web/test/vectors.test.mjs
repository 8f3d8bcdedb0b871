/** The vectors that every painter of frames is held to, whatever its language. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { PlaneStore } from "../src/painter/planes.js";

const FOLDER = new URL("../../../tests/vectors/frames/", import.meta.url);

/** Base64 becomes bytes. */
function frameOf(step) {
  for (const op of step.frame.ops ?? []) {
    if (op[0] === "image") op[4] = new Uint8Array(Buffer.from(op[4], "base64"));
  }
  return step.frame;
}

async function hashes(store) {
  const entries = [...store.planes.keys()].map(async (id) => [id, await store.hash(id)]);
  return Object.fromEntries(await Promise.all(entries));
}

for (const name of readdirSync(FOLDER).filter((one) => one.endsWith(".json"))) {
  const { title, steps } = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));

  test(`${name}: ${title}`, async () => {
    const store = new PlaneStore();
    for (const [number, step] of steps.entries()) {
      const { outcome } = await store.apply(frameOf(step));
      assert.deepEqual([number, outcome, store.seq], [number, step.outcome, step.seq]);
      assert.deepEqual(await hashes(store), step.planes, `step ${number}`);
    }
  });
}
