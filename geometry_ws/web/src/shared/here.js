/**
 * Says that this page's reader is there, and what he or she looks at. On a node without access the
 * name is chosen here and remembered; until then somebody is a guest. Of several tabs the one that
 * is looked at counts.
 */

import { recall, remember } from "./memory.js";

/** @import { Presence } from "./presence.js" */
/** @import { Session } from "./session.js" */

const REST_MS = 800; // of quiet before it is told what is looked at
const AGAIN_MS = 5000; // between two times that one comes back
const GUEST = "guest";

export class Here {
  /** @param {Session} session @param {Presence} presence */
  constructor(session, presence) {
    this.session = session;
    this.presence = presence;
    /** whether the node gives the name, by access */
    this.proven = false;
    this.looks = { page: "", change: "", project: "" };
    this.told = "";
    this.joined = 0;
    session.addEventListener("state", () => this.#come());
    presence.addEventListener("change", () => this.#comeBack());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#tell();
      else this.#come();
    });
  }

  /** Somebody looks at something. @param {string} page @param {string} change
   * @param {string} project */
  look(page, change, project) {
    this.looks = { page: page.slice(0, 200), change: change.slice(0, 255), project };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#tell(), REST_MS);
  }

  /** Be called something else from now on. @param {string} name */
  async rename(name) {
    remember("name", name.trim());
    remember("here", "");
    await this.#join();
  }

  #come() {
    if (this.session.open && !document.hidden) this.#join().catch(() => {});
  }

  /** Another tab was closed, or the node has begun anew. */
  #comeBack() {
    const { presence } = this;
    const mine = presence.named(presence.me);
    const gone = presence.me && !presence.more && (!mine || mine.lost);
    if (gone && Date.now() - this.joined > AGAIN_MS) this.#come();
  }

  async #join() {
    this.joined = Date.now();
    const asked = recall("name") || recall("guest") || GUEST;
    const { name, token } = await this.session.call("presence_join", {
      name: asked.slice(0, 40),
      kind: "person",
      client: "browser",
      token: recall("here") ?? "",
    });
    remember("here", token);
    this.proven = !name.startsWith(asked.slice(0, 36));
    if (!recall("name") && !this.proven) remember("guest", name);
    this.presence.me = name;
    this.told = "";
    this.#tell();
    this.presence.dispatchEvent(new Event("change"));
  }

  async #tell() {
    if (!this.presence.me || !this.session.open) return;
    const { page, change, project } = document.hidden
      ? { page: "", change: "", project: this.looks.project }
      : this.looks;
    const said = JSON.stringify([page, change, project]);
    if (said === this.told) return;
    this.told = said;
    try {
      await this.session.call("presence_look", { page, change, ...(project ? { project } : {}) });
    } catch {
      this.told = "";
    }
  }
}
