/**
 * Who is here: everybody with both clocks, where they are and what they hold, which can be taken
 * from them; and what the page's reader is called.
 */

import { disc } from "../shared/discs.js";
import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { HISTORY } from "../shared/icons.js";
import { recall } from "../shared/memory.js";
import { calledOf, clocksOf, doingOf, kindsOf, placeOf } from "../shared/people.js";
import { counted } from "../shared/text.js";
import { toast } from "../shared/toast.js";
import { withArticle } from "../shared/rights.js";
import { GIVEN_ROLES } from "../shared/uris.js";
import { Page } from "./page.js";
import { name, note, since } from "./parts.js";

/** @import { Member } from "../shared/people.js" */
/** @import { Route } from "../shared/routes.js" */
/** @import { App } from "./app.js" */

const LONGEST = 40; // letters of a name
const MOST = 60;
const WHY = Object.freeze({ holds: "holds something of", looks: "looks at", moved: "was last at" });

export class PeoplePage extends Page {
  /** @param {App} app @param {Route} route */
  constructor(app, route) {
    super(app, route);
    this.claims = this.live("claim_list", {}, 300);
    this.last = "";
  }

  get title() {
    return "Who is here";
  }

  /** Somebody holds something else: what is held is asked for again. */
  #follow() {
    const held = JSON.stringify(this.app.header.presence.members.map(({ holds }) => holds ?? []));
    if (held !== this.last && this.last) this.claims.refresh();
    this.last = held;
  }

  view() {
    this.#follow();
    const { presence } = this.app.header;
    const here = presence.here(this.project.id);
    const listed = this.portion("people", here, MOST, () => "");
    const words = here.length ? `${here.length + presence.more}` : "";
    return [
      make(
        "div",
        { class: "head", "data-key": "head" },
        this.heading("Who is here ", make("span", { class: "count", textContent: words })),
        make(
          "div",
          { class: "actions" },
          make(
            "a",
            { class: "button quiet", href: this.to("activity") },
            icon(HISTORY, 14),
            "What happened",
          ),
        ),
      ),
      this.#me(),
      make("p", { class: "kinds", "data-key": "kinds", textContent: kindsOf(here, Date.now()) }),
      here.length
        ? make("ul", { class: "people-list" }, ...listed.first.map((each) => this.#row(each)))
        : note("Nobody is here by name yet."),
      ...listed.more,
      ...(presence.more ? [note(`${counted(presence.more, "other")} aren't listed.`)] : []),
    ];
  }

  /** What one is called here, to change where that isn't given by access. */
  #me() {
    const { here } = this.app;
    const { me } = this.app.header.presence;
    if (!me) return make("p", { class: "note", "data-key": "me", textContent: "Not here yet." });
    const { role } = this.app.session;
    if (here.proven) {
      const does = /** @type {Record<string, string>} */ (GIVEN_ROLES)[role];
      const rest = does ? `, ${withArticle(role)}, who ${does}.` : ".";
      const words = make("span", {}, "You are ", make("b", {}, name(me)), rest);
      return make("p", { class: "me", "data-key": "me" }, words);
    }
    return make(
      "form",
      { class: "me", "data-key": "me", "data-do": "rename" },
      make("label", { htmlFor: "my-name" }, "You are ", make("b", {}, name(me)), ". Call me"),
      make("input", {
        id: "my-name",
        type: "text",
        maxLength: LONGEST,
        autocomplete: "nickname",
        placeholder: "a name",
        value: recall("name") ?? "",
        "data-own": "",
      }),
      make("button", { type: "submit", class: "small", textContent: "Change" }),
    );
  }

  /** @param {Member} member */
  #row(member) {
    const { app } = this;
    // what somebody holds stands beside it, each thing with its button
    const at = (member.at ?? []).filter(({ why }) => why !== "holds");
    const places = at.map((place, index) => {
      const href = this.to("change", { name: place.change, project: place.project });
      const link = make("a", { href }, name(place.change));
      return make("span", {}, index ? ", " : "", `${WHY[place.why]} `, link);
    });
    const claims = (this.claims.value?.claims ?? []).filter(
      (/** @type {any} */ claim) => claim.who === member.name,
    );
    const doing = doingOf({ ...member, holds: [] });
    const client = placeOf(member);
    return make(
      "li",
      { class: "person-card", "data-key": `person-${member.name}` },
      disc(member, 32, Date.now()),
      make(
        "div",
        { class: "who" },
        make("b", {}, name(calledOf(member))),
        ...(member.name === app.header.presence.me
          ? [make("span", { class: "badge", textContent: "you" })]
          : []),
        ...(client && client !== member.kind
          ? [make("span", { class: "soft" }, name(client))]
          : []),
        make("p", {
          class: "soft",
          textContent: [clocksOf(member, Date.now()), doing].filter(Boolean).join(", "),
        }),
        ...(places.length ? [make("p", { class: "soft" }, ...places)] : []),
      ),
      make(
        "ul",
        { class: "held" },
        ...claims.map((/** @type {any} */ claim) => this.#claim(claim)),
      ),
    );
  }

  /** @param {{project: string, change: string, task: string, who: string, since: number,
   *   text: string}} claim */
  #claim({ project, task, change, who, since: at, text }) {
    return make(
      "li",
      { "data-key": `${project} ${task}` },
      make("a", { href: this.to("change", { name: change, project }), title: text }, name(task)),
      make("span", { class: "soft" }, since(at)),
      make("button", {
        type: "button",
        class: "small",
        "data-do": "release",
        value: JSON.stringify({ project, task, holder: who }),
        "aria-label": `Release ${task}, which ${who} holds`,
        textContent: "Release",
      }),
    );
  }

  /** @param {string} what @param {any} element @param {Event} event */
  async onAction(what, element, event) {
    if (what === "rename" && event.type === "submit") {
      const field = /** @type {HTMLInputElement} */ (element.querySelector("input"));
      await this.#do(() => this.app.here.rename(field.value));
    } else if (what === "release") {
      const claim = JSON.parse(element.value);
      await this.#do(async () => {
        await this.app.session.call("claim_release", claim);
        toast(`${claim.task} is free again.`);
      });
    }
  }

  /** @param {() => Promise<void>} action */
  async #do(action) {
    try {
      await action();
    } catch (problem) {
      this.app.complain(/** @type {Error} */ (problem).message);
    }
    this.app.redraw();
  }
}
