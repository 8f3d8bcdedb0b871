import assert from "node:assert/strict";
import test from "node:test";
import {
  FILLING,
  MOST_PASTED,
  editOf,
  inMessages,
  refusal,
} from "../../geometry_ws/web/src/dashboard/typing.js";

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

test("what only the field has noticed becomes keys and text", () => {
  const edit = (value, type) => editOf(value, type);
  const text = (words) => ({ taps: [], text: words });
  assert.deepEqual(edit(`${FILLING}é`, "insertText"), text("é"));
  assert.deepEqual(edit(`${FILLING} `, "insertText"), text(" "));
  assert.deepEqual(edit(`${FILLING}日本`, ""), text("日本"));
  assert.deepEqual(edit(FILLING, "insertCompositionText"), text(""));
  assert.deepEqual(edit(FILLING.slice(1), "deleteContentBackward"), {
    taps: ["Backspace"],
    text: "",
  });
  assert.deepEqual(edit("", "deleteWordBackward").taps, ["Backspace", "Backspace"]);
  assert.deepEqual(edit(FILLING, "deleteContentForward").taps, ["Delete"]);
  assert.deepEqual(edit(FILLING, "deleteCompositionText"), text(""));
  assert.deepEqual(edit(`${FILLING}old`, "historyUndo"), text(""));
  assert.deepEqual(edit(`${FILLING}\n`, "insertLineBreak"), { taps: ["Enter"], text: "" });
});
