/**
 * The board for a wall: nothing to press, all of it in view, what moved marked for a minute, the
 * last happenings at the foot, and since when the picture is old where the line is down. The screen
 * stays awake.
 */

import { QUIET, sentenceOf } from "../shared/activity.js";
import { questionOf } from "../shared/answering.js";
import { absent, disc } from "../shared/discs.js";
import { boardAddress } from "../shared/base.js";
import { make, setText } from "../shared/dom.js";
import { counted, inShort } from "../shared/text.js";
import { ago, happeningsOf } from "./happenings.js";
import { sums } from "./lanes.js";
import { arrange, faceScaleOf } from "./wall_layout.js";
import { BAR } from "./windows.js";

/** @import { Run } from "../shared/activity.js" */
/** @import { Attention } from "../shared/attention.js" */
/** @import { Presence } from "../shared/presence.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Change, Project } from "../shared/project.js" */
/** @import { BoardMap } from "./board_map.js" */
/** @import { Overlay } from "./overlay.js" */
/** @import { Stage } from "./stage.js" */
/** @import { Status } from "./status.js" */

const LAST = 3; // happenings at the foot
const ASKED = 200; // runs, of which many come and go, and aren't for a wall
const REST_MS = 1000; // between two questions what happened
const GLOW_MS = 60_000;
const STILL_MS = 3000; // so long a pointer rests before it is hidden

/** Whether the address asks for a wall. */
export const isWall = () => new URLSearchParams(location.search).has("wall");

export class Wall {
  /**
   * @param {{session: Session, project: Project, attention: Attention, presence: Presence,
   *   stage: Stage, map: BoardMap, overlay: Overlay, status: Status}} of
   */
  constructor({ session, project, attention, presence, stage, map, overlay, status }) {
    this.session = session;
    this.presence = presence;
    /** @type {Run[]} what people did, the newest first */
    this.runs = [];
    this.project = project;
    this.attention = attention;
    this.stage = stage;
    this.map = map;
    this.overlay = overlay;
    this.status = status;
    /** @type {Map<string, Change>} */
    this.before = new Map();
    /** @type {{change: string, text: string, at: number}[]} states that became others */
    this.turns = [];
    this.title = make("h1", { class: "wall-title" });
    this.sum = make("p", { class: "wall-sum" });
    this.needs = make("p", { class: "wall-needs" });
    /** what is first of that, in its own words */
    this.first = make("p", { class: "wall-first" });
    this.clock = make("p", { class: "wall-clock" });
    const leave = make("a", { class: "wall-leave button", href: this.#board() }, "Leave the wall");
    const top = make("header", { class: "wall-top" }, this.title, this.sum, this.needs);
    top.append(this.first, this.clock);
    top.append(leave);
    this.list = make("ul", { "aria-label": "What happened last" });
    this.foot = make("footer", { class: "wall-foot" }, this.list);
    document.body.classList.add("wall");
    document.body.append(top, this.foot);
    stage.homed = true;
    stage.faceOf = (zoom) => faceScaleOf(zoom, Math.min(innerWidth / 1920, innerHeight / 1080));
    /** @type {Set<string>} */
    this.signs = new Set();
    const { strength } = stage;
    stage.strength = (id) => (this.signs.has(id) ? 0 : strength(id));
    stage.fit();
    this.#listen();
    this.#wake();
    this.show();
  }

  /** The address of the board with its buttons. */
  #board() {
    const query = new URLSearchParams(location.search);
    for (const name of ["wall", "at"]) query.delete(name);
    return boardAddress(query);
  }

  #listen() {
    const { project, map, status } = this;
    project.addEventListener("events", (event) => {
      this.#happen(/** @type {any} */ (event).events);
    });
    project.addEventListener("reload", () => this.#ask());
    this.session.subscribe("activity_on_happened", () => {
      clearTimeout(this.asking);
      this.asking = setTimeout(() => this.#ask(), REST_MS);
    });
    this.presence.addEventListener("change", () => this.show());
    project.addEventListener("change", () => {
      this.before = new Map(project.changes);
      this.show();
    });
    this.attention.addEventListener("change", () => this.show());
    map.addEventListener("change", () => {
      // the board's own head says what this page's says
      this.signs = map.signs;
      this.#fill();
      this.#glow();
    });
    window.addEventListener("resize", () => this.#fill());
    status.addEventListener("change", () => this.show());
    setInterval(() => this.show(), 10_000);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") location.assign(this.#board());
    });
    document.addEventListener("pointermove", () => {
      document.body.classList.add("moving");
      clearTimeout(this.rest);
      this.rest = setTimeout(() => document.body.classList.remove("moving"), STILL_MS);
    });
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  #fill() {
    const { stage } = this;
    const { lanes, windows } = this.map.surroundings(BAR);
    const nothing = { rect: null, shifts: new Map(), lying: [] };
    stage.frame(lanes ? arrange(lanes, windows, stage.size) : nothing);
    stage.draw();
  }

  async #wake() {
    if (document.hidden) return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // the system decides, such as when its battery is low
    }
  }

  /** @param {any[]} events */
  #happen(events) {
    const at = Date.now();
    for (const event of events) {
      const turned = happeningsOf(event, this.before.get(event.name)).filter(({ state }) => state);
      this.turns = [...turned.map((each) => ({ ...each, at })), ...this.turns].slice(0, 24);
    }
    this.#glow();
    this.show();
  }

  async #ask() {
    try {
      const kwargs = { project: this.project.id, limit: ASKED };
      const { runs } = await this.session.call("activity_list", kwargs);
      this.runs = runs.filter((/** @type {Run} */ { what }) => !QUIET.has(what));
    } catch {
      // what happened last stays until the line is up again
    }
    this.#glow();
    this.show();
  }

  /** What happened last, the newest first. */
  get #last() {
    const runs = this.runs.map((run) => ({
      change: run.change ?? "",
      text: sentenceOf(run),
      at: run.last,
      who: run.who ?? "",
      kind: run.kind,
    }));
    const turns = this.turns.map((turn) => ({ ...turn, who: "", kind: undefined }));
    return [...turns, ...runs].sort((left, right) => right.at - left.at);
  }

  /** Rings round what moved within the last minute. */
  #glow() {
    const since = Date.now() - GLOW_MS;
    const names = new Set(this.#last.filter(({ at }) => at > since).map(({ change }) => change));
    const rects = [...names].flatMap((name) => {
      const card = this.map.cardOf(name);
      return card ? [card.rect] : [];
    });
    this.overlay.ring("moved", rects);
  }

  /** @param {string} who @param {string | undefined} kind */
  #disc(who, kind) {
    const member = this.presence.named(who);
    if (member) return [disc(member, 32, Date.now())];
    return who ? [absent(who, 32, kind)] : [];
  }

  show() {
    const { project, attention, status } = this;
    setText(this.title, project.title || project.id);
    const [done, total] = sums(project.changes.values());
    const changes = counted(project.changes.size, "open change");
    setText(
      this.sum,
      project.ready ? `${done.toLocaleString("en")} of ${counted(total, "task")}, ${changes}` : "",
    );
    const { count } = attention;
    this.needs.hidden = !count || status.away;
    this.needs.replaceChildren(
      make("b", {}, String(count)),
      count === 1 ? " needs somebody" : " need somebody",
    );
    const [urgent] = attention.needs;
    this.first.hidden = this.needs.hidden || !urgent;
    if (urgent) {
      const about = urgent.change || urgent.who || "";
      const words = urgent.kind === "question" ? questionOf(urgent).text : inShort(urgent.why);
      const said = words.startsWith(`${about} `); // an agent's sentence begins with its name
      this.first.replaceChildren(...(said ? [words] : [make("b", {}, about), ` ${words}`]));
    }
    const time = (/** @type {Date} */ date) =>
      date.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hour12: false });
    const old = status.away && project.ready;
    setText(this.clock, old ? `Reconnecting, as of ${time(status.asOf)}` : time(new Date()));
    this.clock.classList.toggle("old", old);
    this.list.replaceChildren(
      ...this.#last
        .slice(0, LAST)
        .map(({ text, at, who, kind }) =>
          make(
            "li",
            {},
            ...this.#disc(who, kind),
            make("span", {}, text),
            " ",
            make("em", {}, ago(Date.now() - at)),
          ),
        ),
    );
    this.#glow();
  }
}
