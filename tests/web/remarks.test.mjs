import assert from "node:assert/strict";
import test from "node:test";
import { remarksOn } from "../../geometry_ws/web/src/shared/remarks.js";
import { shownState } from "../../geometry_ws/web/src/shared/states.js";

const moved = (...names) => names.map((requirement) => ({ requirement }));
const conflict = (requirement, changes, more) => ({ spec: "s", requirement, changes, more });
const said = (change) => remarksOn(change).map(({ tone, text }) => [tone, text]);

test("a change of which nothing needs to be said has no remark", () => {
  assert.deepEqual(said({ problem: "" }), []);
  assert.deepEqual(said({ problem: "", base_moved: [], conflicts: [] }), []);
});

test("what is broken comes first and is red, what has to be decided is amber", () => {
  const change = {
    problem: "Bad.",
    base_moved: moved("Sign in"),
    conflicts: [conflict("Sign in", ["b"])],
  };
  assert.deepEqual(said(change), [
    ["bad", "Bad."],
    ["warn", "“Sign in” has changed since this was written."],
    ["warn", "Conflicts with b in “Sign in”."],
  ]);
});

test("several changes and requirements are counted", () => {
  assert.deepEqual(said({ base_moved: moved("A", "B", "C") }), [
    ["warn", "“A” and 2 others have changed since this was written."],
  ]);
  assert.deepEqual(said({ conflicts: [conflict("A", ["b"]), conflict("B", ["b", "c"])] }), [
    ["warn", "Conflicts with b and 1 other change in “A” and 1 other requirement."],
  ]);
  assert.deepEqual(said({ conflicts: [conflict("A", ["b", "c"], 30)] }), [
    ["warn", "Conflicts with b and 31 other changes in “A”."],
  ]);
});

test("a change whose specs aren't written yet isn't broken, and amber once all else is done", () => {
  const verdict = { valid: false, strict: false, errors: 1, unwritten: true };
  const begun = { state: "invalid", problem: "Nothing about specs.", verdict, done: 1, total: 2 };
  assert.deepEqual(said(begun), [["idle", "Specs aren't written yet."]]);
  const { tone, lane, word } = shownState(begun);
  assert.deepEqual([tone, lane, word], ["accent", "in_progress", "Specs not written"]);
  const done = { ...begun, done: 2 };
  assert.deepEqual(said(done), [["warn", "All is done, but its specs aren't written."]]);
  assert.deepEqual([shownState(done).tone, shownState(done).lane], ["warn", "complete"]);
});

test("what contradicts others isn't said to be ready too", () => {
  const change = { state: "complete", archiving: { can: true }, conflicts: [conflict("A", ["b"])] };
  assert.deepEqual(said(change), [["warn", "Conflicts with b in “A”."]]);
});

test("of a complete change it is said whether it can be archived, and why not", () => {
  const complete = (archiving, more) => said({ state: "complete", archiving, ...more });
  assert.deepEqual(complete({ can: true }), [["good", "Ready to archive."]]);
  assert.deepEqual(complete({ can: false, why: "No." }), [
    ["warn", "Archiving would be refused: No."],
  ]);
  const base_moved = moved("Sign in");
  assert.deepEqual(complete({ can: false, code: "base_moved", why: "Moved." }, { base_moved }), [
    ["warn", "“Sign in” has changed since this was written. Archiving would be refused."],
  ]);
  assert.deepEqual(complete({ can: false }), []);
  assert.deepEqual(complete(undefined), []);
  assert.deepEqual(said({ state: "in_progress", archiving: { can: false, why: "Open." } }), []);
});
