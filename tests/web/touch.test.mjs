import assert from "node:assert/strict";
import test from "node:test";
import { TouchReader } from "../../geometry_ws/web/src/dashboard/touch.js";

const REST_MS = 350;

/** A reader with what it did. The surface lies right of 0 and wants the wheel right of 500. */
function reading(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const did = [];
  const note =
    (name) =>
    (...values) =>
      did.push([name, ...values.map((value) => value.offsetX ?? Math.round(value * 100) / 100)]);
  const names = "pan pinch scroll rested press drag release cancel".split(" ");
  const reader = new TouchReader({
    ...Object.fromEntries(names.map((name) => [name, note(name)])),
    onSurface: (event) => event.offsetX >= 0,
    scrolls: (event) => event.offsetX >= 500,
  });
  const at = (pointerId, offsetX, offsetY = 0) => ({ pointerId, offsetX, offsetY });
  const rest = () => context.mock.timers.tick(REST_MS);
  return { reader, did, at, rest };
}

test("a tap is a click on a surface, and nothing on the empty world", (context) => {
  const { reader, did, at } = reading(context);
  reader.down(at(1, 20));
  reader.up(at(1, 22));
  reader.down(at(1, -20));
  reader.up(at(1, -20));
  assert.deepEqual(did, [
    ["press", 22, 0],
    ["release", 22, 0],
  ]);
});

test("a finger that rests and goes is the right button", (context) => {
  const { reader, did, at, rest } = reading(context);
  reader.down(at(1, 20));
  rest();
  reader.move(at(1, 23));
  reader.up(at(1, 23));
  assert.deepEqual(did, [["rested"], ["press", 23, 2], ["release", 23, 2]]);
});

test("a finger that rests and moves drags from where it rested", (context) => {
  const { reader, did, at, rest } = reading(context);
  reader.down(at(1, 20));
  rest();
  reader.move(at(1, 40));
  reader.up(at(1, 50));
  assert.deepEqual(did, [["rested"], ["press", 20, 0], ["drag", 40], ["release", 50, 0]]);
});

test("a finger that moves at once pans", (context) => {
  const { reader, did, at, rest } = reading(context);
  reader.down(at(1, 20));
  reader.move(at(1, 40));
  rest();
  reader.up(at(1, 40));
  assert.deepEqual(did, [["pan", 20, 0]]);
});

test("two fingers on a surface that wants the wheel turn it, from the first pixel on", (context) => {
  const { reader, did, at } = reading(context);
  reader.down(at(1, 600, 100));
  reader.down(at(2, 700, 100));
  reader.move(at(1, 600, 94));
  reader.move(at(2, 700, 94));
  reader.move(at(1, 600, 80));
  reader.move(at(2, 700, 80));
  reader.move(at(1, 600, 60));
  reader.move(at(2, 700, 60));
  reader.up(at(1, 600, 60));
  reader.move(at(2, 700, 0));
  reader.up(at(2, 700, 0));
  assert.ok(did.every(([name]) => name === "scroll"));
  assert.equal(
    did.reduce((sum, [, , dy]) => sum + dy, 0),
    40,
  );
});

test("two fingers that part zoom the view there too", (context) => {
  const { reader, did, at } = reading(context);
  reader.down(at(1, 600));
  reader.down(at(2, 700));
  reader.move(at(1, 590));
  reader.move(at(2, 710));
  assert.ok(did.length && did.every(([name]) => name === "pan" || name === "pinch"));
  const zoom = did.filter(([name]) => name === "pinch").reduce((all, [, by]) => all * by, 1);
  assert.ok(Math.abs(zoom - 1.2) < 0.02);
});

test("two fingers elsewhere pan and zoom the view at once", (context) => {
  const { reader, did, at } = reading(context);
  reader.down(at(1, 100));
  reader.down(at(2, 600));
  reader.move(at(1, 102));
  assert.deepEqual(
    did.map(([name]) => name),
    ["pan", "pinch"],
  );
});

test("two fingers zoom around their middle", (context) => {
  const { reader, did, at } = reading(context);
  reader.down(at(1, 0));
  reader.down(at(2, 100));
  reader.move(at(2, 200));
  reader.up(at(2, 200));
  reader.up(at(1, 0));
  assert.deepEqual(did, [
    ["pan", 50, 0],
    ["pinch", 2, 100, 0],
  ]);
});

test("a second finger ends a drag, and a lost page ends all", (context) => {
  const { reader, did, at, rest } = reading(context);
  reader.down(at(1, 20));
  rest();
  reader.move(at(1, 40));
  reader.down(at(2, 80));
  reader.reset();
  reader.up(at(1, 40));
  assert.deepEqual(did.at(-1), ["cancel"]);
});
