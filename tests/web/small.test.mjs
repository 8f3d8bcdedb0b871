import assert from "node:assert/strict";
import test from "node:test";
import { toStraight } from "../../geometry_ws/web/src/painter/canvas2d.js";
import { age, counted, inline, rate } from "../../geometry_ws/web/src/shared/text.js";
import { TouchReader } from "../../geometry_ws/web/src/dashboard/touch.js";

test("numbers are told as people read them", () => {
  assert.deepEqual(
    [rate(0), rate(1500), rate(25_000), rate(3.2e6)],
    ["0 B/s", "1.5 kB/s", "25 kB/s", "3.2 MB/s"],
  );
  assert.deepEqual([age(0), age(61_000), age(3_780_000)], ["0 s", "1 min", "1 h 3 min"]);
  assert.deepEqual([counted(1, "task"), counted(1200, "task")], ["1 task", "1,200 tasks"]);
});

test("code and strong are found in a task's text, and nothing is lost", () => {
  assert.deepEqual(inline("a `b` **c** d"), [
    { kind: "text", text: "a " },
    { kind: "code", text: "b" },
    { kind: "text", text: " " },
    { kind: "strong", text: "c" },
    { kind: "text", text: " d" },
  ]);
  for (const plain of ["", "<b>x</b>", "one ` alone", "2 ** 3"]) {
    assert.equal(
      inline(plain)
        .map((piece) => piece.text)
        .join(""),
      plain,
    );
  }
});

test("premultiplied BGRA becomes straight RGBA", () => {
  const bytes = Uint8Array.of(10, 20, 30, 255, 0, 0, 64, 128, 0, 0, 0, 0);
  assert.deepEqual([...toStraight(bytes)], [30, 20, 10, 255, 128, 0, 0, 128, 0, 0, 0, 0]);
});

/** A reader whose actions are written down. */
function reader(onSurface = true) {
  const done = [];
  const note =
    (name) =>
    (...args) =>
      done.push([name, ...args.filter((argument) => typeof argument === "number")]);
  const touch = new TouchReader({
    pan: note("pan"),
    pinch: note("pinch"),
    press: note("press"),
    drag: note("drag"),
    release: note("release"),
    cancel: note("cancel"),
    onSurface: () => onSurface,
  });
  return { done, touch };
}
const finger = (x, y, pointerId = 1) => ({ offsetX: x, offsetY: y, pointerId });

test("a tap on a surface is a press and a release, elsewhere nothing", () => {
  for (const [onSurface, expected] of [
    [true, [["press"], ["release"]]],
    [false, []],
  ]) {
    const { done, touch } = reader(onSurface);
    touch.down(finger(10, 10));
    touch.move(finger(12, 11));
    touch.up(finger(12, 11));
    assert.deepEqual(done, expected);
  }
});

test("one finger that moves pans", () => {
  const { done, touch } = reader();
  touch.down(finger(10, 10));
  touch.move(finger(10, 40));
  touch.move(finger(15, 50));
  touch.up(finger(15, 50));
  assert.deepEqual(done, [
    ["pan", 0, 30],
    ["pan", 5, 10],
  ]);
});

test("two fingers zoom around their middle", () => {
  const { done, touch } = reader();
  touch.down(finger(0, 0));
  touch.down(finger(100, 0, 2));
  touch.move(finger(200, 0, 2));
  touch.up(finger(200, 0, 2));
  touch.up(finger(0, 0));
  assert.deepEqual(done, [
    ["pan", 50, 0],
    ["pinch", 2, 100, 0],
  ]);
});

test("a finger that rests on a surface drags it", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { done, touch } = reader();
  touch.down(finger(0, 0));
  context.mock.timers.tick(400);
  touch.move(finger(50, 0));
  touch.up(finger(50, 0));
  assert.deepEqual(done, [["press"], ["drag"], ["release"]]);
});
