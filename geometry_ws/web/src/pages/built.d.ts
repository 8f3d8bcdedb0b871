// Made by build.mjs: the file of the worker that reads Markdown.
declare const READING_WORKER: string;
// And that of the frame that draws diagrams.
declare const DIAGRAM_FRAME: string;
