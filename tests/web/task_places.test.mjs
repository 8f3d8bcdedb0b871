/** Where tasks can go: one step never leaves a file or the tasks that one is nested in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  lastOf,
  nestedIn,
  numberAfter,
  stepFrom,
  withGroup,
} from "../../geometry_ws/web/src/pages/task_places.js";

/** Tasks as `name:indent` in groups. */
function tasksOf(...groups) {
  const tasks = groups.flatMap((group, at) =>
    group.split(" ").map((word) => {
      const [text, indent = "0", file = ""] = word.split(":");
      return { text, indent: Number(indent), section: `${at + 1}. G`, file };
    }),
  );
  return tasks.map((task, index) => ({ ...task, id: index + 1 }));
}

test("a step goes past what is nested, and into the next group at an edge", () => {
  const tasks = tasksOf("a b:2 c:2 d", "e f");
  const step = (index, down) => {
    const to = stepFrom(tasks, index, down);
    return to && `${to.side} ${to.beside.text}`;
  };
  const all = tasks.map((_, index) => [step(index, false), step(index, true)]);
  assert.deepEqual(all, [
    [null, "after d"],
    [null, "after c"],
    ["before b", null],
    ["before a", "before e"],
    ["after d", "after f"],
    ["before e", null],
  ]);
  assert.equal(stepFrom(tasksOf("a:0:x b:0:y"), 0, true), null);
});

test("a step down and one up again lead back", () => {
  let state = 11;
  const random = (most) => (state = (state * 48271) % 2147483647) % most;
  for (let round = 0; round < 300; round++) {
    const count = 2 + random(6);
    const tasks = tasksOf(Array.from({ length: count }, (_, at) => `t${at}`).join(" "));
    const index = random(count);
    const to = stepFrom(tasks, index, true);
    if (!to) {
      assert.equal(index, count - 1);
      continue;
    }
    const moved = tasks.toSpliced(index, 1);
    moved.splice(moved.indexOf(to.beside) + (to.side === "after" ? 1 : 0), 0, tasks[index]);
    const back = stepFrom(moved, moved.indexOf(tasks[index]), false);
    assert.deepEqual(back, { beside: to.beside, side: "before" });
  }
});

test("a new task comes behind the last one that isn't nested, with the next number", () => {
  assert.equal(lastOf(tasksOf("a b:2 c d:2")).text, "c");
  assert.equal(lastOf([]), null);
  for (const [text, next] of [
    ["1.9 Add it", "1.10 "],
    ["3. Add it", "4. "],
    ["2.1.3. Add it", "2.1.4. "],
    ["Add 3 of it", ""],
    ["2 things", "3 "],
    ["1.2", ""],
    ["9999999 x", ""],
  ]) {
    assert.equal(numberAfter(text), next, text);
  }
});

test("what is nested in a task ends with it", () => {
  const tasks = tasksOf("a b:2 c:4 d", "e f:2");
  assert.deepEqual(
    tasks.map((_, index) => nestedIn(tasks, index)),
    [2, 1, 0, 0, 1, 0],
  );
});

test("a new group comes last and is numbered where the others are", () => {
  assert.equal(
    withGroup("## 1. A\n\n- [x] 1.1 a\n\n## 4. B\n- [ ] 4.1 b\n\n", "Desk", "Write it"),
    "## 1. A\n\n- [x] 1.1 a\n\n## 4. B\n- [ ] 4.1 b\n\n## 5. Desk\n\n- [ ] 5.1 Write it\n",
  );
  assert.equal(
    withGroup("## A\r\n- [ ] a", "B", "b"),
    "## A\r\n- [ ] a\r\n\r\n## B\r\n\r\n- [ ] b\r\n",
  );
});
