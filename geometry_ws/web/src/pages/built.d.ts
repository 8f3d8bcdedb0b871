// Made by build.mjs: the address of the worker that reads Markdown.
declare const READING_WORKER: string;
