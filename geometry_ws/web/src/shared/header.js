/**
 * The header of every page: which project, where one can go, what needs somebody, and the state of
 * the connection while it isn't well. On a phone the places stand in a bar at the foot.
 */

import { BASE, boardAddress } from "./base.js";
import { make, setText } from "./dom.js";
import { discs } from "./discs.js";
import { icon } from "./icon.js";
import * as icons from "./icons.js";
import { address } from "./routes.js";
import { age, moment } from "./text.js";

/** @import { Attention } from "./attention.js" */
/** @import { Presence } from "./presence.js" */
/** @import { Project } from "./project.js" */
/** @import { PageName } from "./routes.js" */
/** @import { Session } from "./session.js" */

/** @typedef {PageName | "board"} Place */

const PLACES = Object.freeze(
  /** @type {const} */ ([
    ["board", "Board"],
    ["project", "Changes"],
    ["specs", "Specs"],
    ["activity", "Activity"],
    ["archive", "Archive"],
  ]),
);
const MOST_DISCS = 5;
const WHO = "Who is here";
const TABS = Object.freeze(
  /** @type {const} */ ([
    ["now", "Now", icons.INBOX],
    ["board", "Board", icons.COLUMNS_3],
    ["project", "Changes", icons.LIST],
    ["specs", "Specs", icons.BOOK_OPEN],
  ]),
);
/** Pages that belong to a place of the header. */
const BELOW = /** @type {Readonly<Record<string, Place>>} */ (
  Object.freeze({ change: "project", overlaps: "project", spec: "specs", archived: "archive" })
);
/** Pages that another project has too, so that picking it stays there. */
const STAYS = new Set([
  "access",
  "now",
  "specs",
  "overlaps",
  "archive",
  "search",
  "activity",
  "people",
]);
const WORDS = /** @type {Readonly<Record<string, string>>} */ (
  Object.freeze({
    connecting: "Connecting…",
    starting: "The node is starting…",
    version: "The node speaks another version: reload this page",
  })
);

/** How ⌘K is written here. */
const COMMAND_K = /mac|iphone|ipad/i.test(navigator.platform) ? "⌘K" : "Ctrl K";

export class Header {
  /**
   * @param {HTMLElement} root the page's header element, empty
   * @param {object} of
   * @param {Session} of.session
   * @param {Project} of.project
   * @param {Attention} of.attention
   * @param {Presence} of.presence
   * @param {(project: string, place: Place) => void} of.pick called when another project is picked
   * @param {() => void} of.search called when somebody wants to find something
   * @param {boolean} [of.heading] whether the project's name is the heading of the page
   */
  constructor(root, { session, project, attention, presence, pick, search, heading = false }) {
    this.session = session;
    this.project = project;
    this.attention = attention;
    this.presence = presence;
    /** @type {any[]} the projects that are served */
    this.projects = [];
    /** @type {Place} */
    this.place = "board";
    this.words = this.shownPeople = "";
    this.lost = false;
    this.title = make(heading ? "h1" : "p", {
      id: "title",
      class: "project-title",
      textContent: "geometry_ws",
    });
    this.select = make("select", { id: "projects", title: "Project" });
    this.select.addEventListener("change", () => pick(this.select.value, this.place));
    this.picker = picker(this.select);
    const board = { class: "home", id: "board", href: BASE, "aria-label": "Board" };
    this.home = make("a", board, mark());
    this.nav = make("nav", { class: "pages", "aria-label": "Pages" });
    this.nav.append(...PLACES.map(([page, textContent]) => link(page, { textContent })));
    this.tabs = make("nav", { class: "tabs", "aria-label": "Places" });
    this.tabs.append(...TABS.map(([page, word, svg]) => tab(page, word, svg)));
    this.number = make("em", { class: "number", "aria-hidden": "true", hidden: true });
    this.tabs.firstElementChild?.append(this.number);
    this.needs = make("a", { class: "needs", id: "needs", hidden: true });
    this.people = make("a", { class: "people", id: "people", hidden: true }, hidden(WHO));
    this.access = access();
    this.state = make("p", { class: "link", id: "link", role: "status", "aria-live": "polite" });
    /** where a page puts more buttons, before that of the theme */
    this.more = make("span", { class: "more" });
    const theme = make("button", { type: "button", class: "plain", id: "theme" });
    root.append(
      this.home,
      this.title,
      this.picker,
      this.nav,
      finder(search),
      make(
        "span",
        { class: "right" },
        this.state,
        this.needs,
        this.people,
        this.access,
        this.more,
        theme,
      ),
      this.tabs,
    );
    this.#listen();
    this.#showState();
    this.show("board");
  }

  #listen() {
    const { session, project, attention, presence } = this;
    session.addEventListener("state", () => this.#showState());
    setInterval(() => session.state === "lost" && this.#showState(), 1000);
    project.addEventListener("change", () => this.#showTitle());
    attention.addEventListener("change", () => this.#showNeeds());
    for (const source of [presence, project])
      source.addEventListener("change", () => this.#showPeople());
  }

  get several() {
    return this.projects.length > 1;
  }

  /** What the project is called, also while it is read. @returns {string} */
  get projectTitle() {
    const { project } = this;
    const served = this.projects.find((listed) => listed.project === project.id);
    return project.title || served?.title || project.id || "geometry_ws";
  }

  /** The projects that are served. @param {any[]} projects */
  serve(projects) {
    this.projects = projects;
    this.select.replaceChildren(
      ...projects.map((served) =>
        make("option", {
          value: served.project,
          textContent: `${served.title || served.project}${served.away ? ", away" : ""}`,
        }),
      ),
    );
    this.picker.hidden = !this.several;
    document.body.classList.toggle("several", this.several);
    this.show(this.place);
  }

  /** Say where one is, and lead from there. @param {Place} place */
  show(place) {
    this.place = place;
    const { project, several } = this;
    const id = several ? project.id : "";
    if (project.id) this.select.value = project.id;
    const current = BELOW[place] ?? place;
    const board = boardAddress(id && new URLSearchParams({ project: id }));
    this.home.setAttribute("href", board);
    for (const anchor of [...this.nav.children, ...this.tabs.children]) {
      const page = /** @type {Place} */ (/** @type {HTMLElement} */ (anchor).dataset.page);
      const name = page === "project" ? project.id : "";
      const href = page === "board" ? board : address(page, { name, project: id });
      anchor.setAttribute("href", href);
      if (page === current) anchor.setAttribute("aria-current", page === place ? "page" : "true");
      else anchor.removeAttribute("aria-current");
    }
    this.needs.href = address("now", { project: id });
    this.people.href = address("people", { project: id });
    this.access.href = address("access", { project: id });
    if (place === "access") this.access.setAttribute("aria-current", "page");
    else this.access.removeAttribute("aria-current");
    this.#showTitle();
    this.#showState();
  }

  /** The address of the same place in another project.
   * @param {string} project @param {Place} place */
  addressIn(project, place) {
    if (place === "board") return boardAddress(new URLSearchParams({ project }));
    return STAYS.has(place)
      ? address(/** @type {PageName} */ (place), { project })
      : address("project", { name: project });
  }

  /** The title of the window: what is shown, of which project, and how much needs somebody.
   * @param {string} words */
  titled(words) {
    this.words = words;
    const { count } = this.attention;
    const parts = [words, this.projectTitle].filter(Boolean).join(" · ");
    document.title = count ? `(${count}) ${parts}` : parts;
  }

  #showTitle() {
    setText(this.title, this.projectTitle);
    this.titled(this.words);
  }

  #showNeeds() {
    const { count } = this.attention;
    this.needs.hidden = this.number.hidden = !count;
    setText(this.number, count > 99 ? "99+" : String(count));
    this.needs.replaceChildren(
      icon(icons.INBOX, 15),
      make("b", { textContent: count.toLocaleString("en") }),
      make("span", { textContent: count === 1 ? "needs you" : "need you" }),
    );
    this.titled(this.words);
  }

  /** That the machine is away on which the project lies, and since when; else nothing. */
  #away() {
    const served = this.projects.find((listed) => listed.project === this.project.id);
    return served?.away ? `Away since ${moment(served.away)}` : "";
  }

  /** Whoever is at the project; on a phone only how many. */
  #showPeople() {
    const here = this.presence.here(this.project.id);
    const { more } = this.presence;
    const count = here.length + more;
    this.people.hidden = !count;
    const shown = JSON.stringify([here, more, Math.floor(Date.now() / 60_000)]);
    if (!count || shown === this.shownPeople) return;
    this.shownPeople = shown;
    const words = count === 1 ? "1 is here" : `${count} are here`;
    const row = discs(here, { size: 24, most: MOST_DISCS, more });
    row.setAttribute("aria-hidden", "true");
    this.people.replaceChildren(
      row,
      icon(icons.USERS, 18),
      make("span", { class: "number", "aria-hidden": "true", textContent: String(count) }),
      hidden(words),
    );
  }

  #showState() {
    const { state, heard, refusal } = this.session;
    if (state === "open") this.access.hidden = !this.session.mayCall("access_list");
    const since = age(performance.now() - heard);
    this.state.dataset.state = state;
    // the age changes every second: said aloud once, then only shown
    this.state.setAttribute("aria-live", state === "lost" && this.lost ? "off" : "polite");
    this.lost = state === "lost";
    const said = state === "refused" ? refusal : WORDS[state];
    const words = state === "open" ? this.#away() : (said ?? `Reconnecting, as of ${since} ago`);
    setText(this.state, words);
    document.body.classList.toggle("lost", state === "lost");
  }
}

/** Words for screen readers alone. @param {string} textContent */
const hidden = (textContent) => make("span", { class: "sr", textContent });

/** @param {Place} page @param {Record<string, any>} properties @param {...Node} children */
const link = (page, properties, ...children) =>
  make("a", { "data-page": page, ...properties }, ...children);

/** @param {HTMLElement} select */
const picker = (select) =>
  make(
    "label",
    { class: "project-picker", id: "picker", hidden: true },
    make("span", { class: "sr", textContent: "Project" }),
    select,
    icon(icons.CHEVRONS_UP_DOWN, 14),
  );

/** @param {Place} page @param {string} word @param {string} svg */
const tab = (page, word, svg) => link(page, {}, icon(svg, 22), make("span", { textContent: word }));

/** The way to who has access; not shown until it is known that this is for whoever looks. */
const access = () =>
  make(
    "a",
    {
      class: "button plain",
      id: "access",
      title: "Who has access",
      "aria-label": "Who has access",
      hidden: true,
    },
    icon(icons.QR_CODE, 16),
  );

/** The way to what is sought: a field to look at, a button to press. @param {() => void} search */
function finder(search) {
  const button = make(
    "button",
    {
      type: "button",
      class: "find",
      id: "find",
      "aria-keyshortcuts": "Control+K Meta+K /",
      title: `Search or jump to (${COMMAND_K})`,
    },
    icon(icons.SEARCH, 14),
    make("span", { textContent: "Search or jump to" }),
    make("kbd", { "aria-hidden": "true", textContent: COMMAND_K }),
  );
  button.addEventListener("click", search);
  return button;
}

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes */
function drawn(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** The sign of the house: two lanes with cards. */
function mark() {
  const sign = drawn("svg", { class: "mark", viewBox: "0 0 22 22", "aria-hidden": "true" });
  sign.append(
    drawn("rect", { x: 1, y: 2, width: 8, height: 18, rx: 2.5 }),
    drawn("rect", { x: 11, y: 2, width: 10, height: 10, rx: 2.5 }),
    drawn("rect", { x: 11, y: 14, width: 10, height: 6, rx: 2.5, opacity: 0.45 }),
  );
  return sign;
}
