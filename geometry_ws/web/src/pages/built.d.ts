// Made by build.mjs: the file of the worker that reads Markdown.
declare const READING_WORKER: string;
