import assert from "node:assert/strict";
import test from "node:test";
import { plain, withEndsOf } from "../../geometry_ws/web/src/pages/line_ends.js";

const ENDS = ["\n", "\r\n", "\r"];

/** Numbers as by chance, the same in every run. */
function* chances(seed) {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

function document(chance, length) {
  const pick = (from) => from[Math.floor(chance.next().value * from.length)];
  const body = Array.from({ length }, () => pick(["", "a", "b", "é"]) + pick(ENDS)).join("");
  return body + pick(["", "end"]);
}

test("a text that nobody edited is the document", () => {
  const chance = chances(1);
  for (let round = 0; round < 500; round++) {
    const base = document(chance, round % 9);
    assert.equal(withEndsOf(plain(base), base), base);
  }
});

test("the words of an edited text are those of the text field, whatever the document had", () => {
  const chance = chances(2);
  for (let round = 0; round < 1000; round++) {
    const base = document(chance, round % 9);
    const text = plain(document(chance, round % 7));
    assert.equal(plain(withEndsOf(text, base)), text);
  }
});

test("one letter typed changes one line", () => {
  const chance = chances(3);
  for (let round = 1; round < 500; round++) {
    const base = document(chance, 1 + (round % 9)).replace(/\r(?!\n)/g, "\n");
    const lines = base.split("\n");
    const at = Math.floor(chance.next().value * lines.length);
    const typed = lines.map((line, number) => (number === at ? `q${line}` : line)).join("\n");
    assert.equal(withEndsOf(plain(typed), base), typed);
  }
});

test("new lines get the ends of the lines around them", () => {
  assert.equal(withEndsOf("a\nnew\nb\n", "a\r\nb\r\n"), "a\r\nnew\r\nb\r\n");
  assert.equal(withEndsOf("new\na\n", "a\r\n"), "new\r\na\r\n");
  assert.equal(withEndsOf("x\ny\n", ""), "x\ny\n");
});
