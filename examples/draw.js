/**
 * Draws rings on a surface of its own, with autobahn-js and docs/protocol.md alone. A press moves
 * their middle; ending it removes the surface.
 *
 * Under Node.js: npm install autobahn ws, then node examples/draw.js [http://localhost:8081]
 * In a browser: after autobahn-browser's script, <script src="draw.js" data-node="http://…"></script>,
 * in a page whose origin the node was started with (--allow-origin).
 */

const [WIDTH, HEIGHT] = [160, 100];
const uri = (name) => `io.geometry_ws.v1.${name}`;
const isNode = typeof window === "undefined";
if (isNode) globalThis.WebSocket ??= require("ws"); // Node.js before 22 has none of its own
const { Connection } = isNode ? require("autobahn") : autobahn;
const address = isNode ? process.argv[2] : document.currentScript?.dataset.node;

/** One picture: rows of red, green, blue and alpha. */
function rings(time, [x0, y0]) {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    const [x, y] = [(at / 4) % WIDTH, Math.floor(at / 4 / WIDTH)];
    const wave = Math.sin(Math.hypot(x - x0, y - y0) / 6 - time * 3);
    pixels.set([60 + 60 * wave, 110 + 70 * wave, 190 + 60 * wave, 255], at);
  }
  return pixels;
}

/** Bytes as WAMP writes them in JSON. */
function inJson(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `\0${btoa(text)}`;
}

async function draw(session) {
  const call = (name, kwargs) => session.call(uri(name), [], kwargs);
  await call("compositor.hello", { major: 1, client: "draw.js" });
  const size = { width: WIDTH, height: HEIGHT };
  const words = { title: "Rings", text: "Rings that spread.", opaque: true };
  const { surface } = await call("surface.create", { ...size, ...words, place: "free" });
  let middle = [WIDTH / 2, HEIGHT / 2];
  await session.subscribe(uri(`surface.on_input.${surface}`), (_, event) => {
    if (event.phase === "down") middle = [event.x, event.y];
  });
  console.log(`Rings are shown at ${address ?? "http://localhost:8081"}.`);
  while (session.isOpen) {
    const picture = inJson(rings(performance.now() / 1000, middle));
    const ops = [["image", [0, 0, WIDTH, HEIGHT], "rgba", picture]];
    await call("surface.commit", { updates: [{ surface, ops }] }); // answers when it was seen
  }
}

const url = new URL("/ws", address ?? "http://localhost:8081");
url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
const connection = new Connection({ url: url.href, realm: "geometry" });
connection.onopen = (session) =>
  draw(session).catch((problem) => {
    if (session.isOpen) console.error(problem.args?.[0] ?? problem);
  });
connection.onclose = (reason, { message }) => {
  console.error(`No session at ${url.href}: ${message || reason}.`);
  return false; // try again
};
connection.open();
