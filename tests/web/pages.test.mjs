import assert from "node:assert/strict";
import test from "node:test";
import { ArchivePage } from "../../geometry_ws/web/src/pages/archive.js";
import { choose } from "../../geometry_ws/web/src/pages/filter.js";
import { beside, summary, worded } from "../../geometry_ws/web/src/pages/needs.js";
import { titleBeside } from "../../geometry_ws/web/src/pages/parts.js";
import { lineDiff, matches, wordDiff, words } from "../../geometry_ws/web/src/pages/diff.js";
import { Live } from "../../geometry_ws/web/src/pages/live.js";
import { Page } from "../../geometry_ws/web/src/pages/page.js";
import { address, follow, parse, spot, spotOf } from "../../geometry_ws/web/src/shared/routes.js";

const at = (path) => parse(new URL(path, "http://localhost:8081"));

test("a page leads to its own project, or to the one that is named", () => {
  const of = (several, what) =>
    at(Page.prototype.to.call({ app: { several }, project: { id: "here" } }, "change", what));
  assert.equal(of(true, { name: "x" }).project, "here");
  assert.equal(of(true, { name: "x", project: "there" }).project, "there");
  assert.equal(of(false, { name: "x", project: "here" }).project, "");
});

test("every address leads to the page that made it", () => {
  const names = ["add-login", "改善", "a b", "100%", "a?b#c", "مرحبا", "x&y=z", "a+b", "'\"<>"];
  for (const name of names) {
    for (const page of ["change", "archived", "spec"]) {
      const route = at(address(page, { name, project: "shop", hash: spot("tasks.md", 3) }));
      assert.deepEqual([route.page, route.name, route.project], [page, name, "shop"]);
      assert.deepEqual(spotOf(route.hash), { document: "tasks.md", line: 3 });
    }
  }
  assert.equal(at(address("spec", { name: "auth/two factor" })).name, "auth/two factor");
  assert.equal(at(address("project", { name: "shop" })).project, "shop");
  for (const page of ["projects", "specs", "overlaps", "archive", "search"])
    assert.equal(at(address(page)).page, page);
  assert.equal(at("/changes").page, "project");
  assert.equal(at("/changes?project=shop").project, "shop");
  assert.equal(at("/search?q=a%20b").query.get("q"), "a b");
});

test("below a path of a host an address is ours where it lies there", () => {
  const below = (path) => parse(new URL(path, "https://host.example"), "/board/");
  assert.equal(below("/board/changes/add-login").name, "add-login");
  assert.equal(below("/board/specs").page, "specs");
  for (const path of ["/changes/add-login", "/specs", "/board/", "/boards/specs"])
    assert.equal(below(path).page, "missing");
});

test("what is no page's address leads to none", () => {
  for (const path of [
    "/",
    "/changes/",
    "/changes/a/b",
    "/specs/",
    "/specs/a//b",
    "/changes/%ff",
    "/projects/a/b",
    "/constructor",
    "/toString/x",
  ]) {
    assert.equal(at(path).page, "missing", path);
  }
});

test("a fragment names a document and a line of it", () => {
  assert.deepEqual(spotOf(spot("specs/a:b/spec.md", 12)), {
    document: "specs/a:b/spec.md",
    line: 12,
  });
  assert.deepEqual(spotOf(spot("tasks.md")), { document: "tasks.md", line: 0 });
  assert.equal(spotOf("tasks"), null);
});

/** Links that lead nowhere, but for the last: it names a document. */
const DANGEROUS = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " java\nscript:alert(1)",
  "java\u0000script:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "file:///etc/passwd",
  "//evil.example/x",
  "\\\\evil.example",
  "/ws",
  "#x",
  "?x",
  "../../../x",
  "../../src/main.py",
  "%ff",
  "",
  "http:",
  "https://",
  "blob:x",
  "ftp://x",
  "javascript%3Aalert(1)",
];

test("links of a project lead to the web, to pages, or nowhere", () => {
  const inside = (href, folder = "changes/add-login") => follow(href, folder);
  assert.deepEqual(inside("https://example.org/a?b#c"), {
    kind: "outside",
    href: "https://example.org/a?b#c",
  });
  assert.deepEqual(inside("mailto:a@example.org"), {
    kind: "outside",
    href: "mailto:a@example.org",
  });
  assert.deepEqual(inside("design.md"), {
    kind: "inside",
    page: "change",
    name: "add-login",
    hash: "file:design.md",
  });
  assert.deepEqual(inside("./specs/auth/spec.md#x"), {
    kind: "inside",
    page: "change",
    name: "add-login",
    hash: "file:specs/auth/spec.md",
  });
  assert.deepEqual(inside("../add-logout/"), {
    kind: "inside",
    page: "change",
    name: "add-logout",
    hash: "",
  });
  assert.deepEqual(inside("../../specs/auth/login/spec.md"), {
    kind: "inside",
    page: "spec",
    name: "auth/login",
    hash: "",
  });
  assert.deepEqual(inside("../archive/2026-01-02-old/proposal.md"), {
    kind: "inside",
    page: "archived",
    name: "2026-01-02-old",
    hash: "file:proposal.md",
  });
  for (const href of DANGEROUS) {
    const target = inside(href);
    if (href === "javascript%3Aalert(1)") assert.equal(target?.kind, "inside");
    else assert.equal(target, null, href);
  }
});

/** Pieces must give back the texts that they were made of. */
function whole(pieces, kind) {
  return pieces
    .filter((piece) => piece.kind !== kind)
    .map((piece) => piece.text)
    .join("");
}

test("a difference by words says what was removed and what was added", () => {
  const { before, after } = wordDiff(
    "The shop SHALL greet visitors.",
    "The shop SHALL greet all visitors.",
  );
  assert.deepEqual(
    after.filter(({ kind }) => kind === "added").map(({ text }) => text.trim()),
    ["all"],
  );
  assert.equal(whole(before, "none"), "The shop SHALL greet visitors.");
  assert.deepEqual(
    before.filter(({ kind }) => kind === "removed"),
    [],
  );
  assert.deepEqual(wordDiff("用户可以登录", "用户必须登录").after, [
    { kind: "same", text: "用户" },
    { kind: "added", text: "必须" },
    { kind: "same", text: "登录" },
  ]);
});

test("nothing of either text is lost or invented, whatever they are", () => {
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const letters = ["a", "b", "c", " ", "\n", "é", "界", "😀", "- "];
  for (let round = 0; round < 400; round++) {
    const make = () =>
      Array.from({ length: random(30) }, () => letters[random(letters.length)]).join("");
    const [before, after] = [make(), make()];
    const diff = wordDiff(before, after);
    assert.equal(whole(diff.before, ""), before);
    assert.equal(whole(diff.after, ""), after);
    assert.equal(whole(diff.before, "removed"), whole(diff.after, "added"));
    const rows = lineDiff(before, after);
    const lines = (side) =>
      rows
        .filter((row) => row[side])
        .map((row) => whole(row[side], ""))
        .join("\n");
    assert.equal(lines("before"), before.replace(/\n$/, ""));
    assert.equal(lines("after"), after.replace(/\n$/, ""));
  }
});

test("the matches are a longest common part", () => {
  assert.equal(matches([..."ABCABBA"], [..."CBABAC"])?.length, 4);
  assert.deepEqual(matches([..."abc"], [..."abc"]), [
    [0, 0],
    [1, 1],
    [2, 2],
  ]);
  assert.deepEqual(matches([], ["a"]), []);
});

test("a line that was changed stands beside what it was, others by themselves", () => {
  const rows = lineDiff(
    "same\nThe shop greets visitors\nold\n",
    "same\nThe shop greets all visitors\nsomething else entirely\n",
  );
  assert.deepEqual(
    rows.map((row) => row.kind),
    ["same", "changed", "removed", "added"],
  );
});

test("texts that have nothing in common take no time", () => {
  const lines = (letter) =>
    Array.from({ length: 20_000 }, (_, index) => `${letter} ${index} ${letter}${index}`).join("\n");
  const started = performance.now();
  lineDiff(lines("x"), lines("y"));
  assert.ok(performance.now() - started < 3000);
  assert.ok(words("a".repeat(100_000)).length === 1);
});

test("changes are filtered by all words, by state, and ordered", () => {
  const entry = (change, more) => ({
    change,
    title: "",
    state: "complete",
    done: 0,
    total: 2,
    revision: "",
    tasks: [],
    modified: 0,
    ...more,
  });
  const all = [
    entry("add-a", { done: 1, modified: 5 }),
    entry("fix-b", { state: "invalid", modified: 1 }),
    entry("add-c", { state: "in_progress", done: 2 }),
  ];
  const two = [entry("b", { modified: 9 }), entry("a", { modified: 1 })];
  const sorted = choose(two, { text: "", group: "", order: "attention" });
  assert.deepEqual(
    sorted.map(({ change }) => change),
    ["a", "b"],
  );
  const names = (how) =>
    choose(all, { text: "", group: "", order: "attention", ...how }).map(({ change }) => change);
  assert.deepEqual(names({}), ["fix-b", "add-c", "add-a"]);
  assert.deepEqual(names({ text: "ADD c" }), ["add-c"]);
  assert.deepEqual(names({ group: "attention" }), ["fix-b"]);
  assert.deepEqual(names({ order: "name" }), ["add-a", "add-c", "fix-b"]);
  assert.deepEqual(names({ order: "recent" }), ["add-a", "fix-b", "add-c"]);
  assert.deepEqual(names({ order: "progress" }), ["add-c", "add-a", "fix-b"]);
  assert.deepEqual(names({ order: "constructor" }), ["fix-b", "add-c", "add-a"]);
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("an answer is asked for once at a time, and again when it became stale meanwhile", async () => {
  const asked = [];
  const session = {
    call: (name, kwargs) =>
      new Promise((resolve, reject) => asked.push({ kwargs, resolve, reject })),
  };
  const live = new Live(session, "change_get", { change: "a" });
  live.refresh();
  live.refresh();
  live.refresh();
  assert.equal(asked.length, 1);
  asked[0].resolve("first");
  await settle();
  assert.equal(live.value, "first");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(asked.length, 2);
  asked[1].resolve("second");
  await settle();
  assert.equal(live.value, "second");
});

test("the answer to a question that nobody asks any more is not shown", async () => {
  const asked = [];
  const session = {
    call: (name, kwargs) =>
      new Promise((resolve, reject) => asked.push({ kwargs, resolve, reject })),
  };
  const live = new Live(session, "project_search", { text: "a" });
  live.refresh();
  live.turn({ text: "ab" });
  asked[0].resolve("of a");
  await settle();
  assert.equal(live.value, null);
  assert.deepEqual(asked[1].kwargs, { text: "ab" });
  asked[1].resolve("of ab");
  await settle();
  assert.equal(live.value, "of ab");
  live.stop();
  live.refresh();
  assert.equal(asked.length, 2);
});

test("a failure keeps what was known and says why", async () => {
  const problem = Object.assign(new Error("It is gone."), {
    uri: "io.geometry_ws.v1.error.no_such_change",
  });
  let answer = Promise.resolve("known");
  const live = new Live({ call: () => answer }, "change_get", {});
  live.refresh();
  await settle();
  answer = Promise.reject(problem);
  live.refresh();
  await settle();
  assert.equal(live.value, "known");
  assert.equal(live.problem, problem);
});

test("older archived changes come after those that are shown, each once", async () => {
  const asked = [];
  const entry = (archived) => ({
    archived,
    change: archived,
    date: "",
    specs: [],
    done: 0,
    total: 0,
  });
  const pages = [
    { changes: [entry("c"), entry("b")], more: true },
    { changes: [entry("a")], more: false },
    { changes: [entry("d"), entry("c")], more: true },
  ];
  const session = {
    call: async (name, kwargs) => (asked.push([name, kwargs.before]), pages.shift()),
  };
  const app = { session, project: { id: "shop" }, redraw() {}, complain: assert.fail };
  const page = new ArchivePage(app, at("/archive"));
  await settle();
  await page.onAction("more");
  assert.deepEqual(asked, [
    ["project_history", undefined],
    ["project_history", "b"],
  ]);
  assert.deepEqual(
    page.older.map(({ archived }) => archived),
    ["a"],
  );
  assert.equal(page.more, false);
  page.onEvents([{ kind: "archive_changed", archived: ["d", "c", "b", "a"] }]);
  await settle();
  assert.deepEqual(
    page.shown().map(({ archived }) => archived),
    ["d", "c", "b", "a"],
  );
  page.stop();
});

test("a title says beside a name only what the name doesn't", () => {
  for (const [change, title, beside] of [
    ["add-x", "Add X", ""],
    ["add-x", "add-x: two things", "two things"],
    ["add-x", "Add xylophones", "Add xylophones"],
    ["a!b.c(", "a!b.c( – more", "more"],
    ["a-b", undefined, ""],
  ])
    assert.equal(titleBeside({ change, title }), beside);
});

test("a need's sentence leaves out the name before it, and their number says for what", () => {
  const need = { kind: "conflict", change: "a", why: 'a, b and c contradict each other in "X".' };
  assert.equal(beside(need), 'Contradicts b and c in "X".');
  assert.equal(beside({ ...need, change: "b" }), 'Contradicts a and c in "X".');
  assert.equal(beside({ ...need, change: "z" }), need.why);
  assert.equal(beside({ ...need, kind: "ready" }), need.why);
  const waits = { kind: "permission", change: "", who: "finch-1", why: "finch-1 waits." };
  assert.equal(beside(waits), "Waits.");
  assert.equal(beside({ ...waits, change: "a" }), "finch-1 waits.");
  assert.equal(worded(need), "Contradicts b and c in “X”.");
  const invalid = { ...need, kind: "invalid", why: 'ADDED "A. B" has none. Write "#### C".' };
  assert.equal(worded(invalid), "“A. B” has none");
  assert.equal(worded({ ...invalid, why: "It is `a. B`. Do. (2 more)" }), "It is `a. B` (2 more)");
  const needs = [need, { ...need, kind: "ready" }, { ...need, kind: "question" }];
  assert.equal(summary(needs, 3), "1 to fix, 1 to answer, 1 to archive");
  assert.equal(summary([need], 5), "1 to fix, 4 more");
});
