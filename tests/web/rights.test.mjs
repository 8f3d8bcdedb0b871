import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { CALLS } from "../../geometry_ws/web/src/pages/pressed.js";
import { mayCall, whyNot } from "../../geometry_ws/web/src/shared/rights.js";
import { CallError, Session } from "../../geometry_ws/web/src/shared/session.js";
import { ERRORS, NEEDS, PROCEDURES, RIGHTS } from "../../geometry_ws/web/src/shared/uris.js";

const SOURCES = new URL("../../geometry_ws/web/src/", import.meta.url);
const sourcesOf = (folder) =>
  readdirSync(new URL(`${folder}/`, SOURCES))
    .filter((file) => file.endsWith(".js") && file !== "uris.js")
    .map((file) => readFileSync(new URL(`${folder}/${file}`, SOURCES), "utf8"))
    .join("\n");

test("a role may call what the declarations give it, and nobody is held back before it is known", () => {
  for (const name of Object.keys(PROCEDURES)) {
    const right = NEEDS[name] ?? "look";
    for (const [role, rights] of Object.entries(RIGHTS)) {
      const named = name.startsWith("permission_") && role === "guest";
      assert.equal(mayCall(role, name), rights.split(" ").includes(right) && !named, name + role);
    }
    assert.equal(mayCall("", name), true);
    assert.equal(mayCall("of tomorrow", name), false);
  }
});

test("who may not is told who may", () => {
  assert.equal(
    whyNot("reviewer", "task_set"),
    "Only an agent or a maintainer may do that; you are a reviewer.",
  );
  assert.equal(
    whyNot("viewer", "question_answer"),
    "Only a maintainer or a reviewer may do that; you are a viewer.",
  );
  assert.equal(
    whyNot("guest", "permission_answer"),
    "Only a maintainer may do that, by a name of access; you are a guest.",
  );
});

test("a refusal of the router is told in words for people", async () => {
  const session = new Session("ws://nowhere");
  session.role = "reviewer";
  const failure = { error: ERRORS.not_authorized, args: ["session (session_id=4576, authid=…"] };
  session.inner = { isOpen: true, call: () => Promise.reject(failure) };
  const refused = await session.call("claim_release").catch((problem) => problem);
  assert.ok(refused instanceof CallError);
  assert.equal(refused.message, whyNot("reviewer", "claim_release"));
  assert.equal(refused.uri, ERRORS.not_authorized);
  // what the component refuses has its own reasons
  session.role = "maintainer";
  const own = await session.call("claim_release").catch((problem) => problem);
  assert.match(own.message, /^session/);
});

test("whatever asks for more than looking is asked about before it is offered", () => {
  const all = ["pages", "dashboard", "shared"].map(sourcesOf).join("\n");
  const asked = new Set([...all.matchAll(/mayCall\("(\w+)"\)/g)].map(([, name]) => name));
  const guarded = new Set([...asked, ...Object.values(CALLS)]);
  for (const [, name] of all.matchAll(/get calls\(\) \{\s+return "(\w+)"/g)) guarded.add(name);
  const calls = [...all.matchAll(/\.(?:call|#ask)\(\s*"(\w+)"/g)].map(([, name]) => name);
  assert.ok(calls.length > 20);
  // what else is pressed where one of these is: the button that opens it is for who may
  const within = {
    task_undo: "task_edit",
    access_list: "access_list",
    drop_give: "drop_offer",
  };
  for (const name of calls.filter((called) => Object.hasOwn(NEEDS, called)))
    assert.ok(guarded.has(within[name] ?? name), `${name} is offered to everybody`);
  for (const name of guarded) assert.ok(Object.hasOwn(PROCEDURES, name), name);
});

test("every thing that is pressed to change something names its call", () => {
  const pages = sourcesOf("pages");
  const done = new Set([...pages.matchAll(/"data-do": "([\w-]+)"/g)].map(([, what]) => what));
  // these change nothing, or stand in a dialog or an editor that whoever may not never opens
  const harmless = [
    ...["all", "filter", "group", "invalid", "kind", "more", "order", "sort", "text", "copy"],
    ...["close", "cancel", "both", "mine", "theirs", "draft", "save"],
    ...["archive-close", "archive-now", "archive-read", "base-cancel", "base-draft", "base-save"],
    ...[
      "new-close",
      "new-create",
      "new-name",
      "new-why",
      "new-schema",
      "delta-choice",
      "delta-pick",
    ],
    ...["delta-write", "task-cancel", "task-save", "task-text", "group-cancel", "group-save"],
    ...["give-it", "rename", "answer"],
  ];
  const unknown = [...done].filter((what) => !(what in CALLS) && !harmless.includes(what));
  assert.deepEqual(unknown, []);
});
