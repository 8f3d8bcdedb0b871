import assert from "node:assert/strict";
import test from "node:test";
import {
  HeldKeys,
  leaves,
  meaningOf,
  modifiersOf,
} from "../../geometry_ws/web/src/dashboard/keys.js";

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

/** A key event as browsers make it: `"Control+Shift+v"`. */
function pressed(words, more = {}) {
  const parts = words === "+" ? ["+"] : words.split("+").map((part) => part || "+");
  const name = parts.pop();
  return {
    key: name,
    code: `At${name}`,
    altKey: parts.includes("Alt"),
    ctrlKey: parts.includes("Control"),
    metaKey: parts.includes("Meta"),
    shiftKey: parts.includes("Shift"),
    isComposing: false,
    keyCode: 1,
    getModifierState: (state) => parts.includes(state),
    ...more,
  };
}
const meanings = (words, wish, mac = false) =>
  words.split(" ").map((each) => meaningOf(pressed(each), wish, mac));

test("a surface with the keyboard gets the keys of the view, of the page and of text", () => {
  const view = "Tab Shift+Tab Escape ArrowLeft ArrowUp Enter Backspace Delete Home PageDown";
  for (const wish of ["text", "all"]) {
    assert.deepEqual(new Set(meanings(view, wish)), new Set(["key"]));
    assert.deepEqual(new Set(meanings("f 0 + - = é Shift+F Shift+ß", wish)), new Set(["text"]));
    assert.equal(meaningOf(pressed(" "), wish, false), "text");
  }
});

test("the browser's own keys are the program's alone, or the browser's alone", () => {
  const own = "F5 F11 Control+s Control+Shift+I Control+f Control++ Alt+d Alt+ArrowLeft";
  assert.deepEqual(new Set(meanings(own, "all")), new Set(["key"]));
  assert.deepEqual(new Set(meanings(own, "text")), new Set(["browser"]));
  assert.deepEqual(new Set(meanings("Meta+s Meta+ArrowLeft F5", "all", true)), new Set(["key"]));
  assert.deepEqual(meanings("Meta+s Meta+ArrowLeft F5", "text", true), [
    "browser",
    "key",
    "browser",
  ]);
});

test("what edits text is the program's, and pasting makes text", () => {
  const edits = "Control+a Control+z Control+ArrowLeft Control+Backspace Control+c";
  assert.deepEqual(new Set(meanings(edits, "text")), new Set(["key"]));
  for (const wish of ["text", "all"]) {
    const pastes = "Control+v Control+Shift+V Shift+Insert";
    assert.deepEqual(new Set(meanings(pastes, wish)), new Set(["text"]));
    assert.deepEqual(meanings("Meta+v", wish, true), ["text"]);
  }
});

test("letters that need further keys are letters", () => {
  for (const wish of ["text", "all"]) {
    assert.deepEqual(meanings("Control+Alt+AltGraph+@", wish), ["text"]);
    assert.deepEqual(meanings("Alt+∂ Control+a", wish, true), ["text", "key"]);
    assert.deepEqual(meanings("Dead", wish), ["text"]);
  }
});

test("what an input method or a screen's keyboard takes is no key", () => {
  for (const more of [{ isComposing: true }, { keyCode: 229 }, { key: "Process" }])
    assert.equal(meaningOf(pressed("a", more), "all", false), "method");
  const unknown = pressed("Unidentified", { code: "" });
  assert.equal(meaningOf(unknown, "text", false), "method");
});

test("Shift+Escape is the way out, and nothing else is", () => {
  assert.ok(leaves(pressed("Shift+Escape")));
  for (const words of ["Escape", "Control+Shift+Escape", "Shift+Tab"])
    assert.ok(!leaves(pressed(words)));
});
