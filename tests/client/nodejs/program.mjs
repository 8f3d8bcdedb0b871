/**
 * A program and a viewer in JavaScript: autobahn-js under Node.js and the dashboard's painter.
 * Usage: node program.mjs ws://host:port/ws; prints one JSON object a line, ends at app.stop.
 */

import { createRequire } from "node:module";
import { PlaneStore } from "../../../geometry_ws/web/src/painter/planes.js";
import { Serializer } from "../../../geometry_ws/web/src/shared/serializer.js";
import { PROCEDURES, REALM, TOPICS } from "../../../geometry_ws/web/src/shared/uris.js";

const require = createRequire(new URL("../../../geometry_ws/web/package.json", import.meta.url));
const { Connection } = require("autobahn/lib/connection.js");

if (!globalThis.WebSocket) {
  const { WebSocket } = require("ws");
  // Without a listener a refused connection would end the process.
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.on("error", () => {});
    }
  };
}

const say = (what, more) => process.stdout.write(JSON.stringify({ what, ...more }) + "\n");
const store = new PlaneStore();

async function follow(session) {
  await session.subscribe(TOPICS.stream_on_frame + "world", async (_args, frame) => {
    const images = (frame.ops ?? []).filter((op) => op[0] === "image");
    const bytes = images.every((op) => op[4] instanceof Uint8Array);
    const applied = await store.apply(frame);
    const { epoch, seq, part } = applied;
    if (applied.outcome === "refused") {
      say("refused", { reason: applied.reason });
      await session.call(PROCEDURES.stream_refresh, [], { stream: "world" });
      return;
    }
    session.publish(TOPICS.stream_ack, [], { stream: "world", epoch, seq, part, draw_us: 1 });
    if (applied.outcome !== "applied") return;
    const hashes = {};
    for (const id of store.planes.keys()) hashes[id] = await store.hash(id);
    say("frame", { seq, hashes, bytes });
  });
  await session.call(PROCEDURES.stream_attach, [], { stream: "world" });
}

async function draw(session) {
  const keywords = { width: 40, height: 30, x: 5, y: 6, title: "from Node.js" };
  const { surface } = await session.call(PROCEDURES.surface_create, [], keywords);
  const pixels = Uint8Array.from({ length: 16 * 8 * 4 }, (_, index) => index % 251);
  for (let index = 3; index < pixels.length; index += 4) pixels[index] = 255;
  const ops = [
    ["fill", [0, 0, 40, 30], [200, 100, 50, 128]],
    ["image", [3, 4, 16, 8], "bgra", pixels],
  ];
  await session.call(PROCEDURES.surface_commit, [], { updates: [{ surface, ops }] });
  say("drawn", { surface });
}

async function talk(session, connection) {
  await session.subscribe("app.to_node", (_args, kwargs) => {
    const data = kwargs.data;
    const bytes = data instanceof Uint8Array;
    say("heard", { bytes, hex: bytes ? Buffer.from(data).toString("hex") : String(data) });
    const back = Uint8Array.from(data).reverse();
    session.publish("app.from_node", [], { data: back, f: 1, fun: 2, self: 3 });
  });
  await session.subscribe("app.stop", () => connection.close());
  try {
    await session.call(PROCEDURES.surface_move, [], { surface: "s99999", x: 0, y: 0 });
  } catch (failure) {
    say("error", { uri: failure.error, text: failure.args[0], fields: failure.kwargs });
  }
}

const connection = new Connection({
  url: process.argv[2],
  realm: REALM,
  serializers: [new Serializer()],
  max_retries: 0,
});
connection.onopen = async (session) => {
  const hello = await session.call(PROCEDURES.compositor_hello, [], { major: 1 });
  say("hello", { version: hello.version, session: session.id });
  await talk(session, connection);
  await follow(session);
  await draw(session);
};
connection.onclose = (reason) => say("closed", { reason });
connection.open();
