/**
 * Which project the page shows: the picker names it, the address holds it, the list has its
 * changes, and the camera shows its board. Without one in the address it is the first.
 */

/** @import { Header } from "../shared/header.js" */
/** @import { Project } from "../shared/project.js" */
/** @import { Session } from "../shared/session.js" */
/** @import { Stage } from "./stage.js" */

const AGAIN_MS = 1000; // after projects or boards that couldn't be listed

export class Picker extends EventTarget {
  /**
   * @param {Session} session
   * @param {Project} project
   * @param {Stage} stage
   * @param {Header} header
   * @param {(sentence: string) => void} complain
   */
  constructor(session, project, stage, header, complain) {
    super();
    this.session = session;
    this.project = project;
    this.stage = stage;
    this.header = header;
    this.complain = complain;
    /** @type {any[]} the projects that are served */
    this.projects = [];
    /** @type {Map<string, [number, number, number, number]>} where boards lie, by project */
    this.boards = new Map();
    session.addEventListener("epoch", () => this.#readProjects());
    session.addEventListener("epoch", () => this.#readBoards());
    session.subscribe("project_on_listed", ({ projects }) => this.#serve(projects));
    session.subscribe("board_on_placed", ({ boards }) => this.#place(boards));
    window.addEventListener("popstate", () => this.#choose());
  }

  async #readProjects() {
    try {
      const { projects } = await this.session.call("project_list");
      this.project.fail("");
      const before = this.project.id;
      this.#serve(projects);
      if (this.project.id === before) await this.project.take();
    } catch (problem) {
      // OpenSpec may start later than the compositor, or the connection is gone
      const missing = /** @type {any} */ (problem).uri?.endsWith(".no_such_procedure");
      if (this.session.open) {
        const sentence = missing ? "Waiting for OpenSpec to answer." : String(problem);
        this.project.fail(sentence.replace(/^\w*Error: /, ""));
      }
      setTimeout(() => this.session.open && this.#readProjects(), AGAIN_MS);
    }
  }

  async #readBoards() {
    try {
      const { boards } = await this.session.call("board_list");
      this.#place(boards);
    } catch {
      // a board that starts later says itself where it lies
    }
  }

  /** @param {any[]} projects */
  #serve(projects) {
    this.projects = projects;
    this.header.serve(projects);
    this.#choose();
  }

  /** Somebody picked a project. @param {string} id */
  pick(id) {
    const address = new URL(location.href);
    address.searchParams.set("project", id);
    // what is selected, sought and looked at is another project's
    for (const name of ["at", "change", "filter"]) address.searchParams.delete(name);
    history.pushState(null, "", address);
    this.complain("");
    this.#choose();
  }

  /** Show the project that the address names. */
  #choose() {
    const wished = new URLSearchParams(location.search).get("project") ?? "";
    const ids = this.projects.map((served) => served.project);
    const chosen = ids.includes(wished) ? wished : ids[0];
    if (chosen === undefined) {
      this.project.fail("This node serves no project.");
      return;
    }
    if (wished && wished !== chosen)
      this.complain(`This node serves no project “${wished}”: pick another one.`);
    if (chosen !== this.project.id) this.project.choose(chosen);
    this.header.show("board");
    this.#show(this.shown !== undefined && this.shown !== chosen);
    this.shown = chosen;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {any[]} boards */
  #place(boards) {
    this.boards = new Map(boards.map(({ project, rect }) => [project, rect]));
    this.#show(false);
    this.dispatchEvent(new Event("change"));
  }

  /** Show the board of the chosen one of several. @param {boolean} anew the camera goes there */
  #show(anew) {
    const several = this.projects.length > 1;
    const home = (several && this.boards.get(this.project.id)) || null;
    if (anew) this.stage.show(home);
    else this.stage.setHome(home, [...this.boards.values()]);
  }
}
