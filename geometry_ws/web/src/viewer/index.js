/**
 * What the package has: `view` puts the world, one surface or a project's board into a page. The
 * parts below it are for those who build something else of them.
 */

export { view, View, version } from "./view.js";
export { CallError, Session } from "../shared/session.js";
export { Viewer } from "../dashboard/viewer.js";
export { PlaneStore } from "../painter/planes.js";
export { GlPresenter } from "../painter/gl.js";
export { CanvasPresenter } from "../painter/canvas2d.js";
export { ERRORS, PROCEDURES, REALM, TOPICS } from "../shared/uris.js";
