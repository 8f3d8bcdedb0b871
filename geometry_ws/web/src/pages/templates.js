/** What documents of a change begin with, by its schema. Pure, but for asking the node. */

/** @typedef {{artifact: string, generates: string, text: string, problem?: string}} Template */

/** The templates of a schema, or of the project's own; none where they can't be read.
 * @param {{call: (name: any, kwargs: any) => Promise<any>}} session
 * @param {string} project @param {string} [schema] @returns {Promise<Template[]>} */
export async function readTemplates(session, project, schema) {
  try {
    const asked = { project, ...(schema ? { schema } : {}) };
    return (await session.call("project_templates", asked)).templates;
  } catch {
    return []; // what is written begins with nothing then
  }
}

/** What a document begins with. @param {Template[]} templates
 * @param {string} document a path in the change's folder */
export const templateOf = (templates, document) =>
  templates.find(({ generates }) => generates === document)?.text ?? "";

/** A proposal that begins with why. @param {string} template @param {string} change
 * @param {string} why */
export function proposalOf(template, change, why) {
  const title = change.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  const lines = template.replace(/\r\n?/g, "\n").split("\n");
  const at = lines.findIndex((line) => /^##[ \t]+why[ \t]*$/i.test(line));
  const next = lines.findIndex((line, index) => index > at && /^##?[ \t]/.test(line));
  const rest = at < 0 ? lines : next < 0 ? [] : lines.slice(next);
  const before = at < 0 ? ["## Why"] : lines.slice(0, at + 1);
  const begun = [...before, "", why, "", ...rest].join("\n").trimEnd();
  return `${/^#[ \t]/m.test(begun) ? "" : `# ${title}\n\n`}${begun.trimStart()}\n`;
}

/** A document's text without what its page says already: its settings and its first heading.
 * @param {string} text */
export const bodyOf = (text) =>
  text.replace(/^\ufeff?---\r?\n[\s\S]*?\n---\r?\n/, "").replace(/^\s*#[ \t][^\r\n]*(\r?\n|$)/, "");
