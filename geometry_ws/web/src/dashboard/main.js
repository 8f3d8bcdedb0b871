/** Puts the page together. */

import { byId, setText } from "../shared/dom.js";
import { logInByLink } from "../shared/login.js";
import { recall, remember } from "../shared/memory.js";
import { Project } from "../shared/project.js";
import { Session } from "../shared/session.js";
import { counted } from "../shared/text.js";
import { startTheme } from "../shared/theme.js";
import { ChangeList } from "./change_list.js";
import { Input } from "./input.js";
import { KeyboardBar } from "./keyboard_bar.js";
import { Picker } from "./picker.js";
import { Stage } from "./stage.js";
import { Stats } from "./stats.js";
import { Status } from "./status.js";
import { SurfaceList } from "./surface_list.js";
import { Surfaces } from "./surfaces.js";
import { Viewer } from "./viewer.js";

startTheme();

const address = new URL("/ws", location.href);
address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
address.search = address.hash = "";

const session = new Session(address.href);
const viewer = new Viewer(session);
const surfaces = new Surfaces(session);
const project = new Project(session);
const canvas = /** @type {HTMLCanvasElement} */ (byId("canvas"));
const stage = new Stage(canvas, byId("stage"), viewer);
const writer = /** @type {HTMLTextAreaElement} */ (byId("writer"));
new KeyboardBar(new Input(stage, session, surfaces, writer, complain).keyboard);
new Status(session, viewer);
new Stats(session, /** @type {HTMLElement} */ (document.querySelector(".top")));
new SurfaceList(surfaces);
new ChangeList(
  project,
  (change, task, done) =>
    session.call("task_set", {
      project: project.id,
      change,
      task: task.id,
      done,
      expect: task.text,
    }),
  (sentence) => complain(sentence),
);

/** @param {string} sentence "" takes it away */
function complain(sentence) {
  setText(byId("complaint-text"), sentence);
  byId("complaint").hidden = !sentence;
}
byId("complaint-close").addEventListener("click", () => complain(""));

// --- projects ---------------------------------------------------------------

new Picker(session, project, stage, complain);

project.addEventListener("change", () => {
  const title = project.title || project.id || "geometry_ws";
  setText(byId("title"), title);
  document.title = project.id ? `${title} · geometry_ws` : title;
});

// --- what assistive technology hears of the canvas ---------------------------

function describe() {
  const count = viewer.store.planes.size;
  canvas.setAttribute("aria-label", `The board: ${counted(count, "surface")}`);
}
stage.addEventListener("layout", describe);
describe();

// --- zoom -------------------------------------------------------------------

byId("zoom-in").addEventListener("click", () => stage.step(1));
byId("zoom-out").addEventListener("click", () => stage.step(-1));
byId("zoom-one").addEventListener("click", () => stage.zoom(1, undefined, undefined, true));
byId("zoom-fit").addEventListener("click", () => stage.fit());
stage.addEventListener("drawn", () => {
  setText(byId("zoom-one"), `${Math.round(stage.camera.zoom * 100)} %`);
});

// --- what is shown ----------------------------------------------------------

const panel = byId("panel");

/** @param {boolean} wide the board has the room of the list too */
function showWide(wide) {
  document.body.classList.toggle("wide", wide);
  panel.setAttribute("aria-expanded", String(!wide));
}
panel.addEventListener("click", () => {
  const wide = !document.body.classList.contains("wide");
  showWide(wide);
  remember("wide", wide ? "yes" : "no");
});
showWide(recall("wide") === "yes");

/** @param {"list" | "board"} what */
function show(what) {
  document.body.dataset.show = what;
  byId("show-list").setAttribute("aria-pressed", String(what === "list"));
  byId("show-board").setAttribute("aria-pressed", String(what === "board"));
}
byId("show-list").addEventListener("click", () => show("list"));
byId("show-board").addEventListener("click", () => show("board"));

document.addEventListener("visibilitychange", () => {
  viewer.setPaused(document.hidden);
  if (document.hidden) return;
  session.hurry();
  stage.draw();
});
window.addEventListener("online", () => session.hurry());

// --- for tests and the curious: what the page shows, to read ------------------

Object.defineProperty(window, "geometry_ws", {
  value: Object.freeze({
    get state() {
      return session.state;
    },
    get epoch() {
      return viewer.store.epoch;
    },
    get seq() {
      return viewer.store.seq;
    },
    get painted() {
      return viewer.painted;
    },
    get attached() {
      return viewer.attached;
    },
    get paused() {
      return viewer.paused;
    },
    get camera() {
      return { ...stage.camera };
    },
    get presenter() {
      return stage.presenter.name;
    },
    get planes() {
      return viewer.store.stacked().map((plane) => ({ ...plane.place }));
    },
    /** @param {string} plane */
    hash: (plane) => viewer.store.hash(plane),
  }),
});

viewer.setPaused(document.hidden);
viewer.start();
logInByLink().finally(() => session.start());
