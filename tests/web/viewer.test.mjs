import assert from "node:assert/strict";
import test from "node:test";
import { Viewer } from "../../geometry_ws/web/src/dashboard/viewer.js";

/** A session that writes down what the viewer says; calls wait until the test answers. */
class FakeSession extends EventTarget {
  open = true;
  serializer = { last: 1000 };
  topics = new Map();
  calls = [];
  said = [];

  subscribe(name, handler) {
    this.topics.set(name, handler);
  }

  call(name, kwargs) {
    return new Promise((resolve, reject) => this.calls.push({ name, kwargs, resolve, reject }));
  }

  publish(name, kwargs) {
    this.said.push([name, kwargs]);
  }

  acks() {
    return this.said
      .filter(([name]) => name === "stream_ack")
      .map(([, ack]) => [ack.seq, ack.part]);
  }
}

const ATTACHED = { stream: "world", epoch: "e1", seq: 4, window_bytes: 8000, acks_per_second: 15 };
const place = { plane: "s1", x: 0, y: 0, z: 1, width: 2, height: 2 };
const keyframe = { epoch: "e1", seq: 4, base: 0, time_us: 1, keyframe: true, planes: [place] };
const frame = (seq, base = seq - 1, more = {}) => ({ epoch: "e1", seq, base, time_us: 1, ...more });
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** An attached viewer that has painted its keyframe, on a clock that the test moves. */
async function begun(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const pass = (ms) => {
    now += ms;
    context.mock.timers.tick(ms);
  };
  const session = new FakeSession();
  const viewer = new Viewer(session);
  viewer.start();
  session.dispatchEvent(new Event("epoch"));
  const give = async (frame) => {
    session.topics.get("stream_on_frame")(frame);
    await settle();
  };
  await give(keyframe);
  session.calls.pop().resolve(ATTACHED);
  await settle();
  viewer.didPaint(1);
  return { session, viewer, give, pass };
}

test("what was painted is acknowledged, at most fifteen times a second", async (context) => {
  const { session, viewer, give, pass } = await begun(context);
  assert.deepEqual(session.acks(), [[4, 0]]);
  for (const seq of [5, 6, 7]) {
    await give(frame(seq));
    viewer.didPaint(1);
    pass(10);
  }
  assert.deepEqual(session.acks(), [[4, 0]]);
  pass(60);
  assert.deepEqual(session.acks(), [
    [4, 0],
    [7, 0],
  ]);
});

test("a frame may change how often a viewer acknowledges", async (context) => {
  const { session, viewer, give, pass } = await begun(context);
  await give(frame(5, 4, { acks_per_second: 2 }));
  viewer.didPaint(1);
  pass(400);
  assert.deepEqual(session.acks(), [[4, 0]]);
  pass(100);
  assert.deepEqual(session.acks(), [
    [4, 0],
    [5, 0],
  ]);
});

test("also a frame that can't be applied, for the node counts it as told", async (context) => {
  const { session, give, pass } = await begun(context);
  await give(frame(9, 8, { acks_per_second: 2 }));
  pass(400);
  assert.deepEqual(session.acks(), [[4, 0]]);
  pass(100);
  assert.deepEqual(session.acks(), [
    [4, 0],
    [9, 0],
  ]);
});

test("a codec of videos that is broken is named no more", async (context) => {
  const { session, viewer, give } = await begun(context);
  viewer.codecs = ["h264", "jpeg"];
  viewer.store.failures.set("h264", 2);
  await give(frame(9, 8));
  await settle();
  const { name, kwargs } = session.calls.at(-1);
  assert.equal(name, "stream_attach");
  assert.deepEqual(kwargs.codecs, ["jpeg"]);
});

test("half of the window is acknowledged at once", async (context) => {
  const { session, viewer, give } = await begun(context);
  session.serializer.last = 5000;
  await give(frame(5));
  viewer.didPaint(1);
  assert.deepEqual(session.acks(), [
    [4, 0],
    [5, 0],
  ]);
});

test("the last ack is said once more after a second, and then no more", async (context) => {
  const { session, pass } = await begun(context);
  pass(1000);
  pass(5000);
  assert.deepEqual(session.acks(), [
    [4, 0],
    [4, 0],
  ]);
});

test("parts are acknowledged before there is anything to paint", async (context) => {
  const { session, give, pass } = await begun(context);
  pass(100);
  await give(frame(5, 4, { part: [0, 2] }));
  assert.deepEqual(session.acks().at(-1), [5, 0]);
});

test("a page that paints nothing acknowledges all the same", async (context) => {
  const { session, give, pass } = await begun(context);
  await give(frame(5));
  pass(100);
  assert.deepEqual(session.acks().at(-1), [4, 0]);
  pass(300);
  assert.deepEqual(session.acks().at(-1), [5, 0]);
});

test("a frame that doesn't apply asks for a keyframe, not more than twice a second", async (context) => {
  const { session, give, pass } = await begun(context);
  for (const seq of [9, 10, 11]) await give(frame(seq));
  assert.deepEqual(
    session.calls.map((call) => call.name),
    ["stream_refresh"],
  );
  assert.match(session.calls[0].kwargs.reason, /base 8/);
  pass(600);
  assert.equal(session.calls.length, 2);
  await give({ ...keyframe, seq: 11 });
  pass(5000);
  assert.equal(session.calls.length, 2);
});

test("what has come is acknowledged, though it can't be applied or is forgotten", async (context) => {
  const { session, viewer, give, pass } = await begun(context);
  pass(100);
  await give(frame(9, 8));
  assert.deepEqual(session.acks().at(-1), [9, 0]);
  await give(frame(5));
  viewer.didPaint(1);
  assert.deepEqual(session.acks().at(-1), [9, 0]); // the pace
  viewer.attach();
  assert.deepEqual(session.acks().at(-1), [5, 0]);
  pass(100);
  await give({});
  assert.equal(session.acks().length, 3);
});

test("a viewer that was detached attaches again", async (context) => {
  const { session, give } = await begun(context);
  session.topics.get("stream_on_detached")({ stream: "world", reason: "stuck" });
  assert.equal(session.calls.at(-1).name, "stream_attach");
  assert.equal(session.calls.at(-1).kwargs.thumbnails, true);
  await give(frame(5));
  assert.equal(session.calls.length, 1);
  session.calls[0].resolve(ATTACHED);
  await settle();
  assert.deepEqual(
    session.calls.map((call) => call.name),
    ["stream_attach", "stream_refresh"],
  );
});

test("a keyframe that never comes is asked for", async (context) => {
  const { session, pass } = await begun(context);
  session.topics.get("stream_on_detached")({ stream: "world", reason: "stuck" });
  session.calls.pop().resolve(ATTACHED);
  await settle();
  pass(3100);
  assert.equal(session.calls.at(-1).name, "stream_refresh");
});

test("a look that changes while the node answers is said afterwards", async (context) => {
  const { session, viewer, pass } = await begun(context);
  const look = (x) => ({ x, y: 0, width: 10, height: 10, scale: 1, hidden: false });
  viewer.setLook(look(1));
  session.topics.get("stream_on_detached")({ stream: "world", reason: "stuck" });
  pass(200);
  viewer.setLook(look(2));
  assert.deepEqual(session.calls[0].kwargs.look, look(1));
  session.calls[0].resolve(ATTACHED);
  await settle();
  assert.deepEqual(session.said.at(-1), ["stream_look", { stream: "world", ...look(2) }]);
});

test("looks are gathered, and one that was said isn't said again", async (context) => {
  const { session, viewer, pass } = await begun(context);
  const look = (x) => ({ x, y: 0, width: 10, height: 10, scale: 1, hidden: false });
  pass(100);
  for (const x of [1, 2, 3, 4]) viewer.setLook(look(x));
  pass(100);
  viewer.setLook(look(4));
  pass(200);
  const said = session.said.filter(([name]) => name === "stream_look").map(([, look]) => look.x);
  assert.deepEqual(said, [1, 4]);
});

for (const resumed of [true, false]) {
  test(`a viewer whose session was lost says what it has, resumed: ${resumed}`, async (context) => {
    const { session, viewer, give } = await begun(context);
    session.topics.get("stream_on_detached")({ stream: "world", reason: "stuck" });
    session.calls.pop().resolve({ ...ATTACHED, token: "t1" });
    await settle();
    await give({ ...keyframe, seq: 6 });
    session.open = false;
    session.dispatchEvent(new Event("state"));
    session.open = true;
    session.dispatchEvent(new Event("epoch"));
    await settle();
    const call = session.calls.pop();
    assert.deepEqual(call.kwargs.resume, { token: "t1", epoch: "e1", seq: 6 });
    call.resolve({ ...ATTACHED, token: "t2", resumed });
    await settle();
    await give(frame(8, 6));
    assert.equal(viewer.store.seq, resumed ? 8 : 6);
    session.topics.get("stream_on_detached")({ stream: "world", reason: "stuck" });
    assert.equal(
      session.calls.pop().kwargs.resume,
      undefined,
      "in the same session it begins anew",
    );
  });
}
