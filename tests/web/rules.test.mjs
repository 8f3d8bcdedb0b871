/** What TypeScript can see of the rules for code: lengths of functions, and names. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const WEB = new URL("../../geometry_ws/web/", import.meta.url);
const FOLDERS = ["dashboard", "pages", "viewer", "shared", "painter"].map((name) => `src/${name}/`);
const SOURCES = [...FOLDERS.map((name) => new URL(name, WEB)), WEB, new URL(".", import.meta.url)];
const LONGEST = 60;
/** They could hold anything: a name says what it is. */
const VAGUE = new Set(["one", "found", "some", "told", "kept"]);

const installed = existsSync(new URL("node_modules/typescript", WEB));
const skip = !installed && "the dashboard's packages for development aren't installed";
const ts = installed && createRequire(new URL("package.json", WEB))("typescript");

/** All modules of ours, parsed. */
const modules = () =>
  SOURCES.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.m?js$/.test(name))
      .map((name) => {
        const text = readFileSync(new URL(name, folder), "utf8");
        return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      }),
  );

/** Calls `visit` with every node of a module. */
function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

test("functions have at most 60 lines", { skip }, () => {
  const tooLong = [];
  for (const module of modules()) {
    const lineOf = (position) => module.getLineAndCharacterOfPosition(position).line;
    walk(module, (node) => {
      if (!ts.isFunctionLike(node) || !node.body) return;
      const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
      const name = node.name?.getText() ?? "a function";
      if (lines > LONGEST) tooLong.push(`${module.fileName}: ${name} has ${lines} lines`);
    });
  }
  assert.deepEqual(tooLong, []);
});

test("nothing has a name that could hold anything", { skip }, () => {
  const vague = [];
  for (const module of modules()) {
    walk(module, (node) => {
      const declares =
        ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
      if (declares && VAGUE.has(node.name.text))
        vague.push(`${module.fileName}: ${node.name.text}`);
    });
  }
  assert.deepEqual(vague, []);
});
