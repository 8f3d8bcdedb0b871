import assert from "node:assert/strict";
import test from "node:test";
import { toStraight } from "../../geometry_ws/web/src/painter/canvas2d.js";
import { age, counted, inline, moment, rate } from "../../geometry_ws/web/src/shared/text.js";

test("numbers are told as people read them", () => {
  assert.deepEqual(
    [rate(0), rate(1500), rate(25_000), rate(3.2e6)],
    ["0 B/s", "1.5 kB/s", "25 kB/s", "3.2 MB/s"],
  );
  assert.deepEqual([age(0), age(61_000), age(3_780_000)], ["0 s", "1 min", "1 h 3 min"]);
  assert.deepEqual([counted(1, "task"), counted(1200, "task")], ["1 task", "1,200 tasks"]);
});

test("a moment of today has its time, one of another day the day as well", () => {
  const now = new Date(2026, 10, 30, 15, 17).getTime();
  assert.equal(moment(now - 3_600_000, now), "14:17");
  assert.equal(moment(new Date(2026, 10, 30, 0, 5).getTime(), now), "00:05");
  assert.equal(moment(new Date(2026, 10, 29, 23, 59).getTime(), now), "29 Nov, 23:59");
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
