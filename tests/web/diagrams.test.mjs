/** Diagrams: one after the other, bounded, and nothing that the frame says is trusted. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { COLOURS, variables } from "../../geometry_ws/web/src/diagram/look.js";
import { problemOf, sentence } from "../../geometry_ws/web/src/diagram/problem.js";
import { Drawer } from "../../geometry_ws/web/src/pages/diagrams.js";
import { MOST_TEXT, read } from "../../geometry_ws/web/src/pages/markdown.js";
import { TAGS } from "../../geometry_ws/web/src/pages/pieces.js";

/** A drawer whose frames only note what they are sent. */
function drawer() {
  const frames = [];
  const made = new Drawer(
    () => {
      const frame = { sent: [], ended: false };
      frames.push(frame);
      return { send: (message) => frame.sent.push(message), end: () => (frame.ended = true) };
    },
    () => ({ text: "#000" }),
  );
  return { made, frames };
}

const PICTURE = { picture: "<svg></svg>", width: 10.2, height: 20 };

test("nothing is begun before a diagram is there, and one is drawn after the other", async () => {
  const { made, frames } = drawer();
  assert.equal(frames.length, 0);
  const first = made.draw("a", false);
  const second = made.draw("b", false);
  assert.deepEqual(frames[0].sent, []);
  made.hear({ ready: true });
  assert.deepEqual(frames[0].sent, [{ id: 1, text: "a", dark: false, colours: { text: "#000" } }]);
  made.hear({ id: 1, ...PICTURE });
  assert.equal((await first).picture.width, 11);
  assert.equal(frames[0].sent.length, 2);
  made.hear({ id: 1, ...PICTURE }); // an answer to what was answered
  made.hear({ id: 2, problem: { kind: "syntax", line: 3 } });
  assert.match((await second).said, /line 3/);
  assert.equal(frames.length, 1);
  // what was drawn is remembered, for each theme
  await made.draw("a", false);
  assert.equal(frames[0].sent.length, 2);
  made.draw("a", true);
  assert.equal(frames[0].sent.length, 3);
});

test("a diagram that takes too long ends its frame, and the next has a new one", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { made, frames } = drawer();
    const slow = made.draw("slow", false);
    const next = made.draw("next", false);
    made.hear({ ready: true });
    mock.timers.tick(7000);
    assert.match((await slow).said, /too long/);
    assert.ok(frames[0].ended);
    made.hear({ ready: true });
    made.hear({ id: 1, ...PICTURE }); // what the slow one says at last
    made.hear({ id: 2, ...PICTURE });
    assert.ok((await next).picture);
    // a frame that never comes
    const { made: other, frames: gone } = drawer();
    const never = other.draw("a", false);
    mock.timers.tick(30_000);
    assert.match((await never).said, /just now/);
    assert.ok(gone[0].ended);
  } finally {
    mock.timers.reset();
  }
});

test("nothing of an answer is trusted", async () => {
  for (const answer of [
    { picture: "<img src=x>", width: 1, height: 1 },
    { picture: ["<svg>"], width: 1, height: 1 },
    { picture: `<svg>${"a".repeat(2_000_000)}`, width: 1, height: 1 },
    { picture: "<svg>", width: -1, height: 1 },
    { picture: "<svg>", width: "1px;", height: NaN },
    { picture: "<svg>", width: 1, height: 1e9 },
    { problem: { kind: "<b>", line: "<b>" } },
    { problem: "?" },
    {},
  ]) {
    const { made } = drawer();
    const drawn = made.draw("a", false);
    made.hear({ ready: true });
    for (const noise of [null, undefined, 7, "x", { id: "1" }, { ready: true }]) made.hear(noise);
    made.hear({ id: 1, ...answer });
    const { picture, said } = await drawn;
    assert.equal(picture, undefined);
    assert.match(said, /^[A-Z][^<>]*\.$/);
  }
  const { made } = drawer();
  const drawn = made.draw("a", false);
  made.hear({ ready: true });
  made.hear({ id: 1, picture: '<svg>"#</svg>', width: 1, height: 1 });
  assert.equal(
    (await drawn).picture.address,
    "data:image/svg+xml;charset=utf-8,%3Csvg%3E%22%23%3C%2Fsvg%3E",
  );
});

test("what is wrong is a sentence", () => {
  const problem = (words) => problemOf(new Error(words));
  assert.deepEqual(problem("Parse error on line 12:\n..."), { kind: "syntax", line: 12 });
  assert.deepEqual(problem("Lexical error on line 2. Unrecognized"), { kind: "syntax", line: 2 });
  assert.equal(problem("No diagram type detected matching given configuration").kind, "unknown");
  assert.equal(problem("Edge limit exceeded. 200 edges found").kind, "large");
  assert.equal(problemOf(undefined).kind, "syntax");
  for (const kind of ["unknown", "large", "syntax"])
    assert.match(sentence({ kind, line: 0 }), /\.$/);
});

test("colours are those of the page", () => {
  const colours = Object.fromEntries(COLOURS.map((name, index) => [name, `#00000${index % 10}`]));
  for (const [name, value] of Object.entries(variables(colours, true))) {
    assert.ok(value !== undefined && value !== "", name);
  }
});

test("a diagram is a piece that is never cut, or one that is too large", () => {
  const source = `flowchart TB\n${"  A --> B\n".repeat(700)}`;
  const before = "word *a* ".repeat(60);
  const given = [];
  const inside = source.replace(/^/gm, "  ");
  const text = `${before}\n\n- ${"word ".repeat(600)}\n\n  \`\`\`mermaid\n${inside}\n  \`\`\`\n`;
  read(text, 2, (piece) => given.push(piece));
  const pre = TAGS.indexOf("pre") + 1;
  const with_diagram = given.filter((piece) => piece.some((step) => step[0] === pre));
  assert.equal(with_diagram.length, 1);
  assert.ok(
    with_diagram[0].some((step) => typeof step === "string" && step.startsWith(source.trim())),
  );
  const values = (text) => {
    const steps = [];
    read(text, 2, (piece) => steps.push(...piece.filter((step) => (step[0] ?? step) === pre)));
    return steps.map((step) => step[1] ?? "");
  };
  assert.deepEqual(values("```mermaid\na\n```\n\n```js\nb\n```\n\n``` Mermaid \nc\n```"), [
    "mermaid",
    "",
    "mermaid",
  ]);
  assert.equal(values(`\`\`\`mermaid\n${"a\n".repeat(MOST_TEXT)}\`\`\``)[0], "large");
});
