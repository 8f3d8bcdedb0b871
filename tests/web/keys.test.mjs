import assert from "node:assert/strict";
import test from "node:test";
import { HeldKeys, modifiersOf } from "../../geometry_ws/web/src/dashboard/keys.js";

const key = (name, code = "", more = {}) => ({ key: name, code, ...more });

test("a key comes up once, by the name that it went down with", () => {
  const held = new HeldKeys();
  assert.deepEqual(held.down(key("F", "KeyF")), { key: "F", code: "KeyF" });
  assert.deepEqual(held.up(key("f", "KeyF")), [{ key: "F", code: "KeyF" }]);
  assert.deepEqual(held.up(key("f", "KeyF")), []);
});

test("keys of keyboards without places are told apart by their letters", () => {
  const held = new HeldKeys();
  held.down(key("A"));
  assert.deepEqual(held.up(key("b")), []);
  assert.deepEqual(held.up(key("a")), [{ key: "A", code: "" }]);
});

test("a key that went down for somebody else doesn't repeat here", () => {
  const held = new HeldKeys();
  assert.equal(held.down(key("s", "KeyS", { repeat: true })), null);
  assert.ok(held.down(key("s", "KeyS")));
  assert.ok(held.down(key("s", "KeyS", { repeat: true })));
});

test("with Command all keys come up: a Mac doesn't say so of the others", () => {
  const held = new HeldKeys();
  held.down(key("Meta", "MetaLeft"));
  held.down(key("c", "KeyC"));
  const names = held.up(key("Meta", "MetaLeft")).map((each) => each.key);
  assert.deepEqual(names, ["Meta", "c"]);
  assert.deepEqual(held.release(), []);
});

test("no more keys are down than the node counts, and names are as long as it takes", () => {
  const held = new HeldKeys();
  for (let number = 0; number < 40; number++) held.down(key("x".repeat(90), `Key${number}`));
  const released = held.release();
  assert.equal(released.length, 32);
  assert.equal(released[0].key.length, 32);
});

test("modifiers have the protocol's words", () => {
  const event = { altKey: true, ctrlKey: true, metaKey: false, shiftKey: false };
  assert.deepEqual(modifiersOf(event), ["alt", "control"]);
});
