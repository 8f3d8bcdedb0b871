/**
 * The frame of the pages: which project, which page, and what is common to all. Pages are changed
 * without loading anything; addresses, the back button and reloading work as everywhere.
 */

import { byId, isField, setText } from "../shared/dom.js";
import { KEYBOARD, PLUS } from "../shared/icons.js";
import { recall } from "../shared/memory.js";
import { address, parse } from "../shared/routes.js";
import { undoShown } from "../shared/toast.js";
import { showKeys } from "./key_help.js";
import { NewChange } from "./new_change.js";
import { show } from "./morph.js";
import { admit } from "./pressed.js";

/** @import { Header } from "../shared/header.js" */
/** @import { Here } from "../shared/here.js" */
/** @import { Command } from "../shared/palette.js" */
/** @import { Project } from "../shared/project.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Dialog } from "./dialog.js" */
/** @import { Page } from "./page.js" */

const FILLING_MS = 4000; // how long what was led to may move because of what comes after it

export class App {
  /**
   * @param {Session} session
   * @param {Project} project
   * @param {Header} header
   * @param {Here} here
   * @param {Record<string, new (app: App, route: Route) => Page>} pages
   */
  constructor(session, project, header, here, pages) {
    this.session = session;
    this.project = project;
    this.header = header;
    this.here = here;
    this.pages = pages;
    /** @type {any[]} */
    this.projects = [];
    this.listed = false;
    /** @type {Page | null} */
    this.page = null;
    /** @type {Dialog | null} that is open over the page */
    this.dialog = null;
    this.route = parse(new URL(location.href));
    this.scroll = /** @type {number | null} */ (history.state?.y ?? null);
    /** @type {string} the fragment that has still to be led to */
    this.spot = this.route.hash;
    /** @type {HTMLElement | null} what was led to, and is kept in sight while the page fills */
    this.led = null;
    this.ledUntil = 0;
    history.scrollRestoration = "manual";
    this.#listen();
  }

  get several() {
    return this.projects.length > 1;
  }

  /** What the project is called, also while it is read. @returns {string} */
  get projectTitle() {
    return this.header.projectTitle;
  }

  #listen() {
    const { project } = this;
    project.addEventListener("change", () => this.redraw());
    this.session.addEventListener("state", () => this.redraw());
    for (const source of [this.header.attention, this.header.presence])
      source.addEventListener("change", () => this.redraw());
    this.session.subscribe("activity_on_happened", ({ events }) => this.page?.onHappened(events));
    project.addEventListener("events", (event) =>
      this.page?.onEvents(/** @type {any} */ (event).events),
    );
    project.addEventListener("reload", () => this.page?.reload());
    document.addEventListener("click", (event) => this.#clicked(event));
    for (const kind of ["change", "input", "submit"]) {
      document.addEventListener(kind, (event) => this.#used(event));
    }
    document.addEventListener(
      "toggle",
      (event) => {
        const box = /** @type {Element} */ (event.target);
        if (box.matches?.("details.file")) this.page?.onAction("toggle", box, event);
      },
      true,
    );
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      document.addEventListener(kind, () => (this.led = null), { passive: true });
    }
    window.addEventListener("popstate", () => this.#popped());
    window.addEventListener("beforeunload", (event) => {
      this.#keepScroll();
      if (this.page?.unsaved) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => this.#typed(event));
    byId("complaint-close").addEventListener("click", () => this.complain(""));
  }

  /** The projects that are served. @param {any[]} projects */
  serve(projects) {
    this.projects = projects;
    this.listed = true;
    this.header.serve(projects);
    this.#enter();
  }

  /** Show what the address says. */
  #enter() {
    const { route } = this;
    const ids = this.projects.map((served) => served.project);
    if (!this.listed) return;
    const wanted = route.project || (route.page === "projects" ? "" : ids[0]);
    if (route.page === "project" && !route.name && wanted) {
      // the changes of whichever project is shown have an address of their own
      const { project: _, ...query } = Object.fromEntries(route.query);
      const { hash } = route;
      this.go(address("project", { name: wanted, query, hash }), { replace: true });
      return;
    }
    const unknown = wanted !== undefined && wanted !== "" && !ids.includes(wanted);
    if (!unknown && wanted && wanted !== this.project.id) {
      this.project.choose(wanted);
      this.#leave();
    }
    const name = unknown || (!ids.length && route.page !== "projects") ? "projects" : route.page;
    const same = this.page && this.shown === `${name}\n${route.name}\n${wanted}`;
    if (same) this.page?.onRoute(route);
    else {
      this.#leave();
      this.shown = `${name}\n${route.name}\n${wanted}`;
      this.page = new this.pages[name](this, route);
    }
    document.body.dataset.page = name;
    const change = name === "change" ? route.name : "";
    this.here.look(location.pathname, change, unknown ? "" : (wanted ?? ""));
    this.header.show(/** @type {any} */ (name));
    this.redraw();
  }

  #leave() {
    this.page?.stop();
    this.page = null;
    this.shown = "";
  }

  /** Go to an address of ours. @param {string} href @param {{replace?: boolean}} [how] */
  go(href, { replace = false } = {}) {
    const url = new URL(href, location.href);
    const route = parse(url);
    const stays =
      route.page === this.route.page &&
      route.name === this.route.name &&
      route.project === this.route.project;
    if (!stays && this.page?.unsaved && !confirm(this.page.unsaved)) return;
    this.#keepScroll();
    if (replace) history.replaceState(history.state, "", url);
    else history.pushState(null, "", url);
    this.route = route;
    this.spot = route.hash;
    this.scroll = replace || stays ? null : 0;
    if (!stays) this.complain("");
    this.#enter();
    if (!stays && !route.hash) this.focus = true;
  }

  #popped() {
    this.route = parse(new URL(location.href));
    this.scroll = history.state?.y ?? 0;
    this.spot = history.state?.y === undefined ? this.route.hash : "";
    this.complain("");
    this.#enter();
  }

  #keepScroll() {
    history.replaceState({ ...history.state, y: scrollY }, "");
  }

  /** Show the page's state soon; several changes within one frame of the screen at once. */
  redraw() {
    if (this.drawing) return;
    this.drawing = true;
    setTimeout(() => {
      this.drawing = false;
      this.#draw();
    }, 16);
  }

  #draw() {
    const { page } = this;
    if (!page) return;
    show(byId("page"), page.view(), (root) => admit(root, this.session));
    this.header.titled(page.title);
    if (
      this.scroll !== null &&
      document.documentElement.scrollHeight >= this.scroll + innerHeight / 2
    ) {
      scrollTo(0, this.scroll);
      this.scroll = null;
    }
    if (this.focus) {
      this.focus = false;
      if (!isAsked()) byId("page").querySelector("h1")?.focus({ preventScroll: true });
    }
    if (this.spot) this.#lead();
    else if (this.led && performance.now() < this.ledUntil) this.#bring(this.led);
  }

  /** Lead to what the fragment names, once it is there; details around it are opened. */
  #lead() {
    const target = document.getElementById(this.spot);
    if (!target) return;
    this.spot = "";
    for (
      let box = target.closest("details");
      box;
      box = box.parentElement?.closest("details") ?? null
    ) {
      box.open = true;
    }
    for (const other of document.querySelectorAll(".led")) other.classList.remove("led");
    target.classList.add("led");
    if (!target.matches("a, button, input, summary, [tabindex]")) target.tabIndex = -1;
    if (!isAsked()) target.focus({ preventScroll: true });
    this.#bring(target);
    this.led = target;
    this.ledUntil = performance.now() + FILLING_MS;
  }

  /** @param {HTMLElement} target */
  #bring(target) {
    if (target.isConnected)
      target.scrollIntoView({ block: target.matches("li") ? "center" : "start" });
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest?.("a");
    if (
      link &&
      event.button === 0 &&
      !event.metaKey &&
      !event.ctrlKey &&
      !event.shiftKey &&
      !event.altKey
    ) {
      const url = new URL(link.href, location.href);
      const own = url.origin === location.origin && parse(url).page !== "missing";
      if (own && !link.target && !link.matches(".skip")) {
        event.preventDefault();
        this.dialog?.close();
        this.go(link.href);
      }
      return;
    }
    const button = target.closest?.("button[data-do]");
    if (!(button instanceof HTMLButtonElement)) return;
    if (button.dataset.do === "more") this.page?.showMore(button.value);
    else this.#act(button.dataset.do ?? "", button, event);
  }

  /** @param {Event} event */
  #used(event) {
    const element = /** @type {HTMLElement} */ (event.target);
    const what = element.dataset?.do;
    if (event.type === "submit") event.preventDefault();
    if (what && !element.matches("button")) this.#act(what, element, event);
  }

  /** Tell of what was used: the dialog that it is in, or the page.
   * @param {string} what @param {HTMLElement} element @param {Event} event */
  #act(what, element, event) {
    const { dialog } = this;
    if (dialog?.element?.contains(element)) dialog.onAction(what, element, event);
    else if (what === "new-change") new NewChange(this).open();
    else this.page?.onAction(what, element, event);
  }

  /** @param {KeyboardEvent} event */
  #typed(event) {
    const dialog = document.querySelector("dialog[open]");
    if (event.defaultPrevented || dialog) return;
    const { key, ctrlKey, metaKey, altKey } = event;
    if ((ctrlKey || metaKey) && !altKey) {
      if (key.toLowerCase() === "s" && this.page?.save()) event.preventDefault();
      return;
    }
    if (altKey || isField(event.target) || recall("keys") === "off") return;
    const own = this.keys[key.toLowerCase()];
    if (own) own();
    else if (!this.page?.onKey(key.toLowerCase())) return;
    event.preventDefault();
  }

  /** What single keys do on every page. @type {Readonly<Record<string, () => void>>} */
  keys = Object.freeze({
    t: () => byId("theme").click(),
    i: () => this.go(address("now", { project: this.several ? this.project.id : "" })),
    z: () => undoShown(),
    f: () =>
      /** @type {HTMLElement | null} */ (document.querySelector("#page .field input"))?.focus(),
    n: () => new NewChange(this).open(),
    "?": () => showKeys(),
  });

  /** Put the focus on the next one of a list, or the one before.
   * @param {string} selector @param {number} by */
  step(selector, by) {
    const all = [...byId("page").querySelectorAll(selector)];
    const now = all.indexOf(/** @type {Element} */ (document.activeElement));
    const next = all[now < 0 ? (by > 0 ? 0 : all.length - 1) : now + by];
    if (!(next instanceof HTMLElement)) return false;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** What can be done on the page that is shown. @returns {Command[]} */
  commands() {
    const creates = this.session.mayCall("change_create");
    const fresh = { title: "New change", key: "N", svg: PLUS, run: () => this.keys.n() };
    const all = { title: "All keys", key: "?", svg: KEYBOARD, run: () => showKeys() };
    return [...(this.page?.commands() ?? []), ...(creates ? [fresh] : []), all];
  }

  /** Whether a procedure may be called; if not, it is said why. @param {string} call or "" */
  may(call) {
    if (!call || this.session.mayCall(call)) return true;
    this.complain(this.session.whyNot(call));
    return false;
  }

  /** Say that something went wrong. @param {string} sentence "" takes it away */
  complain(sentence) {
    setText(byId("complaint-text"), sentence);
    byId("complaint").hidden = !sentence;
  }

  /** Say a sentence to screen readers. @param {string} sentence */
  announce(sentence) {
    setText(byId("announce"), sentence);
  }
}

/** Whether a dialog is open, such as the palette: nothing takes its focus away. */
const isAsked = () => Boolean(document.querySelector("dialog[open]"));
