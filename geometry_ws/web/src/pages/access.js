/** Who has access: given, listed and taken back by those who may. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { PLUS, QR_CODE } from "../shared/icons.js";
import { GIVEN_ROLES } from "../shared/uris.js";
import { counted } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { GiveAccess, RevokeAccess, ShowGiven, doing } from "./giving.js";
import { Page } from "./page.js";
import { name, note, trouble, when } from "./parts.js";

const SHORT = Object.freeze(/** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" }));

/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */
/** @import { Person } from "./giving.js" */

export class AccessPage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.list = this.live("access_list", { project: undefined }, 300);
    this.problem = "";
    // whoever may not give access isn't told of it either
    app.session.subscribe("access_on_changed", () => this.list.refresh()).catch(() => {});
  }

  get title() {
    return "Who has access";
  }

  /** @returns {Person[]} */
  get people() {
    return this.list.value?.people ?? [];
  }

  onEvents() {}

  view() {
    const { value, problem } = this.list;
    const { session } = this.app;
    if (!session.mayCall("access_list")) {
      const words = `You are ${session.role} here; a maintainer says who has access.`;
      return [make("h1", { tabIndex: -1, textContent: this.title }), note(words)];
    }
    const head = make(
      "div",
      { class: "access-head" },
      make("h1", { tabIndex: -1, textContent: this.title }),
      make(
        "button",
        { type: "button", class: "main", "data-do": "give", disabled: !value },
        icon(PLUS, 14),
        make("span", { textContent: "Give access" }),
      ),
    );
    if (!value) return [head, trouble(problem)];
    const { people } = this;
    const lead = people.length
      ? `${people.length === 1 ? "1 has" : `${people.length.toLocaleString("en")} have`} access; `
      : "Nobody has access by name; ";
    return [
      head,
      make(
        "p",
        { class: "lead" },
        `${lead}links lead to `,
        make("code", { textContent: value.address }),
      ),
      ...(value.remark ? [note(value.remark)] : []),
      ...(this.problem ? [note(this.problem, "trouble")] : []),
      make("ul", { class: "rows access-people" }, ...people.map((person) => this.#row(person))),
    ];
  }

  /** @param {Person} person */
  #row(person) {
    const { role, note: words = "", you } = person;
    const over = person.until !== undefined && person.until <= Date.now();
    const roles = Object.keys(GIVEN_ROLES).map((each) =>
      make("option", { value: each, textContent: each, selected: each === role }),
    );
    const select = make(
      "select",
      { "data-do": "role", "data-person": person.name, title: doing(role) },
      ...roles,
    );
    select.setAttribute("aria-label", `Role of ${person.name}`);
    return make(
      "li",
      { class: `row access-person${over ? " over" : ""}`, "data-key": person.name },
      make(
        "p",
        { class: "who" },
        make("b", { class: "row-name" }, name(person.name)),
        ...(you ? [make("span", { class: "badge", textContent: "you" })] : []),
        ...(words ? [make("span", { class: "soft" }, name(words))] : []),
      ),
      select,
      make("p", { class: "soft has" }, ...has(person, over)),
      make(
        "p",
        { class: "does" },
        button("link", person.name, [icon(QR_CODE, 14), "Link"], `Another link for ${person.name}`),
        button("revoke", person.name, ["Revoke"], `Take access back from ${person.name}`),
      ),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    const named = element.dataset.person ?? "";
    const person = this.people.find((each) => each.name === named);
    if (what === "give") new GiveAccess(this.app, this).open();
    else if (!person) return;
    else if (what === "link") this.#link(person);
    else if (what === "revoke") new RevokeAccess(this.app, this, person).open();
    else if (what === "role" && event.type === "change") this.#turn(person, element.value);
  }

  commands() {
    const run = () => new GiveAccess(this.app, this).open();
    return [{ title: "Give access", svg: PLUS, run }];
  }

  /** @param {Person} person */
  #link({ name: named }) {
    this.#do(async () => {
      const given = await this.app.session.call("access_link", { name: named });
      new ShowGiven(this.app, this, given).open();
    });
  }

  /** Give somebody another role, for as long as there is access anyway.
   * @param {Person} person @param {string} role */
  #turn({ name: named, until, you }, role) {
    const sure = "This is your own role. What you may do here changes at once. Go on?";
    if (you && !confirm(sure)) {
      this.app.redraw();
      return;
    }
    const seconds = until === undefined ? {} : { seconds: left(until) };
    this.#do(async () => {
      await this.app.session.call("access_add", { name: named, role, give: "nothing", ...seconds });
      toast(`${named} is ${role} now.`);
    });
  }

  /** @param {() => Promise<void>} work */
  async #do(work) {
    this.problem = "";
    try {
      await work();
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.list.refresh();
    this.app.redraw();
  }
}

/** @param {string} what @param {string} person @param {(Node | string)[]} children
 * @param {string} title */
function button(what, person, children, title) {
  return make(
    "button",
    { type: "button", class: "small", "data-do": what, "data-person": person, title },
    ...children,
  );
}

/** Seconds until then; at least one. @param {number} until */
const left = (until) => Math.max(1, Math.ceil((until - Date.now()) / 1000));

/** What somebody has, and when he or she was last here. @param {Person} person
 * @param {boolean} over @returns {(Node | string)[]} */
function has({ seen, browsers = 0, links = 0, tokens = 0, until }, over) {
  const things = [
    browsers && counted(browsers, "browser"),
    tokens && counted(tokens, "token"),
    links && `${counted(links, "link")} not opened yet`,
  ].filter(Boolean);
  const parts = [seen ? ["seen ", when(seen)] : ["never seen"]];
  if (things.length) parts.push([things.join(", ")]);
  if (over) parts.push(["its time is over"]);
  else if (until !== undefined) {
    const day = new Date(until);
    const dateTime = day.toISOString();
    parts.push([
      "until ",
      make("time", { dateTime, textContent: day.toLocaleString("en", SHORT) }),
    ]);
  }
  return parts.flatMap((part, index) => (index ? [" · ", ...part] : part));
}
