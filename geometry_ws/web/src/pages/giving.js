/** Dialogs in which access is given, shown this once, and taken back. */

import { make } from "../shared/dom.js";
import { icon } from "../shared/icon.js";
import { CHECK, COPY } from "../shared/icons.js";
import { GIVEN_ROLES } from "../shared/uris.js";
import { Dialog } from "./dialog.js";
import { name } from "./parts.js";

/** @import { App } from "./app.js" */
/** @import { AccessPage } from "./access.js" */

/**
 * @typedef {{name: string, role: string, made: number, until?: number, seen?: number,
 *   note?: string, browsers?: number, links?: number, tokens?: number, you?: boolean}} Person
 * @typedef {{name: string, role: string, link: string, code: string[], token: string,
 *   until?: number}} Given
 */

const DAY = 24 * 3600;
const TIMES = Object.freeze(
  /** @type {const} */ ([
    [0, "for as long as it isn't taken back"],
    [8 * 3600, "for 8 hours"],
    [DAY, "for a day"],
    [7 * DAY, "for a week"],
    [30 * DAY, "for 30 days"],
  ]),
);
const QUIET_ZONE = 3; // modules around a QR code, for cameras

/** What a role does, as a sentence. @param {string} role */
export function doing(role) {
  const does = /** @type {Record<string, string>} */ (GIVEN_ROLES)[role] ?? "";
  return `${/^[aeiou]/.test(role) ? "An" : "A"} ${role} ${does}.`;
}

/** Who shall have access, and as what. */
export class GiveAccess extends Dialog {
  /** @param {App} app @param {AccessPage} page */
  constructor(app, page) {
    super(app, "give-access");
    this.page = page;
    this.name = "";
    this.role = "viewer";
    this.seconds = 0;
    this.note = "";
    this.give = "link";
    this.problem = "";
    this.busy = false;
  }

  view() {
    const known = this.page.people.some(
      (person) => person.name.toLowerCase() === this.name.trim().toLowerCase(),
    );
    const words = known
      ? `${this.name.trim()} has access already, and gets this role.`
      : "A person, an agent or a program.";
    return [
      make("header", {}, make("h2", { id: "give-access-title", textContent: "Give access" })),
      make(
        "form",
        { class: "inside", "data-do": "give-it", "data-key": "form" },
        entry("Name", field("name", this.name, 32, { autofocus: true, required: true })),
        make("p", { class: known ? "warned" : "soft", textContent: words }),
        entry(
          "Role",
          choice("role", this.role, Object.keys(GIVEN_ROLES), (role) => role),
        ),
        make("p", { class: "soft", "data-key": "does", textContent: doing(this.role) }),
        entry(
          "How long",
          choice(
            "seconds",
            String(this.seconds),
            TIMES.map(([seconds]) => String(seconds)),
            (_, index) => TIMES[index][1],
          ),
        ),
        entry(
          "It comes in by",
          choice("give", this.give, ["link", "token"], (give) =>
            give === "link" ? "a link for a browser" : "a token for a program",
          ),
        ),
        entry("Note (optional)", field("note", this.note, 200)),
        ...said(this.problem),
      ),
      make(
        "footer",
        {},
        make("span", {}),
        press("close", "Cancel", "quiet"),
        press("give-it", this.busy ? "Giving…" : "Give access", "main", {
          disabled: this.busy || !this.name.trim(),
        }),
      ),
    ];
  }

  /** @param {string} what @param {any} element @param {Event} event */
  onAction(what, element, event) {
    if (what === "close") this.close();
    else if (what === "give-it" && event.type !== "change") this.#give();
    else if (what === "role") {
      this.role = element.value;
      this.give = /program|machine/.test(this.role) ? "token" : "link";
    } else if (what === "seconds") this.seconds = Number(element.value);
    else if (what === "give") this.give = element.value;
    else if (what === "name") this.name = element.value;
    else if (what === "note") this.note = element.value;
    this.draw();
  }

  async #give() {
    const wanted = this.name.trim();
    if (this.busy || !wanted) return;
    this.busy = true;
    this.problem = "";
    try {
      const { role, give, seconds } = this;
      const kwargs = { name: wanted, role, give, note: this.note.trim() };
      const given = await this.app.session.call(
        "access_add",
        seconds ? { ...kwargs, seconds } : kwargs,
      );
      this.page.list.refresh();
      this.close();
      new ShowGiven(this.app, this.page, given).open();
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.busy = false;
    this.draw();
  }
}

/** A link with its QR code, or a token: this once. */
export class ShowGiven extends Dialog {
  /** @param {App} app @param {AccessPage} page @param {Given} given */
  constructor(app, page, given) {
    super(app, "given-access");
    this.page = page;
    this.given = given;
    this.opened = false;
    this.copied = false;
    /** browsers that were there before, to see that this link was opened; null: not known yet
     * @type {number | null} */
    this.before = null;
    this.listen = () => this.#look();
  }

  open() {
    super.open();
    this.page.list.addEventListener("change", this.listen);
    this.element?.addEventListener("close", () =>
      this.page.list.removeEventListener("change", this.listen),
    );
    this.page.list.refresh();
  }

  /** Whether the link was opened: there is another browser, and a link less. */
  #look() {
    const person = this.page.people.find((each) => each.name === this.given.name);
    const { browsers = 0, links = 0 } = person ?? {};
    if (this.before === null && links) this.before = browsers;
    if (this.before !== null && browsers > this.before) this.opened = true;
    this.draw();
  }

  view() {
    const { given } = this;
    const { link, token } = given;
    const words = link
      ? "Scan it with the phone beside you, or send the link. It can be opened once, within a day."
      : "Keep it in a file that only its user can read.";
    return [
      make(
        "header",
        {},
        make(
          "h2",
          { id: "given-access-title" },
          link ? "A link for " : "A token for ",
          name(given.name),
          `, ${given.role}`,
        ),
      ),
      make(
        "div",
        { class: "inside", "data-key": "inside" },
        ...(link ? [picture(given.code, this.opened)] : []),
        ...(this.opened
          ? [
              make(
                "p",
                { class: "opened", role: "status", "data-key": "opened" },
                icon(CHECK, 16),
                `It was opened: ${given.name} is logged in there.`,
              ),
            ]
          : [
              make(
                "p",
                { class: "secret", "data-key": "secret" },
                make("input", {
                  type: "text",
                  readOnly: true,
                  value: link || token,
                  spellcheck: false,
                  "aria-label": link ? "Link" : "Token",
                }),
                make(
                  "button",
                  { type: "button", "data-do": "copy", autofocus: true },
                  icon(this.copied ? CHECK : COPY, 14),
                  this.copied ? "Copied" : "Copy",
                ),
              ),
              make("p", { class: "soft", textContent: `${words} It isn't shown again.` }),
            ]),
      ),
      make("footer", {}, make("span", {}), press("close", "Done", "main")),
    ];
  }

  /** @param {string} what @param {any} _element @param {Event} event */
  onAction(what, _element, event) {
    if (what === "close") this.close();
    else if (what === "copy" && event.type === "click") this.#copy();
  }

  async #copy() {
    const field = /** @type {HTMLInputElement | null} */ (
      this.element?.querySelector(".secret input")
    );
    try {
      await navigator.clipboard.writeText(this.given.link || this.given.token);
      this.copied = true;
    } catch {
      // without TLS there is no clipboard: what is selected can be copied by hand
      field?.select();
      this.copied = document.execCommand("copy");
    }
    this.draw();
  }
}

/** Whether somebody's access shall be taken back. */
export class RevokeAccess extends Dialog {
  /** @param {App} app @param {AccessPage} page @param {Person} person */
  constructor(app, page, person) {
    super(app, "revoke-access");
    this.page = page;
    this.person = person;
    this.problem = "";
    this.busy = false;
  }

  view() {
    const { name: named, you } = this.person;
    const words = you
      ? "This is you: this page ends, and so does everything else that you have open."
      : "All browsers, links and tokens end within a second.";
    return [
      make(
        "header",
        {},
        make("h2", { id: "revoke-access-title" }, "Take all access back from ", name(named), "?"),
      ),
      make(
        "div",
        { class: "inside" },
        make("p", { class: you ? "warned" : "soft", textContent: words }),
        ...said(this.problem),
      ),
      make(
        "footer",
        {},
        make("span", {}),
        press("close", "Cancel", "quiet"),
        press("revoke-it", this.busy ? "Taking it back…" : "Take it back", "main", {
          disabled: this.busy,
        }),
      ),
    ];
  }

  /** @param {string} what @param {any} _element @param {Event} event */
  onAction(what, _element, event) {
    if (what === "close") this.close();
    else if (what === "revoke-it" && event.type === "click") this.#revoke();
  }

  async #revoke() {
    if (this.busy) return;
    this.busy = true;
    this.draw();
    try {
      await this.app.session.call("access_revoke", { name: this.person.name });
      this.page.list.refresh();
      this.close();
    } catch (problem) {
      this.problem = /** @type {Error} */ (problem).message;
    }
    this.busy = false;
    this.draw();
  }
}

/** A QR code as one path: a square a module, dark on light in both themes.
 * @param {string[]} rows @param {boolean} spent */
export function picture(rows, spent) {
  const size = rows.length + 2 * QUIET_ZONE;
  const svg = drawn("svg", {
    class: `qr${spent ? " spent" : ""}`,
    viewBox: `0 0 ${size} ${size}`,
    role: "img",
    "aria-label": "The link as a QR code",
    "shape-rendering": "crispEdges",
  });
  const squares = rows.flatMap((row, y) =>
    [...row].flatMap((bit, x) =>
      bit === "1" ? [`M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`] : [],
    ),
  );
  svg.append(drawn("path", { d: squares.join("") }));
  return svg;
}

/** @param {string} kind @param {Record<string, string>} attributes */
function drawn(kind, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** @param {string} title @param {HTMLElement} control */
const entry = (title, control) =>
  make("label", { class: "entry" }, make("span", { textContent: title }), control);

/** @param {string} what @param {string} value @param {number} maxLength
 * @param {Record<string, any>} [more] */
const field = (what, value, maxLength, more = {}) =>
  make("input", {
    type: "text",
    value,
    maxLength,
    "data-do": what,
    "data-own": "",
    autocomplete: "off",
    spellcheck: false,
    ...more,
  });

/** @param {string} what @param {string} value @param {string[]} values
 * @param {(value: string, index: number) => string} wordsOf */
function choice(what, value, values, wordsOf) {
  const select = make(
    "select",
    { "data-do": what },
    ...values.map((each, index) =>
      make("option", { value: each, textContent: wordsOf(each, index), selected: each === value }),
    ),
  );
  select.value = value;
  return select;
}

/** @param {string} what @param {string} textContent @param {string} kind
 * @param {Record<string, any>} [more] */
const press = (what, textContent, kind, more = {}) =>
  make("button", { type: "button", class: kind, "data-do": what, textContent, ...more });

/** @param {string} problem */
const said = (problem) =>
  problem ? [make("p", { class: "note trouble", role: "alert", textContent: problem })] : [];
