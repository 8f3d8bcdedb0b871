/**
 * Who is there, as the node says. Its event: `change`, when somebody came, went or moved
 * something, and once a minute, as what is said of them is older then.
 */

import { inOrder, peopleFirst } from "./people.js";

/** @import { Member, Whereabouts } from "./people.js" */
/** @import { Session } from "./session.js" */

const MINUTE_MS = 60_000;

export class Presence extends EventTarget {
  /** @param {Session} session */
  constructor(session) {
    super();
    this.session = session;
    /** @type {Member[]} */
    this.members = [];
    /** those that the node doesn't list */
    this.more = 0;
    /** what this page's reader is called; "" where it isn't there as anybody */
    this.me = "";
    /** @type {Map<string, {member: Member, why: string}[]>} by project and change */
    this.places = new Map();
    session.subscribe("presence_on_changed", (event) => this.#take(event));
    session.addEventListener("state", () => session.open && this.#ask());
    setInterval(() => {
      if (this.members.length && !document.hidden) this.dispatchEvent(new Event("change"));
    }, MINUTE_MS);
  }

  async #ask() {
    try {
      this.#take(await this.session.call("presence_list", {}));
    } catch {
      // the connection is gone again, or OpenSpec isn't there yet: it tells when it is
    }
  }

  /** @param {{members: Member[], more?: number}} said */
  #take({ members, more = 0 }) {
    this.members = members;
    this.more = more;
    this.places = new Map();
    for (const member of members) {
      for (const { project, change, why } of member.at ?? []) {
        const key = `${project}\n${change}`;
        this.places.set(key, [...(this.places.get(key) ?? []), { member, why }]);
      }
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Whoever is at a change, those first who do something there.
   * @param {string} project @param {string} change @returns {Member[]} */
  at(project, change) {
    const here = this.places.get(`${project}\n${change}`) ?? [];
    const why = new Map(here.map((place) => [place.member.name, place.why]));
    return inOrder(
      here.map(({ member }) => member),
      ({ name }) => why.get(name) ?? "",
    );
  }

  /** Whoever is at a project, or at none that is known. @param {string} project */
  here(project) {
    const there = this.members.filter(
      (member) =>
        (member.project ?? "") === project ||
        !member.project ||
        member.at?.some((place) => place.project === project),
    );
    return peopleFirst(inOrder(there));
  }

  /** Who it is that has this name. @param {string} name */
  named(name) {
    return this.members.find((member) => member.name === name);
  }
}
