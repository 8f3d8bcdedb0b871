// What the build puts into the modules.
declare const GEOMETRY_WS_VERSION: string;
