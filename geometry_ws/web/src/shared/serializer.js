/**
 * MessagePack for WAMP, chosen explicitly: with autobahn-js's default (JSON) bytes would arrive
 * as text. Counts what comes in, for the status bar and for flow control.
 */

import { decode, encode } from "@msgpack/msgpack";

export class Serializer {
  SERIALIZER_ID = "msgpack";
  BINARY = true;

  constructor() {
    /** bytes received since the page was opened */
    this.received = 0;
    /** of the message that is being handled */
    this.last = 0;
  }

  /** @param {unknown} message */
  serialize(message) {
    return encode(message, { ignoreUndefined: true });
  }

  /** @param {ArrayBuffer} data */
  unserialize(data) {
    const bytes = new Uint8Array(data);
    this.last = bytes.length;
    this.received += bytes.length;
    return decode(bytes);
  }
}
