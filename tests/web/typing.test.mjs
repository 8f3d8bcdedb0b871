import assert from "node:assert/strict";
import test from "node:test";
import { MOST_PASTED, inMessages, refusal } from "../../geometry_ws/web/src/dashboard/typing.js";

const FAMILY = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}"; // one sign of 8 code units
const TEXTS = [
  "",
  "short",
  "x".repeat(25_000),
  "é\u0301\u{1d11e}".repeat(50),
  FAMILY.repeat(20) + "abc",
  "e" + "\u0301".repeat(100),
];

test("messages are whole and in order, and none is too long", () => {
  for (const text of TEXTS) {
    for (const most of [9, 10, 13, 64]) {
      const messages = inMessages(text, most);
      assert.equal(messages.join(""), text);
      assert.ok(messages.every((each) => each.length > 0 && each.length <= most));
      assert.ok(messages.every((each) => !/\p{Surrogate}/u.test(each)));
    }
  }
  assert.deepEqual(
    inMessages("x".repeat(25_000)).map((each) => each.length),
    [10_000, 10_000, 5_000],
  );
});

test("no character is cut in two", () => {
  const messages = inMessages(FAMILY.repeat(20), 20);
  assert.ok(messages.every((each) => each.length % FAMILY.length === 0));
  assert.deepEqual(inMessages("ab\u{1d11e}cd", 3), ["ab", "\u{1d11e}c", "d"]);
});

test("lines end as on any system, and broken halves are replaced", () => {
  assert.deepEqual(inMessages("a\r\nb\rc\n"), ["a\nb\nc\n"]);
  assert.deepEqual(inMessages("a\ud800b\udc00"), ["a\ufffdb\ufffd"]);
});

test("what can't be pasted is said", () => {
  assert.equal(refusal("text", true), "");
  assert.equal(refusal("", false), "");
  assert.match(refusal("", true), /no text/);
  assert.match(refusal("x".repeat(MOST_PASTED + 1), true), /1,000,001 .* 1,000,000 at once/);
});
