/** What needs somebody now: the first page on a phone, and where the header's number leads. */

import { counted } from "../shared/text.js";
import { needsList } from "./needs.js";
import { Page } from "./page.js";
import { note, trouble } from "./parts.js";

export class NowPage extends Page {
  get title() {
    return "Now";
  }

  view() {
    const { project } = this;
    const { needs } = this.app.header.attention;
    if (!project.ready)
      return [this.heading("Now"), trouble(null, project.failure || "Reading the project…")];
    if (needs.length)
      return [
        this.heading(needs.length === 1 ? "1 needs you" : `${needs.length} need you`),
        needsList(this, needs),
      ];
    const { size } = project.changes;
    const open = `${counted(size, "change is", "changes are")} open, and all of them go on.`;
    return [this.heading("Nothing needs you"), note(size ? open : "No change is open.")];
  }
}
