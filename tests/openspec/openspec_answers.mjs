// Answers command lines with the official tool's own code, many in one process: each line on
// standard input is {"folder", "words"}, each line on the descriptor that the second argument names
// {"out", "err", "exit"}.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { format } from "node:util";

class Left extends Error {}

const { program } = await import(process.argv[2]);
let said;

const collect =
  (name) =>
  (...values) => {
    said[name] += `${format(...values)}\n`;
  };
console.log = console.info = collect("out");
console.error = console.warn = collect("err");
console.debug = () => {};
for (const [stream, name] of [
  [process.stdout, "out"],
  [process.stderr, "err"],
]) {
  stream.write = (text) => {
    said[name] += text;
    return true;
  };
}
process.exit = (status) => {
  said.exit = status ?? process.exitCode ?? 0;
  throw new Left();
};
const tame = (command) => {
  command.exitOverride();
  command.commands.forEach(tame);
};
tame(program);

const send = (answer) => {
  const bytes = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(Number(process.argv[3]), bytes, at);
    } catch (problem) {
      if (problem.code !== "EAGAIN") throw problem;
    }
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const { folder, words } = JSON.parse(line);
  said = { out: "", err: "", exit: undefined };
  process.exitCode = undefined;
  process.chdir(folder);
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (problem) {
    if (!(problem instanceof Left)) {
      said.exit ??= problem.exitCode ?? 1;
      if (!problem.code?.startsWith?.("commander.")) said.err += `${problem}\n`;
    }
  }
  said.exit ??= process.exitCode ?? 0;
  send(said);
}
