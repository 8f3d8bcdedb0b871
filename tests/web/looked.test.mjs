import assert from "node:assert/strict";
import test from "node:test";
import { lookedAt, noteLooks } from "../../geometry_ws/web/src/pages/looked.js";

/** A window whose storage and events are here. */
function openWindow() {
  const stored = new Map();
  globalThis.localStorage = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => stored.set(key, value),
  };
  const page = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.removeEventListener = page.removeEventListener.bind(page);
  return {
    close: () => page.dispatchEvent(new Event("pagehide")),
    hide: (hidden) => {
      document.hidden = hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

test("it is noted however the page is left, and where there was something to be seen", () => {
  for (const leave of ["close", "hide", "end"]) {
    const shown = openWindow();
    let seen = false;
    const end = noteLooks("shop", () => seen, assert.fail);
    const go = leave === "end" ? end : () => shown[leave](true);
    go();
    assert.equal(lookedAt("shop"), 0);
    seen = true;
    go();
    assert.ok(Math.abs(lookedAt("shop") - Date.now()) < 60_000, leave);
    assert.equal(lookedAt("other"), 0);
  }
});

test("whoever turns to it again is told, until it ends", () => {
  const shown = openWindow();
  let back = 0;
  const end = noteLooks(
    "shop",
    () => true,
    () => back++,
  );
  shown.hide(true);
  shown.hide(false);
  assert.equal(back, 1);
  end();
  shown.hide(false);
  assert.equal(back, 1);
});
