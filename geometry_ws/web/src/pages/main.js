/** Puts the pages together. */

import { logInByLink } from "../shared/login.js";
import { Project } from "../shared/project.js";
import { Session } from "../shared/session.js";
import { startTheme } from "../shared/theme.js";
import { App } from "./app.js";
import { ArchivePage } from "./archive.js";
import { ArchivedPage } from "./archived.js";
import { ChangePage } from "./change.js";
import { OverlapsPage } from "./overlaps.js";
import { OverviewPage } from "./overview.js";
import { MissingPage, ProjectsPage } from "./projects.js";
import { SearchPage } from "./search.js";
import { SpecPage } from "./spec.js";
import { SpecsPage } from "./specs.js";

startTheme();

const socket = new URL("/ws", location.href);
socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";
socket.search = socket.hash = "";

const session = new Session(socket.href);
const project = new Project(session);
const app = new App(session, project, {
  projects: ProjectsPage,
  project: OverviewPage,
  change: ChangePage,
  specs: SpecsPage,
  spec: SpecPage,
  overlaps: OverlapsPage,
  archive: ArchivePage,
  archived: ArchivedPage,
  search: SearchPage,
  missing: MissingPage,
});

const AGAIN_MS = 1000;

async function readProjects() {
  try {
    const { projects } = await session.call("project_list");
    app.serve(projects);
    if (project.id) await project.take();
  } catch {
    // OpenSpec may start later than the compositor, or the connection is gone
    setTimeout(() => session.open && readProjects(), AGAIN_MS);
  }
}

session.addEventListener("epoch", readProjects);
session.subscribe("project_on_listed", ({ projects }) => app.serve(projects));
document.addEventListener("visibilitychange", () => document.hidden || session.hurry());
window.addEventListener("online", () => session.hurry());

// --- for tests and the curious: what the page shows, to read ------------------

Object.defineProperty(window, "geometry_ws", {
  value: Object.freeze({
    get state() {
      return session.state;
    },
    get project() {
      return project.id;
    },
    get seq() {
      return project.seq;
    },
  }),
});

logInByLink().finally(() => session.start());
