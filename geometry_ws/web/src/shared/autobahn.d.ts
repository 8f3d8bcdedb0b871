// autobahn-js has no types of its own; session.js is the only module that knows it.
declare module "autobahn/lib/connection.js" {
  export const Connection: any;
}
