// Presses of a check box while the node hasn't answered yet.

import assert from "node:assert/strict";
import test from "node:test";

import { Wishes } from "../../geometry_ws/web/src/shared/wishes.js";

/** A node that answers when it is told to. */
function slowNode() {
  const sent = [];
  const answers = [];
  const send = (wish) => {
    sent.push(wish);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  };
  return { sent, answers, send };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("one call at a time, and the last wish wins", async () => {
  const { sent, answers, send } = slowNode();
  const wishes = new Wishes();
  const fulfilled = wishes.fulfil("a", true, send);
  await wishes.fulfil("a", false, send);
  await wishes.fulfil("a", true, send);
  await wishes.fulfil("a", false, send);
  assert.deepEqual(sent, [true]);
  assert.equal(wishes.get("a"), false);
  answers[0].resolve();
  await turn();
  assert.deepEqual(sent, [true, false]);
  answers[1].resolve();
  await fulfilled;
  assert.equal(wishes.get("a"), undefined);
});

test("a wish that came back to what was sent needs no other call", async () => {
  const { sent, answers, send } = slowNode();
  const wishes = new Wishes();
  const fulfilled = wishes.fulfil("a", true, send);
  await wishes.fulfil("a", false, send);
  await wishes.fulfil("a", true, send);
  answers[0].resolve();
  await fulfilled;
  assert.deepEqual(sent, [true]);
});

test("a refusal forgets what was wished meanwhile; other boxes go on", async () => {
  const { sent, answers, send } = slowNode();
  const wishes = new Wishes();
  const refused = wishes.fulfil("a", true, send);
  const other = wishes.fulfil("b", true, send);
  await wishes.fulfil("a", false, send);
  answers[0].reject(new Error("no"));
  await assert.rejects(refused, /no/);
  assert.equal(wishes.get("a"), undefined);
  assert.equal(wishes.get("b"), true);
  answers[1].resolve();
  await other;
  assert.deepEqual(sent, [true, true]);
});
