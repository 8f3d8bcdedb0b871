/** Puts the pages together. */

import { Attention } from "../shared/attention.js";
import { BASE, socketAddress } from "../shared/base.js";
import { byId } from "../shared/dom.js";
import { Header } from "../shared/header.js";
import { Here } from "../shared/here.js";
import { begin } from "../shared/login.js";
import { Palette } from "../shared/palette.js";
import { Presence } from "../shared/presence.js";
import { Project } from "../shared/project.js";
import { Session } from "../shared/session.js";
import { wasOpened } from "../shared/opening.js";
import { startPrintFoot } from "../shared/print_foot.js";
import { startTheme } from "../shared/theme.js";
import { AccessPage } from "./access.js";
import { ActivityPage } from "./activity.js";
import { App } from "./app.js";
import { ArchivePage } from "./archive.js";
import { ArchivedPage } from "./archived.js";
import { ChangePage } from "./change.js";
import { NowPage } from "./now.js";
import { OverlapsPage } from "./overlaps.js";
import { OverviewPage } from "./overview.js";
import { PeoplePage } from "./people.js";
import { MissingPage, ProjectsPage } from "./projects.js";
import { SearchPage } from "./search.js";
import { SpecPage } from "./spec.js";
import { SpecsPage } from "./specs.js";

const session = new Session(socketAddress());
const project = new Project(session);
const attention = new Attention(project, session);
const presence = new Presence(session);
const header = new Header(byId("top"), {
  session,
  project,
  attention,
  presence,
  pick: (id, place) => app.go(header.addressIn(id, place)),
  search: () => palette.open(),
});
wasOpened();
startPrintFoot();
startTheme();

/** @param {string} href */
const isBoard = (href) => new URL(href, location.href).pathname === BASE;

const app = new App(session, project, header, new Here(session, presence), {
  projects: ProjectsPage,
  now: NowPage,
  people: PeoplePage,
  activity: ActivityPage,
  project: OverviewPage,
  change: ChangePage,
  specs: SpecsPage,
  spec: SpecPage,
  overlaps: OverlapsPage,
  archive: ArchivePage,
  archived: ArchivedPage,
  search: SearchPage,
  access: AccessPage,
  missing: MissingPage,
});

const palette = new Palette({
  session,
  project,
  header,
  go: (href) => (isBoard(href) ? location.assign(href) : app.go(href)),
  commands: () => app.commands(),
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

begin(session);
