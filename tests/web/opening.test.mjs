import assert from "node:assert/strict";
import test from "node:test";
import { opensOnNow } from "../../geometry_ws/web/src/shared/opening.js";
import { pageRule } from "../../geometry_ws/web/src/shared/print_foot.js";

const PHONE = { width: 390, finger: true, search: "", hash: "", opened: false };

test("a phone opens on what needs somebody, unless the address names something else", () => {
  assert.ok(opensOnNow(PHONE));
  assert.ok(opensOnNow({ ...PHONE, search: "?project=shop" }));
  for (const other of [
    { width: 208 },
    { width: 1440 },
    { finger: false },
    { opened: true },
    { hash: "#board" },
    { search: "?change=add-login" },
    { search: "?project=shop&at=fit" },
    { search: "?wall" },
  ]) {
    assert.ok(!opensOnNow({ ...PHONE, ...other }), JSON.stringify(other));
  }
});

test("what stands at the foot of paper can't end its text", () => {
  const rule = pageRule({ title: 'a"; } \\ b', address: "host/é", when: "today" });
  assert.ok(rule.includes('content: "a\\22 ; } \\5c  b";'));
  assert.ok(rule.includes('"host/é · today · " counter(page)'));
});
