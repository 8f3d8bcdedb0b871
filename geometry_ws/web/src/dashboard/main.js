/** Puts the page together. */

import { Attention } from "../shared/attention.js";
import { boardAddress, socketAddress } from "../shared/base.js";
import { byId, setText } from "../shared/dom.js";
import { Header } from "../shared/header.js";
import { Here } from "../shared/here.js";
import { begin } from "../shared/login.js";
import { openOnNow } from "../shared/opening.js";
import { Palette } from "../shared/palette.js";
import { Presence } from "../shared/presence.js";
import { Project } from "../shared/project.js";
import { address as addressOf } from "../shared/routes.js";
import { Session } from "../shared/session.js";
import { counted } from "../shared/text.js";
import { startPrintFoot } from "../shared/print_foot.js";
import { startTheme } from "../shared/theme.js";
import { toast } from "../shared/toast.js";
import { BoardMap } from "./board_map.js";
import { ChangeList } from "./change_list.js";
import { followClipboard } from "./clipboard.js";
import { Dropping } from "./dropping.js";
import { Commands } from "./commands.js";
import { Input } from "./input.js";
import { KeyboardBar } from "./keyboard_bar.js";
import { LaneTabs } from "./lane_tabs.js";
import { Marks } from "./marks.js";
import { Others } from "./others.js";
import { Overlay } from "./overlay.js";
import { Panel } from "./panel.js";
import { PeopleLabel } from "./people_label.js";
import { Picker } from "./picker.js";
import { Pointing } from "./pointing_at_cards.js";
import { Selection } from "./selection.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { Stats } from "./stats.js";
import { Status } from "./status.js";
import { SurfaceList } from "./surface_list.js";
import { Surfaces } from "./surfaces.js";
import { Ticking } from "./ticking.js";
import { ViewAddress } from "./view_address.js";
import { ViewMenu } from "./view_menu.js";
import { Viewer } from "./viewer.js";
import { Walk } from "./walk.js";
import { Wall, isWall } from "./wall.js";
import { Watch } from "./watch.js";
import { Windows } from "./windows.js";

openOnNow();
const session = new Session(socketAddress());
const viewer = new Viewer(session);
const surfaces = new Surfaces(session);
const project = new Project(session);
const selection = new Selection();
const attention = new Attention(project, session);
const presence = new Presence(session);
const header = new Header(byId("top"), {
  session,
  project,
  attention,
  presence,
  heading: true,
  pick: (id) => {
    tabs.forget();
    picker.pick(id);
  },
  search: () => palette.open(),
});
const palette = new Palette({
  session,
  project,
  header,
  go: leave,
  show: (change) => selection.select(change, true),
  commands: () => [
    { title: "Show everything", key: "0", run: () => stage.fit() },
    { title: "Filter the changes", key: "F", run: () => panel.seek() },
    { title: "Show as a wall", run: () => leave(menu.address()) },
    { title: "Figures of the stream", run: () => stats.open() },
    { title: "Keys", key: "?", run: () => commands.help() },
  ],
});
const canvas = /** @type {HTMLCanvasElement} */ (byId("canvas"));
const stage = new Stage(canvas, byId("stage"), viewer);
startPrintFoot();
startTheme((theme) => stage.setTheme(theme));
const status = new Status(session, viewer, project);
const ticking = new Ticking(
  project,
  (change, task, done) =>
    session.call("task_set", {
      project: project.id,
      change,
      task: task.id,
      done,
      expect: task.text,
    }),
  () => status.away,
  () => (session.mayCall("task_set") ? "" : session.whyNot("task_set")),
);
const panel = new Panel(selection);
new ChangeList({ project, selection, ticking, status, presence, attention, session });
if (!isWall()) {
  const here = new Here(session, presence);
  const look = () => here.look(location.pathname, selection.change, project.id);
  for (const source of [selection, project]) source.addEventListener("change", look);
}

/** @param {string} sentence "" takes it away */
function complain(sentence) {
  setText(byId("complaint-text"), sentence);
  byId("complaint").hidden = !sentence;
}
byId("complaint-close").addEventListener("click", () => complain(""));

/** Go to a page; the way back leads to the same view. @param {string} href */
function leave(href) {
  view.write();
  location.assign(href);
}

/** @param {string} change @param {string} [hash] */
const pageOf = (change, hash = "") =>
  addressOf("change", { name: change, project: header.several ? project.id : "", hash });

// --- the board --------------------------------------------------------------

const picker = new Picker(session, project, stage, header, complain);
const map = new BoardMap(project, surfaces, picker, stage);
const overlay = new Overlay(stage);
const marks = new Marks(stage, overlay, map, selection, pageOf);
const others = isWall() ? null : new Others(stage, overlay, session, presence);
const windows = new Windows(overlay, map, session, complain);
const tabs = new LaneTabs(project, map, stage);
const label = new PeopleLabel(overlay, map, presence);
const toPage = (/** @type {string} */ change) => leave(pageOf(change));
const pointing = new Pointing(stage, map, selection, tabs, { label, windows }, toPage);
const writer = /** @type {HTMLTextAreaElement} */ (byId("writer"));
const input = new Input(stage, session, surfaces, writer, complain, pointing);
input.open = leave;
new KeyboardBar(input.keyboard);
followClipboard(session, surfaces);
const dropping = new Dropping(stage, session, surfaces, {
  complain,
  say: (sentence) => toast(sentence),
  focus: () => input.keyboard.focus,
});
windows.give = (/** @type {string} */ surface) => dropping.choose(surface);
new SurfaceList(surfaces, stage);
const view = new ViewAddress(stage, selection);
new Sheet(project, selection, ticking, status, pageOf);
new Watch(project, attention, status, pageOf);
if (isWall()) new Wall({ session, project, attention, presence, stage, map, overlay, status });

/** What assistive technology hears of the canvas. */
function describe() {
  const count = viewer.store.stacked().length;
  canvas.setAttribute("aria-label", `The board: ${counted(count, "surface")}`);
}
for (const name of ["layout", "faces"]) stage.addEventListener(name, describe);
describe();

// --- zoom, menu and keys ------------------------------------------------------

const zoomToOne = () => stage.zoom(1, undefined, undefined, true);
byId("zoom-in").addEventListener("click", () => stage.step(1));
byId("zoom-out").addEventListener("click", () => stage.step(-1));
byId("zoom-one").addEventListener("click", zoomToOne);
byId("hits-zoom").addEventListener("click", () => marks.revealMeant());
byId("zoom-fit").addEventListener("click", () => stage.fit());
stage.addEventListener("drawn", () => {
  setText(byId("zoom-one"), `${Math.round(stage.camera.zoom * 100)} %`);
});

const walk = new Walk(map, selection);
/** @type {(does: (change: string) => void) => () => void} */
const withSelected = (does) => () => selection.change && does(selection.change);
/** The same for who may; the others are told why not.
 * @type {(call: string, does: (change: string) => void) => () => void} */
const ifAllowed = (call, does) =>
  withSelected((change) => (session.mayCall(call) ? does(change) : complain(session.whyNot(call))));
const commands = new Commands({
  search: () => palette.open(),
  filter: () => panel.seek(),
  panel: () => panel.toggle(),
  next: () => walk.step(1),
  previous: () => walk.step(-1),
  left: () => walk.turn(-1),
  right: () => walk.turn(1),
  open: withSelected((change) => leave(pageOf(change))),
  edit: ifAllowed("document_set", (change) => leave(pageOf(change, "file:proposal.md"))),
  archive: ifAllowed("change_archive", (change) => leave(pageOf(change, "archive"))),
  tick: ifAllowed("task_set", (change) => ticking.next(change)),
  undo: () => ticking.undo(),
  needs: () => leave(addressOf("now", { project: header.several ? project.id : "" })),
  one: zoomToOne,
  fit: () => stage.fit(),
  "fit-selection": () => marks.revealMeant(),
  larger: () => stage.step(1),
  smaller: () => stage.step(-1),
  theme: () => byId("theme").click(),
  pointers: () => {
    if (!others) return;
    const on = !others.on("pointers");
    others.choose("pointers", on);
    toast(`Others' pointers are ${on ? "on" : "off"}. P changes it.`);
  },
  back: () => (selection.filter ? panel.clear() : selection.select("")),
});
const menu = new ViewMenu(header.more, {
  figures: () => stats.open(),
  help: () => commands.help(),
  wall: () => {
    const of = header.several ? `&project=${encodeURIComponent(project.id)}` : "";
    return boardAddress(`wall${of}`);
  },
  others,
});
const stats = new Stats(session, viewer, menu.button);

document.addEventListener("visibilitychange", () => {
  viewer.setPaused(document.hidden);
  if (document.hidden) return;
  session.hurry();
  stage.draw();
});
window.addEventListener("online", () => session.hurry());
// a frame round the board shows the way of the keyboard, and is noise beside a mouse
for (const [name, by] of [
  ["keydown", "keys"],
  ["pointerdown", "pointer"],
]) {
  document.addEventListener(
    name,
    (event) => {
      const moves = !(event instanceof KeyboardEvent) || event.key === "Tab";
      if (moves) document.documentElement.dataset.by = by;
    },
    true,
  );
}

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
    get drawn() {
      return stage.drawn;
    },
    get received() {
      return session.serializer.received;
    },
    get presenter() {
      return stage.graphics.presenter.name;
    },
    get planes() {
      return viewer.store.stacked().map((plane) => ({ ...plane.place }));
    },
    get selected() {
      return selection.change;
    },
    /** @param {string} plane */
    hash: (plane) => viewer.store.hash(plane),
  }),
});

viewer.setPaused(document.hidden);
viewer.start();
begin(session);
