// A client made with an npm SDK, the first or the second line: lists the tools and calls all six, by
// both ways and in each era. Started with a folder of packages, and what to call, as JSON.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [modules, said] = process.argv.slice(2);
const given = JSON.parse(said);
const scope = `${modules}/@modelcontextprotocol`;
const isNew = existsSync(`${scope}/client`);
const load = (first, second) => import(pathToFileURL(isNew ? `${scope}/client/dist/${second}.mjs` : `${scope}/sdk/dist/esm/client/${first}.js`));
const { Client } = await load("index", "index");
const { StdioClientTransport } = await load("stdio", "stdio");
const { StreamableHTTPClientTransport } = await load("streamableHttp", "index");

const trial = async (way, mode) => {
  const [command, ...args] = given.command;
  const transport =
    way === "stdio"
      ? new StdioClientTransport({ command, args, cwd: given.cwd, env: process.env })
      : new StreamableHTTPClientTransport(new URL(given.url));
  const client = new Client({ name: "probe", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(transport);
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  const wrong = [];
  let task, me;
  for (const [name, asked] of given.calls) {
    const call = { ...asked };
    if (name === "claim") delete call.task;
    else if (task && call.task) call.task = task;
    if (me && name !== "show" && way === "http") call.me = me;
    const answer = await client.callTool({ name, arguments: call });
    const [{ text }] = answer.content;
    if (answer.isError) wrong.push(`${name}: ${text}`);
    if (name === "claim" && !answer.isError) {
      task = /[\w-]+\/[\d.]*\d/.exec(text)[0];
      me = /you are ([\w-]+)/.exec(text)[1];
    }
  }
  const expected = given.calls.map(([name]) => name);
  if (names.toSorted().join() !== expected.toSorted().join()) wrong.push(`listed ${names}`);
  const era = isNew ? client.getNegotiatedProtocolVersion() : "by initialize";
  await client.close();
  return `${way} ${era}: ${wrong.join("; ") || "lists and calls all six"}`;
};

const modes = isNew ? ["auto", "legacy", { pin: "2026-07-28" }] : ["legacy"];
for (const way of ["stdio", "http"]) for (const mode of modes) console.log(await trial(way, mode));
